import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { scopeOf } from '../../src/api/names.ts';
import { sites } from '../../src/api/site.ts';
import { type PolicyDocument, policyOf } from '../policy-document.ts';
import {
  mayCheckReadiness,
  mayFailOver,
  mayNotify,
  mayObserve,
  mayReadMetrics,
  mayReadParameters,
  mayReadSwitch,
  mayRebuild,
  mayShareCalls,
  mayWriteJournal,
} from './actor-permissions.ts';

/** Health checks have ids that AWS chooses, and no region. */
const healthChecks = 'arn:aws:route53:::healthcheck/*';

/**
 * The policy of the controller's role for one application: what the failover function may do, in both sites, making and
 * deleting instances, and watching the switch's health checks settle.
 *
 * @example
 * JSON.stringify(controllerPolicy(app), null, 2) // understudy iam-policy FILE
 */
export function controllerPolicy(app: MultiRegionApp): PolicyDocument {
  const both = sites.map((site) => ({ ...scopeOf(app), region: app.spec[site].region }));
  return policyOf([
    ...mayObserve(both),
    ...mayReadMetrics(),
    ...mayWriteJournal(both),
    ...mayShareCalls(both),
    ...mayReadSwitch(app, both),
    ...mayFailOver(app, both),
    ...mayRebuild(both),
    ...mayCheckReadiness(app, both),
    ...mayNotify(both),
    ...mayReadParameters(both),
    { actions: ['route53:GetHealthCheck', 'route53:GetHealthCheckStatus'], resources: [healthChecks] },
  ]);
}
