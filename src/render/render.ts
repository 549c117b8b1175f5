import { parseResourcesInput } from './function-input.ts';
import type { JsonObject } from './json.ts';
import { renderError } from './render-error.ts';
import { type Observed, type Rendered, renderResources } from './render-resources.ts';

/** A Composition, as far as it is looked at here. */
export interface CompositionLike {
  readonly spec?: {
    readonly compositeTypeRef?: { readonly apiVersion: string; readonly kind: string };
    readonly mode?: string;
    readonly pipeline?: readonly PipelineStep[];
  };
}

interface PipelineStep {
  readonly functionRef: { readonly name: string };
  readonly input?: object;
}

/**
 * Evaluates a composition for a composite in process: what function-patch-and-transform would want, given the composite
 * and what was observed of its resources. It changes none of its arguments.
 *
 * The composite is taken as the API server has it, with the defaults of its schema filled in. Of the pipeline it knows
 * function-patch-and-transform, and function-auto-ready, whose answer is in `ready` as well.
 *
 * @throws UnderstudyError US1110 for a function, patch, transform or policy that is not evaluated here, by its name, and
 * for whatever makes the real function fail.
 * @example
 * const { resources, withheld } = render(regionalStack, { apiVersion, kind, metadata: { name: 'east' }, spec });
 * resources.get('database'); // the RDS instance
 * withheld; // [{ resource: 'record', missing: 'spec.failover.loadBalancer.dnsName' }]
 */
export function render(composition: CompositionLike, xr: JsonObject, observed: Observed = new Map()): Rendered {
  return renderResources(parseResourcesInput(patchStep(composition, xr).input), xr, observed);
}

function patchStep({ spec }: CompositionLike, xr: JsonObject): PipelineStep {
  const target = spec?.compositeTypeRef;
  if (target !== undefined && (target.kind !== xr.kind || target.apiVersion !== xr.apiVersion)) {
    throw renderError(`the composition is for ${target.apiVersion} ${target.kind}, not ${xr.apiVersion} ${xr.kind}`);
  }
  const steps = spec?.pipeline ?? [];
  const unknown = steps.find(({ functionRef }) => !/function-(patch-and-transform|auto-ready)$/.test(functionRef.name));
  if (unknown !== undefined) {
    throw renderError(`the function ${unknown.functionRef.name} is not evaluated`);
  }
  const [patches, ...others] = steps.filter(({ functionRef }) => /patch-and-transform$/.test(functionRef.name));
  if (patches === undefined || others.length > 0) {
    throw renderError('a composition has one step of function-patch-and-transform');
  }
  return patches;
}
