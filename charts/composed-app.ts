import { globalServices } from '../compositions/global-services/global-services.ts';
import { servicesObject } from '../compositions/global-services/services-object.ts';
import { regionalStack } from '../compositions/regional-stack/regional-stack.ts';
import { type BundleKeys, stackObject } from '../compositions/regional-stack/stack-object.ts';
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

/** Keys of the functions' code, in the code bucket of each region that has the function. */
export type CodeKeys = Readonly<Record<FunctionName, string>>;

/**
 * The composite resources of an application, the sites' first. GlobalServices is left out where the sites share nothing.
 *
 * @param code without it, there are no functions.
 */
export function composedApp(app: MultiRegionApp, code?: CodeKeys): Composed[] {
  const stack = regionalStack(app);
  const shared = globalServices(app);
  const stacks: Composed[] = sites.map((site) => ({
    composite: stackObject(app, site, siteCode(code)),
    composition: stack,
  }));
  if (shared === undefined) return stacks;
  return [...stacks, { composite: servicesObject(app, code?.witness), composition: shared }];
}

function siteCode(code: CodeKeys | undefined): BundleKeys | undefined {
  if (code === undefined) return undefined;
  const { prober, failover, validator } = code;
  return { prober, failover, validator };
}
