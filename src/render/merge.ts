import { isJsonObject, type Json, type JsonObject } from './json.ts';

/**
 * `toFieldPath: MergeObjects`: what is there stays, and the patch fills in the rest, object by object. A value that is
 * there but empty (`""`, 0, false, null, `[]`, `{}`) counts as absent, and a null in the patch is passed over. Lists
 * are kept or taken whole.
 *
 * Source: merge in pkg/fieldpath/merge.go of crossplane-runtime, and deepMerge of dario.cat/mergo v1.0.2.
 */
export function mergedObjects(existing: Json | undefined, patch: Json): Json {
  return existing === undefined || existing === null || patch === null ? patch : filledIn(existing, patch);
}

function filledIn(existing: Json | undefined, patch: Json): Json {
  if (isJsonObject(existing) && isJsonObject(patch)) {
    const merged = mergedKeys(existing, patch);
    return isEmpty(merged) ? patch : merged;
  }
  return existing === undefined || isEmpty(existing) ? patch : existing;
}

function mergedKeys(existing: JsonObject, patch: JsonObject): JsonObject {
  const merged = { ...existing };
  for (const [key, value] of Object.entries(patch)) {
    if (value !== null) {
      merged[key] = filledIn(merged[key], value);
    }
  }
  return merged;
}

function isEmpty(value: Json): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length === 0 : !value;
}
