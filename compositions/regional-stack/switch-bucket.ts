import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { regionalName, scopeOf, siteNames } from '../../src/api/names.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { bucket, healthCheckersMayRead } from '../bucket.ts';
import { capability } from '../builder/capability.ts';
import { inRegion } from '../in-region.ts';
import { named, type StackCapability } from './stack.ts';

/** The bucket whose objects switch traffic: `open/*` while the site may serve, `takeover/*` once it has taken over. */
export function switchBucket(app: MultiRegionApp): StackCapability {
  const scope = scopeOf(app);
  return capability(regionalStackSchema, (stack) => {
    const { xr } = stack;
    const nameIn = (region: string): string => siteNames({ ...scope, region }).switchBucket;
    const made = bucket(stack, 'switch-bucket', {
      region: xr.spec.region,
      name: inRegion(xr.spec.region, nameIn),
      tags: named(xr, regionalName(scope, 'switch')),
      deletion: app.spec.deletion,
      policy: inRegion(xr.spec.region, (region) => healthCheckersMayRead(nameIn(region))),
    });
    xr.status.buckets.switch.from(made.status.atProvider.id);
  });
}
