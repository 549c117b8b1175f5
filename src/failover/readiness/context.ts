import type { Finding } from '../../api/failover-plan-status.ts';
import { findingOf } from '../../api/findings.ts';
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

/** One concern's findings. Rules never throw, whatever is unknown. */
export type Rule = (context: ReadinessContext) => readonly Finding[];

export function contextOf(plan: Plan, facts: ReadinessFacts, nowMs: number): ReadinessContext {
  return { plan, facts, active: facts.active, standby: otherSite(facts.active), nowMs };
}

/**
 * What follows from a fact, or a finding that says that it cannot be told.
 *
 * @param what completes "cannot tell …".
 */
export function whenKnown<Value>(
  fact: Fact<Value>,
  what: string,
  site: Site | undefined,
  find: (value: Value) => readonly Finding[],
): readonly Finding[] {
  return fact.known ? find(fact.value) : [findingOf('CannotTell', { what, reason: fact.why }, site)];
}
