/**
 * The corner of Go's fmt and strconv that formats of compositions reach. Whole numbers from a convert transform are
 * bigint here, as they are int64 there; every other number is a float64, and Go writes those its own way.
 *
 * Source: https://pkg.go.dev/fmt and https://pkg.go.dev/strconv#FormatFloat.
 */
import { type Json, nameOfType } from './json.ts';
import { renderError } from './render-error.ts';

/** A value inside a patch. */
export type GoValue = Json | bigint;

/**
 * Go's Sprintf for the verbs `%s`, `%v` and `%%`.
 *
 * @throws UnderstudyError US1110 for another verb, a verb too many or too few, and `%s` of what is not text, all of
 * which Go would write into the result as `%!s(float64=5)` and the like.
 */
export function sprintf(format: string, values: readonly GoValue[]): string {
  let used = 0;
  const text = format.replace(/%(.?)/gs, (_, verb: string) => {
    if (verb === '%') {
      return '%';
    }
    const value = values[used];
    used += 1;
    if (value === undefined) {
      throw renderError(`the format ${JSON.stringify(format)} has more verbs than values`);
    }
    return written(verb, value, format);
  });
  if (used < values.length) {
    throw renderError(`the format ${JSON.stringify(format)} has fewer verbs than values`);
  }
  return text;
}

function written(verb: string, value: GoValue, format: string): string {
  if (verb === 'v' || (verb === 's' && typeof value === 'string')) {
    return goText(value);
  }
  throw renderError(`the format ${JSON.stringify(format)} has %${verb} for a ${nameOfType(value)}`);
}

/** A value as `%v` writes it. */
export function goText(value: GoValue): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return shortestFloat(value);
    default:
      throw renderError(`a ${nameOfType(value)} in a text is not evaluated`);
  }
}

/** `%v` of a float64: the shortest digits that read back, with an exponent from 1e+06 on and below 0.0001. */
function shortestFloat(value: number): string {
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) {
    return plainFloat(value);
  }
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** A float64 as strconv.FormatFloat(f, 'f', -1, 64) writes it: never with an exponent. */
export function plainFloat(value: number): string {
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const point = Number(exponent) + 1;
  if (point <= 0) {
    return `${sign}0.${'0'.repeat(-point)}${digits}`;
  }
  const whole = digits.slice(0, point).padEnd(point, '0');
  const fraction = digits.slice(point);
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
