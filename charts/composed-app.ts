import { globalServices } from '../compositions/global-services/global-services.ts';
import { servicesObject } from '../compositions/global-services/services-object.ts';
import { regionalStack } from '../compositions/regional-stack/regional-stack.ts';
import { stackObject } from '../compositions/regional-stack/stack-object.ts';
import type { GlobalServicesInput } from '../src/api/global-services.ts';
import type { MultiRegionApp } from '../src/api/multi-region-app.ts';
import type { FunctionName } from '../src/api/names.ts';
import type { RegionalStackInput } from '../src/api/regional-stack.ts';
import { sites } from '../src/api/site.ts';

/** A composition of two steps: patches, then readiness. */
export type StaticComposition = ReturnType<typeof regionalStack>;

/** A composite resource with the composition that builds it. */
export interface Composed {
  /** As it is applied: without `spec.failover`. */
  readonly composite: RegionalStackInput | GlobalServicesInput;
  readonly composition: StaticComposition;
}

/** Keys of the functions' code in each site's code bucket. */
export type CodeKeys = Readonly<Record<FunctionName, string>>;

/**
 * The composite resources of an application, the sites' first. GlobalServices is left out where the sites share nothing.
 *
 * @param code without it, sites have no functions.
 */
export function composedApp(app: MultiRegionApp, code?: CodeKeys): Composed[] {
  const stack = regionalStack(app);
  const shared = globalServices(app);
  const stacks = sites.map((site) => ({ composite: withCode(stackObject(app, site), code), composition: stack }));
  return [...stacks, ...(shared === undefined ? [] : [{ composite: servicesObject(app), composition: shared }])];
}

function withCode(stack: RegionalStackInput, code: CodeKeys | undefined): RegionalStackInput {
  return code === undefined ? stack : { ...stack, spec: { ...stack.spec, code } };
}
