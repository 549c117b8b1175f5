import type { z } from 'zod';
import { checkFailoverPlan } from './checks/failover-plan.ts';
import { checkMultiRegionApp } from './checks/multi-region-app.ts';
import { type Failover, failoverSchema } from './failover.ts';
import { type FailoverPlan, failoverPlanSchema } from './failover-plan.ts';
import { type MultiRegionApp, multiRegionAppSchema } from './multi-region-app.ts';
import type { FieldProblem } from './problems.ts';

/** What a user's file may hold. */
export type UserObject = MultiRegionApp | FailoverPlan | Failover;

/** A kind: its schema, and the rules that no single field can break. */
export interface UserKind {
  readonly kind: UserObject['kind'];
  readonly schema: z.ZodType<UserObject>;
  readonly check: (object: UserObject) => FieldProblem[];
}

export const userKinds: readonly UserKind[] = [
  {
    kind: 'MultiRegionApp',
    schema: multiRegionAppSchema,
    check: (object) => (object.kind === 'MultiRegionApp' ? checkMultiRegionApp(object) : []),
  },
  {
    kind: 'FailoverPlan',
    schema: failoverPlanSchema,
    check: (object) => (object.kind === 'FailoverPlan' ? checkFailoverPlan(object) : []),
  },
  { kind: 'Failover', schema: failoverSchema, check: () => [] },
];
