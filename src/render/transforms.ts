import type { ConvertTarget, StringTransform, Transform } from './function-input.ts';
import { type GoValue, goText, plainFloat, sprintf } from './go-format.ts';
import { nameOfType } from './json.ts';
import { renderError, within } from './render-error.ts';

/**
 * Runs a patch's transforms in order.
 *
 * @throws UnderstudyError US1110 where the real function fails: a key that a map lacks, text that is no number.
 */
export function transformed(input: GoValue, transforms: readonly Transform[] = []): GoValue {
  return transforms.reduce(
    (value, transform, index) => within(`transform ${index}`, () => apply(transform, value)),
    input,
  );
}

function apply(transform: Transform, value: GoValue): GoValue {
  switch (transform.type) {
    case 'map':
      return lookUp(transform.map, value);
    case 'match':
      return match(transform.match, value);
    case 'convert':
      return convert(value, transform.convert.toType);
    case 'string':
      return text(transform.string, value);
    case 'math':
      return multiply(value, transform.math.multiply);
  }
}

function lookUp(pairs: Extract<Transform, { type: 'map' }>['map'], value: GoValue): GoValue {
  if (typeof value !== 'string') {
    throw renderError(`a ${nameOfType(value)} is not supported for a map transform`);
  }
  const found = Object.hasOwn(pairs, value) ? pairs[value] : undefined;
  if (found === undefined) {
    throw renderError(`key ${value} is not found in map`);
  }
  return structuredClone(found) as GoValue;
}

/** Unlike a map, it has an answer for any text. */
function match(transform: Extract<Transform, { type: 'match' }>['match'], value: GoValue): GoValue {
  if (typeof value !== 'string') {
    throw renderError(`a ${nameOfType(value)} is not supported for a match transform`);
  }
  const found = transform.patterns.find(({ literal }) => literal === value);
  return structuredClone(found === undefined ? transform.fallbackValue : found.result) as GoValue;
}

function text(transform: StringTransform, value: GoValue): string {
  switch (transform.type) {
    case 'Format':
      return sprintf(transform.fmt, [value]);
    case 'Convert':
      return withCase(goText(value), transform.convert);
    case 'TrimPrefix': {
      const whole = goText(value);
      return whole.startsWith(transform.trim) ? whole.slice(transform.trim.length) : whole;
    }
    case 'TrimSuffix': {
      const whole = goText(value);
      return whole.endsWith(transform.trim) ? whole.slice(0, whole.length - transform.trim.length) : whole;
    }
  }
}

/** Go maps one character to one character, so `ß` stays as it is. */
function withCase(value: string, convertTo: 'ToUpper' | 'ToLower'): string {
  return Array.from(value, (character) => {
    const changed = convertTo === 'ToUpper' ? character.toUpperCase() : character.toLowerCase();
    return [...changed].length === 1 ? changed : character;
  }).join('');
}

function multiply(value: GoValue, factor: number): GoValue {
  if (typeof value === 'bigint') {
    return BigInt.asIntN(64, value * BigInt(factor));
  }
  if (typeof value === 'number') {
    return finite(value * factor);
  }
  throw renderError(`a ${nameOfType(value)} cannot be multiplied`);
}

function convert(value: GoValue, toType: ConvertTarget): GoValue {
  switch (toType) {
    case 'string':
      return typeof value === 'number' ? plainFloat(value) : goText(scalar(value));
    case 'bool':
      return toBoolean(scalar(value));
    case 'int':
    case 'int64':
      return toInt64(scalar(value));
    case 'float64':
      return toFloat(scalar(value));
  }
}

function scalar(value: GoValue): string | number | boolean | bigint {
  if (typeof value === 'object') {
    throw renderError(`a ${nameOfType(value)} cannot be converted`);
  }
  return value;
}

const truths = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const falsehoods = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

function toBoolean(value: string | number | boolean | bigint): boolean {
  if (typeof value !== 'string') {
    return Number(value) === 1;
  }
  if (!truths.has(value) && !falsehoods.has(value)) {
    throw renderError(`${JSON.stringify(value)} is not a truth value`);
  }
  return truths.has(value);
}

function toInt64(value: string | number | boolean | bigint): bigint {
  if (typeof value === 'string' && !/^[+-]?\d+$/.test(value)) {
    throw renderError(`${JSON.stringify(value)} is not a whole number`);
  }
  const whole = BigInt(
    typeof value === 'number' ? Math.trunc(value) : typeof value === 'string' ? value.replace('+', '') : value,
  );
  if (BigInt.asIntN(64, whole) !== whole) {
    throw renderError(`${value} is out of range`);
  }
  return whole;
}

function toFloat(value: string | number | boolean | bigint): number {
  if (typeof value === 'string' && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) {
    throw renderError(`${JSON.stringify(value)} is not a number`);
  }
  return finite(Number(value));
}

function finite(value: number): number {
  if (!Number.isFinite(value)) {
    throw renderError('a number is out of range');
  }
  return value;
}
