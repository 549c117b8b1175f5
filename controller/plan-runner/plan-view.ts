import type { FailoverPlanSpec } from '../../src/api/failover-plan.ts';
import type { Finding } from '../../src/api/failover-plan-status.ts';
import type { DriverState } from '../../src/failover/driver.ts';
import type { Journal } from '../../src/failover/journal.ts';
import type { Plan } from '../../src/failover/plan.ts';
import type { PredictedRto } from '../../src/failover/predicted-rto.ts';
import type { ReadinessFacts } from '../../src/failover/readiness/facts.ts';

/** What is known of a plan's readiness, as last looked at. */
export interface Readiness {
  readonly facts: ReadinessFacts;
  readonly findings: readonly Finding[];
  readonly predictedRto: PredictedRto;
}

/** Why a plan is not driven, or not as it should be. */
export interface Trouble {
  /** One word in CamelCase. */
  readonly reason: string;
  readonly message: string;
}

/** A plan as this process knows it: all that statuses, records and desired state are made of. */
export interface PlanView {
  /** `namespace/name` of the FailoverPlan. */
  readonly key: string;
  /** As filed. */
  readonly plan: Plan;
  readonly spec: FailoverPlanSpec;
  readonly planHash: string;
  readonly actor: string;
  /** As last read or written; null before. */
  readonly journal: Journal | null;
  /** What the engine last decided by; null before its first turn is over. */
  readonly decided: DriverState | null;
  readonly readiness: Readiness | null;
  readonly trouble: Trouble | null;
  /** Requests that the engine declined, by their id, with its reasons. */
  readonly declined: ReadonlyMap<string, string>;
}
