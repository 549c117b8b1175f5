import { globalServicesSchema } from '../../src/api/global-services.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { composition, type PatchAndTransformComposition } from '../builder/composition.ts';
import { alertTopics } from './alert-topics.ts';
import { dnsVantage } from './dns-vantage.ts';
import { healthAlarms } from './health-alarms.ts';
import type { SharedCapability } from './shared.ts';
import { tables } from './tables.ts';
import { witnessBucket } from './witness-bucket.ts';
import { witnessFunction } from './witness-function.ts';
import { zone } from './zone.ts';

/** What belongs to the application and to neither site, in this order. */
const capabilities: readonly ((app: MultiRegionApp) => SharedCapability)[] = [
  zone,
  tables,
  witnessBucket,
  witnessFunction,
  dnsVantage,
  healthAlarms,
  alertTopics,
];

/** Compositions belong to no namespace, so the name tells applications and environments apart. */
export function globalServicesCompositionName({ metadata, spec }: MultiRegionApp): string {
  return `${metadata.name}-${spec.environment}-global-services`;
}

/**
 * The composition of what both sites share, or undefined where they share nothing: no domain, no table and no witness.
 */
export function globalServices(app: MultiRegionApp): PatchAndTransformComposition | undefined {
  const built = capabilities.map((build) => build(app));
  if (built.every(({ declarations }) => declarations.length === 0)) {
    return undefined;
  }
  return composition(globalServicesSchema, {
    name: globalServicesCompositionName(app),
    capabilities: built,
    labels: { 'understudy.dev/app': app.metadata.name, 'understudy.dev/environment': app.spec.environment },
  });
}
