import type { FailoverPlan } from '../../api/failover-plan.ts';
import type { Site } from '../../api/site.ts';
import type { OwnVantage } from '../../aws/aws-ports.ts';
import type { EngineEvent } from '../../failover/events.ts';

/** What an actor's process is told at its start. */
export interface ActorConfig {
  /**
   * `controller` watches and acts; `lambda` does so once a minute, for most of the minute while something is wrong;
   * `prober` only looks, from the place that it is in.
   */
  readonly role: 'controller' | 'lambda' | 'prober';
  /** Unique per process, such as `controller/1`: the lease's holder. Of a Lambda, what its invocations' names begin with. */
  readonly actor: string;
  /** The site whose region it is in; `null` for one in none. */
  readonly site: Site | null;
  /** The plan's vantages that it looks through. */
  readonly vantages: readonly OwnVantage[];
  readonly plan: FailoverPlan;
  readonly speed: number;
  readonly database: { readonly user: string; readonly password: string; readonly database: string };
}

/** What it tells. */
export type ActorMessage =
  | { readonly kind: 'Event'; readonly event: EngineEvent }
  /** An invocation of a Lambda has ended; `quiet`: because nothing was wrong and nothing to be done. */
  | { readonly kind: 'InvocationEnded'; readonly invocation: string; readonly quiet: boolean };
