import type { SharedFailover } from '../../src/api/global-services.ts';
import type { RegionalStackStatus } from '../../src/api/regional-stack.ts';
import type { Site } from '../../src/api/site.ts';
import type { Journal } from '../../src/failover/journal.ts';
import { activeAt } from './switch-slots.ts';

/**
 * `spec.failover` of a GlobalServices. Pure. The health record speaks of the site that was active when the switch was
 * pointed, and changes with it.
 */
export function servicesFailover(
  journal: Journal,
  current: SharedFailover | undefined,
  statuses: Readonly<Record<Site, RegionalStackStatus | undefined>>,
): SharedFailover {
  const checkOf = (site: Site) => statuses[site]?.healthChecks?.endpoint ?? current?.endpointChecks?.[site];
  const [primary, secondary] = [checkOf('primary'), checkOf('secondary')];
  const endpointChecks = {
    ...(primary === undefined ? {} : { primary }),
    ...(secondary === undefined ? {} : { secondary }),
  };
  return {
    watched: activeAt(journal, journal.switchTerm),
    ...(Object.keys(endpointChecks).length === 0 ? {} : { endpointChecks }),
  };
}
