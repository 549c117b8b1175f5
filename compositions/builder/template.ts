import { fieldPath, type Segment } from './field-path.ts';
import type { Json, Patch } from './function-input.ts';
import { isSource, type PatchSource, type Placement, placement } from './source.ts';

/** A body taken apart: its literals, and patches that bring the rest, in the order of the body. */
export interface SplitBody {
  /** Undefined where the body has no literal part at all. */
  readonly literal: Json | undefined;
  readonly patches: readonly Patch[];
  /** Names of resources that the body refers to. */
  readonly refersTo: readonly string[];
}

/** Takes a body apart at a path. */
export function splitBody(value: unknown, at: readonly Segment[]): SplitBody {
  if (isSource(value)) {
    return splitSource(value[placement], at);
  }
  if (Array.isArray(value)) {
    return splitList(value, at);
  }
  if (typeof value === 'object' && value !== null) {
    return splitObject(value, at);
  }
  return { literal: literalLeaf(value, at), patches: [], refersTo: [] };
}

function splitSource(placed: Placement, at: readonly Segment[]): SplitBody {
  const over = placed.over === undefined ? undefined : splitBody(placed.over, at);
  const foreign = placed.patches.find((patch) => patch.owner !== undefined);
  if (foreign?.owner !== undefined) {
    throw new Error(`${fieldPath(at)} reads the resource ${foreign.owner.name}: go through a status field, or ref()`);
  }
  return {
    literal: over?.literal ?? placed.literal,
    patches: [...placed.patches.map((patch) => patchTo(patch, fieldPath(at))), ...(over?.patches ?? [])],
    refersTo: [...placed.patches.flatMap((patch) => patch.refersTo ?? []), ...(over?.refersTo ?? [])],
  };
}

function splitObject(value: object, at: readonly Segment[]): SplitBody {
  const parts = Object.entries(value).map(([key, part]) => ({ key, split: splitBody(part, [...at, key]) }));
  const literals = parts.flatMap(({ key, split }) =>
    split.literal === undefined ? [] : [[key, split.literal] as const],
  );
  return {
    literal: literals.length > 0 || parts.length === 0 ? Object.fromEntries(literals) : undefined,
    ...joined(parts.map(({ split }) => split)),
  };
}

/**
 * A list keeps its places: they are held open up to the last element that is not a field by itself. An object in a list
 * is always there, even if all of its fields may be absent, or the ones after it would stand behind a null.
 */
function splitList(value: readonly unknown[], at: readonly Segment[]): SplitBody {
  const parts = value.map((part, index) => splitBody(part, [...at, index]));
  const lastHeld = parts.findLastIndex((part, index) => part.literal !== undefined || !isSource(value[index]));
  const isLiteral = lastHeld >= 0 || value.length === 0;
  const literals = parts.slice(0, lastHeld + 1).map((part, index) => part.literal ?? placeholder(value[index]));
  return { literal: isLiteral ? literals : undefined, ...joined(parts) };
}

function placeholder(element: unknown): Json {
  if (isSource(element)) {
    return null;
  }
  return Array.isArray(element) ? [] : {};
}

function joined(parts: readonly SplitBody[]): Pick<SplitBody, 'patches' | 'refersTo'> {
  return {
    patches: parts.flatMap((part) => part.patches),
    refersTo: parts.flatMap((part) => part.refersTo),
  };
}

function literalLeaf(value: unknown, at: readonly Segment[]): Json {
  if (
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value))
  ) {
    return value;
  }
  throw new Error(`${fieldPath(at)} is ${String(value)}: leave the key out where there is no value`);
}

/** Gives a patch its target. What equals the function's default is left out. */
export function patchTo(source: PatchSource, toFieldPath: string): Patch {
  const isFromComposite = source.owner === undefined;
  const end = {
    toFieldPath,
    ...(source.transforms.length === 0 ? {} : { transforms: source.transforms }),
    ...(Object.keys(source.policy).length === 0 ? {} : { policy: source.policy }),
  };
  return 'path' in source.from
    ? {
        type: isFromComposite ? 'FromCompositeFieldPath' : 'ToCompositeFieldPath',
        fromFieldPath: source.from.path,
        ...end,
      }
    : { type: isFromComposite ? 'CombineFromComposite' : 'CombineToComposite', combine: source.from.combine, ...end };
}
