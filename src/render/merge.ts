import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { renderError } from './render-error.ts';

/**
 * `toFieldPath: MergeObjects`: what is there stays, and the patch fills in the rest. A value that is there but empty
 * (`""`, 0, false, null) counts as absent, and a null in the patch is passed over.
 *
 * Source: merge in pkg/fieldpath/merge.go of crossplane-runtime, and deepMerge of dario.cat/mergo v1.0.2.
 *
 * @throws UnderstudyError US1110 for anything but records of plain values: nested lists and objects are not evaluated.
 */
export function mergedObjects(existing: Json | undefined, patch: Json): Json {
  if (existing === undefined || existing === null || patch === null) {
    return patch;
  }
  if (!isPlainRecord(existing) || !isPlainRecord(patch)) {
    throw renderError('MergeObjects is evaluated for records of plain values only');
  }
  const merged = { ...existing };
  for (const [key, value] of Object.entries(patch)) {
    if (value !== null && !merged[key]) {
      merged[key] = value;
    }
  }
  return merged;
}

function isPlainRecord(value: Json): value is JsonObject {
  return isJsonObject(value) && Object.values(value).every((part) => typeof part !== 'object' || part === null);
}
