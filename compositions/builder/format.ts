import { type Absent, Derivation, type Derived } from './derivation.ts';
import type { Combine, Transform } from './function-input.ts';
import {
  isSource,
  type Origin,
  type PatchSource,
  type Placement,
  type Plain,
  placement,
  type Single,
  type Source,
} from './source.ts';

/** What may stand in a text beside other fields. */
type Part<O extends Origin> = Plain<O, string | boolean | undefined> | string | number;

type AbsentIn<V> = V extends Source<Origin, infer T> ? Absent<T> : never;

/**
 * Text with fields in it. Values that are known at synth time may stand in it too.
 *
 * Several fields become one Combine patch, whose variables can be fields only: no transforms, and no numbers, because
 * the function holds every number as a float and Go writes 5000000 as `5e+06`. One value alone may be a number or
 * derived (`.map(…)`); it becomes an ordinary patch with a string transform.
 *
 * @throws Error where there is no field in it (a template literal does that), or a number beside other fields.
 * @example
 * format`${xr.spec.app}-db-${xr.spec.environment}` // trading-db-dev
 * format`tcp/${xr.spec.instances.port}`            // tcp/8080
 */
export function format<O extends Origin, T extends string | number | boolean | undefined>(
  strings: TemplateStringsArray,
  value: Single<O, T>,
): Derived<O, string | Absent<T>>;
export function format<V extends readonly Part<'xr'>[]>(
  strings: TemplateStringsArray,
  ...values: V
): Derived<'xr', string | AbsentIn<V[number]>>;
export function format<V extends readonly Part<'observed'>[]>(
  strings: TemplateStringsArray,
  ...values: V
): Derived<'observed', string | AbsentIn<V[number]>>;
export function format(strings: TemplateStringsArray, ...values: readonly unknown[]): unknown {
  const variables = values.filter(isSource).map((source) => onlyPatch(source[placement]));
  const [first, ...others] = variables;
  if (first === undefined) {
    throw new Error('format needs a field: text that is known at synth time is a plain template literal');
  }
  const isPlainText = first.transforms.length === 0 && first.valueType === 'string';
  const patch =
    others.length === 0 && !isPlainText
      ? formatted(first, goFormat(strings, values))
      : combined(variables, goFormat(strings, values));
  return new Derivation({ patches: [patch] });
}

/**
 * A whole number below a million, for a place beside other fields in a {@link format}: so small a one Go writes as it
 * is. The schema should say that it is no larger.
 *
 * @example
 * format`${xr.spec.app}-${small(xr.spec.failover.databases.a.generation)}` // trading-3
 */
export function small<T extends number | undefined>(value: Plain<'xr', T>): Plain<'xr', string | Absent<T>> {
  const patch: PatchSource = { ...onlyPatch(value[placement]), valueType: 'unknown' };
  return new Derivation({ patches: [patch] }) as unknown as Plain<'xr', string | Absent<T>>;
}

/** One value that is derived or may not be text: brought to text first, so that `%s` is right whatever it was. */
function formatted(variable: PatchSource, fmt: string): PatchSource {
  const toText: readonly Transform[] =
    variable.valueType === 'string' ? [] : [{ type: 'convert', convert: { toType: 'string' } }];
  return {
    ...variable,
    transforms: [...variable.transforms, ...toText, { type: 'string', string: { type: 'Format', fmt } }],
    valueType: 'string',
  };
}

function combined(variables: readonly PatchSource[], fmt: string): PatchSource {
  const alwaysPresent = variables.every((variable) => variable.alwaysPresent);
  const isRequired = alwaysPresent && variables.some((variable) => variable.policy.fromFieldPath === 'Required');
  const [owner, ...otherOwners] = new Set(variables.map((variable) => variable.owner));
  if (otherOwners.length > 0) {
    throw new Error('a format reads one object: the composite, or one composed resource');
  }
  return {
    from: { combine: { variables: variables.map(variableOf), strategy: 'string', string: { fmt } } },
    transforms: [],
    policy: isRequired ? { fromFieldPath: 'Required' } : {},
    ...(owner === undefined ? {} : { owner }),
    alwaysPresent,
    valueType: 'string',
  };
}

function variableOf(variable: PatchSource): Combine['variables'][number] {
  if (!('path' in variable.from) || variable.transforms.length > 0) {
    throw new Error('beside other fields, format takes a field as it is: a Combine patch transforms only its result');
  }
  if (variable.valueType === 'number') {
    throw new Error(
      `${variable.from.path} is a number, and Go writes a large one as 5e+06: give it a format of its own`,
    );
  }
  return { fromFieldPath: variable.from.path };
}

/** The template as a Go format: `%s` for text, `%v` for truth values and for what no schema describes. */
function goFormat(strings: TemplateStringsArray, values: readonly unknown[]): string {
  const isAlone = values.filter(isSource).length === 1;
  const [head = '', ...tails] = strings;
  const parts = tails.map((tail, index) => {
    const value = values[index];
    return `${isSource(value) ? verb(value, isAlone) : escaped(String(value))}${escaped(tail)}`;
  });
  return escaped(head) + parts.join('');
}

function verb(source: Source<Origin, unknown>, isAlone: boolean): string {
  return isAlone || onlyPatch(source[placement]).valueType === 'string' ? '%s' : '%v';
}

function escaped(text: string): string {
  return text.replaceAll('%', '%%');
}

function onlyPatch(placed: Placement): PatchSource {
  const [patch, ...others] = placed.patches;
  if (patch === undefined || others.length > 0 || placed.literal !== undefined) {
    throw new Error('format takes one value in each place: put .or() around the whole format');
  }
  return patch;
}
