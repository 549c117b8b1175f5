import type { FailoverPlan } from '../../../src/api/failover-plan.ts';

/** The plan of a world, with names that nothing in AWS has. */
export function ghostOf({ apiVersion, kind, spec }: FailoverPlan, journalTable: string) {
  const site = (name: 'primary' | 'secondary') => ({
    ...spec.sites[name],
    endpointUrl: `http://ghost-${name}.example.com/healthz`,
    database: { ...spec.sites[name].database, identifier: 'ghost-db' },
    autoScalingGroup: 'ghost-asg',
    targetGroup: 'ghost-tg',
    switchBucket: 'ghost-switch',
    topicArn: `arn:aws:sns:${spec.sites[name].region}:111122223333:ghost`,
    stackRef: undefined,
    journalTable,
  });
  const sites = { primary: site('primary'), secondary: site('secondary') };
  const dns = {
    ...spec.dns,
    name: 'ghost.example.com',
    databaseName: 'db.ghost.example.com',
    healthName: '_health.ghost.example.com',
  };
  return { apiVersion, kind, spec: JSON.parse(JSON.stringify({ ...spec, sites, dns })) as object };
}
