import type { Patch, ResourceTemplate } from './function-input.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { applyPatch, goesToComposed } from './patches.ts';
import { within } from './render-error.ts';

export interface ResourceScope {
  readonly xr: JsonObject;
  /** The desired composite; patches write their reports into it. */
  readonly composite: JsonObject;
  /** The resource as last observed; undefined while it does not exist. */
  readonly existing: JsonObject | undefined;
}

export type RenderedResource =
  | { readonly desired: JsonObject; readonly warnings: readonly string[] }
  /** Not created yet, because a Required patch found this field absent. */
  | { readonly missing: string };

/**
 * Evaluates one resource's template. A Required patch whose source is absent holds a resource back only until it
 * exists; after that the patch is passed over like an optional one, and its field is gone from the desired state.
 */
export function renderResource(template: ResourceTemplate, scope: ResourceScope): RenderedResource {
  const desired = structuredClone(template.base) as JsonObject;
  if (scope.existing !== undefined) {
    keepIdentity(desired, scope.existing);
  }
  const warnings: string[] = [];
  for (const [index, patch] of (template.patches ?? []).entries()) {
    const missing = within(`patch ${index} (${patch.type})`, () => missingFor(patch, desired, scope));
    if (missing === undefined || patch.policy?.fromFieldPath !== 'Required') {
      continue;
    }
    if (goesToComposed(patch) && scope.existing === undefined) {
      return { missing };
    }
    warnings.push(`${template.name}: ${missing} is required and absent, but the resource exists already`);
  }
  return { desired, warnings };
}

/** Applies a patch. What the source lacks is the answer; undefined where the patch is done or has nothing to read yet. */
function missingFor(patch: Patch, desired: JsonObject, { xr, composite, existing }: ResourceScope): string | undefined {
  if (goesToComposed(patch)) {
    return absentField(applyPatch(patch, xr, desired));
  }
  return existing === undefined ? undefined : absentField(applyPatch(patch, existing, composite));
}

function absentField(outcome: ReturnType<typeof applyPatch>): string | undefined {
  return outcome.applied ? undefined : outcome.missing;
}

/** A template stays with the resource that was made from it: name and namespace come from there, patches may differ. */
function keepIdentity(desired: JsonObject, existing: JsonObject): void {
  const { name, namespace } = isJsonObject(existing.metadata) ? existing.metadata : {};
  const metadata = isJsonObject(desired.metadata) ? desired.metadata : {};
  for (const [key, value] of Object.entries({ namespace, name })) {
    if (typeof value === 'string' && value !== '') {
      metadata[key] = value;
    } else {
      delete metadata[key];
    }
  }
  if (Object.keys(metadata).length > 0 || desired.metadata !== undefined) {
    desired.metadata = metadata;
  }
}
