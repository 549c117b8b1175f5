import type { Finding } from '../../api/failover-plan-status.ts';
import { otherSite, type Site } from '../../api/site.ts';
import type { Plan } from '../plan.ts';
import type { Fact } from './fact.ts';
import type { ReadinessFacts } from './facts.ts';

/** What every rule works with. */
export interface ReadinessContext {
  readonly plan: Plan;
  readonly facts: ReadinessFacts;
  readonly active: Site;
  readonly standby: Site;
  /** Wall clock. Compared with AWS's only where minutes matter. */
  readonly nowMs: number;
}

/** A fact that would have decided something and is unknown. */
export interface Untold {
  /** Completes "cannot tell …". */
  readonly what: string;
  readonly reason: string;
  readonly site: Site | undefined;
}

export type Outcome = Finding | Untold;

/** What one concern comes to. Rules never throw, whatever is unknown. */
export type Rule = (context: ReadinessContext) => readonly Outcome[];

export function contextOf(plan: Plan, facts: ReadinessFacts, nowMs: number): ReadinessContext {
  return { plan, facts, active: facts.active, standby: otherSite(facts.active), nowMs };
}

/** What follows from a fact, or that it cannot be told. */
export function whenKnown<Value>(
  fact: Fact<Value>,
  what: string,
  site: Site | undefined,
  find: (value: Value) => readonly Outcome[],
): readonly Outcome[] {
  return fact.known ? find(fact.value) : [{ what, reason: fact.why, site }];
}
