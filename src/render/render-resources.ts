import { UnderstudyError } from '../api/errors.ts';
import type { ResourcesInput, ResourceTemplate } from './function-input.ts';
import type { JsonObject } from './json.ts';
import { isReady } from './readiness.ts';
import { within } from './render-error.ts';
import { renderResource } from './render-resource.ts';

/** A resource that is not created yet, and the field that it waits for. */
interface Withheld {
  readonly resource: string;
  /** Path of the composite's field that a Required patch found absent. */
  readonly missing: string;
}

/** What a composition wants, given what is. */
export interface Rendered {
  /** The composite as desired: its kind, and the status that patches filled. */
  readonly composite: JsonObject;
  /** Desired composed resources by their names in the composition. */
  readonly resources: ReadonlyMap<string, JsonObject>;
  /** Names of the resources that exist and are ready, by their checks or their Ready condition. */
  readonly ready: ReadonlySet<string>;
  readonly withheld: readonly Withheld[];
  /** What the function would warn of: a Required field that is gone although the resource exists, say. */
  readonly warnings: readonly string[];
}

/** Composed resources as last observed, by their names in the composition. */
export type Observed = ReadonlyMap<string, JsonObject>;

/** Evaluates the input of a function-patch-and-transform step, resource by resource. */
export function renderResources(input: ResourcesInput, xr: JsonObject, observed: Observed): Rendered {
  const composite: JsonObject = { apiVersion: xr.apiVersion ?? '', kind: xr.kind ?? '' };
  const resources = new Map<string, JsonObject>();
  const ready = new Set<string>();
  const withheld: Withheld[] = [];
  const warnings: string[] = [];
  for (const template of input.resources) {
    const existing = observed.get(template.name);
    if (existing !== undefined && readyOrWarned(template, existing, warnings)) {
      ready.add(template.name);
    }
    const rendered = within(`resource ${template.name}`, () => renderResource(template, { xr, composite, existing }));
    if ('missing' in rendered) {
      withheld.push({ resource: template.name, missing: rendered.missing });
    } else {
      warnings.push(...rendered.warnings);
      resources.set(template.name, rendered.desired);
    }
  }
  return { composite, resources, ready, withheld, warnings };
}

/** A check that cannot be run makes a resource unready, and says so, but stops nothing. */
function readyOrWarned(template: ResourceTemplate, existing: JsonObject, warnings: string[]): boolean {
  try {
    return isReady(existing, template.readinessChecks);
  } catch (error) {
    if (!(error instanceof UnderstudyError)) {
      throw error;
    }
    warnings.push(`${template.name}: cannot check readiness: ${error.message}`);
    return false;
  }
}
