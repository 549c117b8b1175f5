import { setValueAt, valueAt } from './field-path.ts';
import type { Combine, Patch } from './function-input.ts';
import { type GoValue, sprintf } from './go-format.ts';
import type { Json, JsonObject } from './json.ts';
import { mergedObjects } from './merge.ts';
import { transformed } from './transforms.ts';

/** What a patch came to: done, or nothing because its source has no such field. */
export type PatchOutcome = { readonly applied: true } | { readonly applied: false; readonly missing: string };

/** True for a patch that goes to the composed resource, false for one that goes to the composite. */
export function goesToComposed(patch: Patch): boolean {
  return patch.type === 'FromCompositeFieldPath' || patch.type === 'CombineFromComposite';
}

/** Applies a patch: reads `from`, changes `to` in place. */
export function applyPatch(patch: Patch, from: JsonObject, to: JsonObject): PatchOutcome {
  const read = 'combine' in patch ? combined(patch.combine, from) : readField(patch.fromFieldPath, from);
  if ('missing' in read) {
    return { applied: false, missing: read.missing };
  }
  const value = asJson(transformed(read.value, patch.transforms));
  const path = patch.toFieldPath ?? ('fromFieldPath' in patch ? patch.fromFieldPath : '');
  setValueAt(to, path, patch.policy?.toFieldPath === 'MergeObjects' ? mergedObjects(valueAt(to, path), value) : value);
  return { applied: true };
}

type Read = { readonly value: GoValue } | { readonly missing: string };

function readField(path: string, from: JsonObject): Read {
  const value = valueAt(from, path);
  return value === undefined ? { missing: path } : { value: structuredClone(value) };
}

/** All variables or nothing: the first that is absent is what the patch waits for. */
function combined({ variables, string }: Combine, from: JsonObject): Read {
  const values: GoValue[] = [];
  for (const { fromFieldPath } of variables) {
    const value = valueAt(from, fromFieldPath);
    if (value === undefined) {
      return { missing: fromFieldPath };
    }
    values.push(value);
  }
  return { value: sprintf(string.fmt, values) };
}

function asJson(value: GoValue): Json {
  return typeof value === 'bigint' ? Number(value) : value;
}
