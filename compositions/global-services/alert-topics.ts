import { globalServicesSchema } from '../../src/api/global-services.ts';
import { type MultiRegionApp, witnessFunctionRegion } from '../../src/api/multi-region-app.ts';
import { scopeOf, siteNames } from '../../src/api/names.ts';
import { sites } from '../../src/api/site.ts';
import { capability } from '../builder/capability.ts';
import { topic } from '../topic.ts';
import { healthMetricsRegion } from './health-alarms.ts';
import { named, type SharedCapability } from './shared.ts';

/** A topic in each region that has alarms and no site: an alarm can tell a topic of its own region only. */
export function alertTopics(app: MultiRegionApp): SharedCapability {
  const { domain, notifications } = app.spec;
  const regions = [domain === 'none' ? undefined : healthMetricsRegion, witnessFunctionRegion(app.spec)];
  const ofSites: readonly string[] = sites.map((site) => app.spec[site].region);
  return capability(globalServicesSchema, (shared) => {
    for (const region of new Set(regions)) {
      if (region === undefined || ofSites.includes(region)) continue;
      const { topic: name } = siteNames({ ...scopeOf(app), region });
      topic(shared, `alerts-${region}`, {
        region,
        name,
        emails: notifications.emails,
        tags: named(shared.xr, name),
      });
    }
  });
}
