import { globalServicesSchema } from '../../src/api/global-services.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { regionalName, scopeOf, witnessBucketName } from '../../src/api/names.ts';
import { bucket, healthCheckersMayRead } from '../bucket.ts';
import { capability } from '../builder/capability.ts';
import { named, type SharedCapability } from './shared.ts';

/** The witness: a bucket in a third region, which still says who has taken over when the standby's bucket is gone. */
export function witnessBucket(app: MultiRegionApp): SharedCapability {
  const { deletion, witness } = app.spec;
  const scope = scopeOf(app);
  return capability(globalServicesSchema, (shared) => {
    if (witness === 'none') {
      return;
    }
    const name = witnessBucketName({ ...scope, region: witness });
    const made = bucket(shared, 'witness-bucket', {
      region: witness,
      name,
      tags: named(shared.xr, regionalName(scope, 'witness')),
      deletion,
      policy: healthCheckersMayRead(name),
    });
    shared.xr.status.witnessBucket.from(made.status.atProvider.id);
  });
}
