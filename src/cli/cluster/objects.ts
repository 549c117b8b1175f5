import type { FailoverSpec, FailoverStatus } from '../../api/failover.ts';
import type { FailoverPlanSpec } from '../../api/failover-plan.ts';
import type { FailoverPlanStatus } from '../../api/failover-plan-status.ts';
import type { RegionalStackSpec } from '../../api/regional-stack.ts';

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

/** The part of a RegionalStack in which the controller writes what the site does. */
export interface StackObject extends ClusterObject {
  readonly spec: Pick<RegionalStackSpec, 'failover'>;
}

/** Of each kind that operators work with, its objects. */
export interface ObjectOf {
  readonly failoverplans: PlanObject;
  readonly failovers: FailoverObject;
  readonly regionalstacks: StackObject;
}

export type Plural = keyof ObjectOf;
