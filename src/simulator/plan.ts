import { type FailoverPlanInput, failoverPlanSchema } from '../api/failover-plan.ts';
import { type Plan, planOf } from '../failover/plan.ts';
import { defaultTiming, type Timing } from '../failover/timing.ts';

/** A plan that uses every feature: three domains, fencing, scaling, witness, DNS, stacks. Changes go over its fields. */
export function simulatedPlan(changes: Partial<Plan> = {}): Plan {
  return { ...filedPlan, ...changes };
}

/** Parsed once: a campaign makes a world of it a hundred times a second. */
const filedPlan = fullPlan();

function fullPlan(): Plan {
  const site = (role: 'primary' | 'secondary', region: string) => ({
    region,
    database: { kind: 'Instance' as const, identifier: `orders-${role}` },
    autoScalingGroup: `orders-${role}`,
    capacity: { active: 2, standby: 0 },
    switchBucket: `orders-switch-${role}`,
    journalTable: 'orders-journal',
    fencing: { networkAcl: `orders-${role}`, applicationCidrs: ['10.0.0.0/20'] },
    stackRef: { name: `orders-${role}` },
  });
  const input: FailoverPlanInput = {
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'FailoverPlan',
    metadata: { name: 'orders' },
    spec: {
      sites: { primary: site('primary', 'eu-west-1'), secondary: site('secondary', 'eu-north-1') },
      witness: { region: 'eu-central-1', bucket: 'orders-witness' },
      dns: { name: 'orders.example.com' },
      detection: {
        interval: '5s',
        failureThreshold: 3,
        vantages: [
          { name: 'controller', kind: 'Controller', domain: 'operations' },
          { name: 'dns', kind: 'Dns', domain: 'route53' },
          { name: 'prober-secondary', kind: 'Prober', domain: 'eu-north-1' },
        ],
      },
    },
  };
  return planOf(failoverPlanSchema.parse(input));
}

/**
 * The engine's own timing, looked at less often so that a run has fewer events, and with shorter waits so that a step
 * can come to its last attempt within a scenario.
 */
export const simulatedTiming: Timing = { ...defaultTiming, pollMs: 1_000, backoffMs: { first: 500, longest: 3_000 } };
