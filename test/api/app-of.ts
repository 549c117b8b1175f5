import { type MultiRegionApp, type MultiRegionAppInput, multiRegionAppSchema } from '../../src/api/multi-region-app.ts';
import { apiVersion } from '../../src/api/object-meta.ts';

/** An application with these settings and every other default. */
export function appOf(spec: MultiRegionAppInput['spec'] = {}, name = 'trading'): MultiRegionApp {
  return multiRegionAppSchema.parse({ apiVersion, kind: 'MultiRegionApp', metadata: { name }, spec });
}
