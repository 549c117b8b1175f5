import type { Finding } from '../api/failover-plan-status.ts';
import type { Now } from './clock.ts';
import type { Plan } from './plan.ts';
import { actors } from './readiness/actors.ts';
import { backups } from './readiness/backups.ts';
import { capacity } from './readiness/capacity.ts';
import { contextOf, type Outcome, type Rule } from './readiness/context.ts';
import { databasePair } from './readiness/database-pair.ts';
import { databaseState } from './readiness/database-state.ts';
import type { ReadinessFacts } from './readiness/facts.ts';
import { healthChecks } from './readiness/health-checks.ts';
import { records } from './readiness/records.ts';
import { heartbeat, recoveryTime, replication } from './readiness/replication.ts';
import { trafficSwitch } from './readiness/traffic-switch.ts';
import { untoldFindings } from './readiness/untold.ts';

const rules: readonly Rule[] = [
  databaseState,
  databasePair,
  backups,
  replication,
  heartbeat,
  recoveryTime,
  capacity,
  records,
  healthChecks,
  trafficSwitch,
  actors,
];

const urgency: Readonly<Record<Finding['severity'], number>> = { Error: 0, Warning: 1, Info: 2 };

/**
 * What would make a failover of the plan slower, lossier or impossible now: the worst first, then by code. Pure, and
 * never throws: what could not be looked at is a finding of its own, and no ground for an Error.
 *
 * @param plan with the database identifiers that are in use; rebuilding a replica changes them.
 * @param now the wall clock is compared with AWS's only where minutes matter.
 */
export function readinessFindings(plan: Plan, facts: ReadinessFacts, now: Pick<Now, 'wallMs'>): Finding[] {
  const context = contextOf(plan, facts, now.wallMs);
  const outcomes = rules.flatMap((rule) => rule(context));
  const untold = outcomes.flatMap((outcome) => (isFinding(outcome) ? [] : [outcome]));
  return [...outcomes.filter(isFinding), ...untoldFindings(untold)].sort(byUrgency);
}

function isFinding(outcome: Outcome): outcome is Finding {
  return 'code' in outcome;
}

/** Any two findings that differ have an order, so that a status changes only when a finding does. */
function byUrgency(one: Finding, other: Finding): number {
  return (
    urgency[one.severity] - urgency[other.severity] ||
    compare(one.code, other.code) ||
    compare(one.site ?? '', other.site ?? '') ||
    compare(one.message, other.message)
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
