import type { FailoverSpec, FailoverStatus } from '../../api/failover.ts';
import type { FailoverPlanSpec } from '../../api/failover-plan.ts';
import type { FailoverPlanStatus } from '../../api/failover-plan-status.ts';

/** Objects as the API server gives them: it has filled in the defaults of the spec. */
interface ClusterObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly creationTimestamp?: string;
    readonly generation?: number;
    readonly resourceVersion?: string;
    readonly deletionTimestamp?: string;
  };
}

export interface PlanObject extends ClusterObject {
  readonly spec: FailoverPlanSpec;
  readonly status?: FailoverPlanStatus;
}

export interface FailoverObject extends ClusterObject {
  readonly spec: FailoverSpec;
  readonly status?: FailoverStatus;
}

/** Of each kind that operators work with, its objects. */
export interface ObjectOf {
  readonly failoverplans: PlanObject;
  readonly failovers: FailoverObject;
}

export type Plural = keyof ObjectOf;
