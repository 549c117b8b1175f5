import type { MetricStore } from './cloudwatch/metric-store.ts';
import type { NamedLoadBalancer } from './elastic-load-balancing/elastic-load-balancing-service.ts';
import type { Pace } from './pace.ts';
import type { Databases } from './rds/databases.ts';

/** RDS publishes each minute; more often here, so that a short demonstration has a lag to see. */
const intervalMs = 10_000;

/** Publishes the metrics that the region itself measures: AWS/RDS ReplicaLag, AWS/ApplicationELB host counts. */
export function watchMetrics(
  store: MetricStore,
  pace: Pace,
  databases: Databases,
  balancers: readonly NamedLoadBalancer[],
): void {
  pace.repeat(intervalMs, async () => {
    for (const { identifier } of databases.records) {
      // No datapoint for a replica that does not answer, as CloudWatch has none then.
      const lag = await databases.replicaLagSeconds(identifier).catch(() => undefined);
      if (lag === undefined) continue;
      store.add(
        { namespace: 'AWS/RDS', name: 'ReplicaLag', dimensions: { DBInstanceIdentifier: identifier } },
        lag,
        Date.now(),
      );
    }
    for (const each of balancers) publishHostCounts(store, each);
  });
}

function publishHostCounts(store: MetricStore, { arn, targetGroupArn, balancer }: NamedLoadBalancer): void {
  const dimensions = {
    LoadBalancer: arn.slice(arn.indexOf('app/')),
    TargetGroup: targetGroupArn.slice(targetGroupArn.indexOf('targetgroup/')),
  };
  for (const [name, state] of [
    ['HealthyHostCount', 'healthy'],
    ['UnHealthyHostCount', 'unhealthy'],
  ] as const) {
    const count = balancer.health.filter((target) => target.state === state).length;
    store.add({ namespace: 'AWS/ApplicationELB', name, dimensions }, count, Date.now());
  }
}
