import type { FailoverPlan } from '../../api/failover-plan.ts';
import type { OwnVantage } from '../../aws/aws-ports.ts';
import type { EngineEvent } from '../../failover/events.ts';

/** What a controller's process is told at its start. */
export interface ActorConfig {
  /** Unique per process, such as `controller/1`: the lease's holder. */
  readonly actor: string;
  /** The plan's vantages that it looks through. */
  readonly vantages: readonly OwnVantage[];
  readonly plan: FailoverPlan;
  readonly speed: number;
  readonly database: { readonly user: string; readonly password: string; readonly database: string };
}

/** What it tells. */
export interface ActorMessage {
  readonly kind: 'Event';
  readonly event: EngineEvent;
}
