import { Derivation } from './derivation.ts';
import { fieldPath, type Segment } from './field-path.ts';
import type { ReadinessCheck } from './function-input.ts';
import { type PatchSource, type Placement, placement, type Source } from './source.ts';

/** What a tree of fields reads, and for the composite's status also what it writes. */
export interface FieldTree {
  /** The patch that reads a field. Throws where the schema has no such field. */
  read(segments: readonly Segment[]): PatchSource;
  /** Fills a field from an observed one. */
  write?(path: string, source: Placement): void;
}

type Method = (...args: never[]) => unknown;

/**
 * A field as an object: a property is the field below it, a call is an operation on the field it is called on. So
 * `xr.spec.map` is the field `spec.map`, and `xr.spec.role.map({…})` is a lookup: no name of a schema can collide with
 * an operation. The types of `fields.ts` say what there is.
 */
export function fieldNode(tree: FieldTree, segments: readonly Segment[]): unknown {
  const below = new Map<string, unknown>();
  return new Proxy(() => {}, {
    has: (_, key) => key === placement,
    get(_, key) {
      if (typeof key === 'symbol') {
        return key === placement ? { patches: [tree.read(segments)] } : misused(key, segments);
      }
      const known = below.get(key) ?? fieldNode(tree, [...segments, key]);
      below.set(key, known);
      return known;
    },
    apply: (_, __, args) => call(tree, segments, args),
  });
}

function call(tree: FieldTree, called: readonly Segment[], args: readonly unknown[]): unknown {
  const name = called.at(-1);
  const segments = called.slice(0, -1);
  const [argument] = args;
  switch (name) {
    case 'at':
    case 'key':
      return fieldNode(tree, [...segments, argument as Segment]);
    case 'from':
      return tree.write?.(fieldPath(segments), (argument as Source<'observed', unknown>)[placement]);
    case 'exists':
      return { type: 'NonEmpty', fieldPath: fieldPath(segments) } satisfies ReadinessCheck;
    case 'is':
      return equality(fieldPath(segments), argument);
    default:
      return derive(tree, segments, String(name), args);
  }
}

function derive(tree: FieldTree, segments: readonly Segment[], name: string, args: readonly unknown[]): unknown {
  const field = new Derivation({ patches: [tree.read(segments)] });
  const method = Reflect.get(field, name) as Method | undefined;
  if (typeof method !== 'function' || name === 'constructor') {
    throw new Error(`${fieldPath(segments)}: there is no operation ${name}`);
  }
  return method.apply(field, args as never[]);
}

function equality(path: string, value: unknown): ReadinessCheck {
  switch (typeof value) {
    case 'boolean':
      return { type: value ? 'MatchTrue' : 'MatchFalse', fieldPath: path };
    default:
      return { type: 'MatchString', fieldPath: path, matchString: String(value) };
  }
}

/** A plain template literal, a comparison or a log asks for a primitive, which a field cannot be. */
function misused(key: symbol, segments: readonly Segment[]): undefined {
  if (key === Symbol.toPrimitive) {
    throw new Error(`${fieldPath(segments)} has no value before the composition runs: build text with format\`…\``);
  }
  return undefined;
}
