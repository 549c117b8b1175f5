import { type FailoverPlanInput, failoverPlanSchema } from '../../src/api/failover-plan.ts';
import { type Plan, planOf } from '../../src/failover/plan.ts';

export const planTable = 'trading-journal';
export const planBuckets = ['switch-east', 'switch-west', 'witness-ohio'];
export const planTopics = ['alerts'];

type SpecInput = FailoverPlanInput['spec'];
type SiteInput = SpecInput['sites']['primary'];

/** A plan whose resources {@link startLocalAws} has. */
export function examplePlan(changes: { site?: Partial<SiteInput>; spec?: Partial<SpecInput> } = {}): Plan {
  const site = (region: string, name: string): SiteInput => ({
    region,
    database: { kind: 'Instance', identifier: 'trading-db' },
    switchBucket: `switch-${name}`,
    journalTable: planTable,
    fencing: { networkAcl: 'trading-db-acl', applicationCidrs: ['10.0.10.0/24', '10.0.11.0/24'] },
    autoScalingGroup: 'trading-asg',
    targetGroup: 'trading-tg',
    capacity: { active: 4, standby: 1 },
    topicArn: `arn:aws:sns:us-west-2:111122223333:alerts`,
    ...changes.site,
  });
  return planOf(
    failoverPlanSchema.parse({
      apiVersion: 'understudy.dev/v1alpha1',
      kind: 'FailoverPlan',
      metadata: { name: 'trading', namespace: 'apps' },
      spec: {
        sites: { primary: site('us-east-1', 'east'), secondary: site('us-west-2', 'west') },
        witness: { region: 'us-east-2', bucket: 'witness-ohio' },
        ...changes.spec,
      },
    }),
  );
}
