import type { FailoverPlan } from '../../api/failover-plan.ts';
import { failoverPlanOf } from '../../api/failover-plan-of.ts';
import type { MultiRegionApp } from '../../api/multi-region-app.ts';

/**
 * The application's standing policy with the world's ports in it: in AWS a load balancer listens on 80 and a database
 * on its engine's port, here both are whatever was free.
 */
export function worldPlan(
  app: MultiRegionApp,
  ports: { readonly http: number; readonly database: number },
): FailoverPlan {
  const plan = failoverPlanOf(app);
  const site = (value: FailoverPlan['spec']['sites']['primary']) => ({
    ...value,
    ...(value.endpointUrl === undefined ? {} : { endpointUrl: withPort(value.endpointUrl, ports.http) }),
    database: { ...value.database, port: ports.database },
  });
  const { primary, secondary } = plan.spec.sites;
  return { ...plan, spec: { ...plan.spec, sites: { primary: site(primary), secondary: site(secondary) } } };
}

/** A world is nothing without a name to be found by: an application that has none gets a stand-in. */
export function withDomain(app: MultiRegionApp): MultiRegionApp {
  if (app.spec.domain !== 'none') return app;
  const domain = { name: `${app.metadata.name}.example.com`, zoneName: 'example.com' };
  return { ...app, spec: { ...app.spec, domain } };
}

function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.protocol = 'http:';
  changed.port = String(port);
  return changed.href;
}
