import { formatDuration } from '../../src/api/duration.ts';
import type { Now } from '../../src/failover/clock.ts';
import { dryRun } from '../../src/failover/dry-run.ts';
import type { FailoverObject } from '../kinds.ts';
import type { PlanView } from '../plan-runner/plan-view.ts';
import type { OperationFields } from './record-status.ts';
import { requestOf } from './request-verdict.ts';

/**
 * What a Failover would do, step by step, and what stands in its way. Nothing is asked for.
 *
 * @returns null before the plan has been looked at.
 */
export function dryRunFields(object: FailoverObject, view: PlanView, now: Now): OperationFields | null {
  const { plan, decided, journal, readiness } = view;
  if (decided === null || journal === null) return null;
  const { action, holds, steps } = dryRun(plan, decided.assessment, journal, requestOf(object), now);
  const starts =
    holds.length === 0
      ? `${action} would start at once.`
      : `${action} could not start now: ${holds.map(({ message, clears }) => `${message} (what would change it: ${clears})`).join('; ')}.`;
  const found = (readiness?.findings ?? []).map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
  const findings = found.length === 0 ? '' : ` Findings: ${found.join('; ')}.`;
  return {
    phase: 'Succeeded',
    message: `Dry run, nothing was done. ${starts}${findings}`,
    from: decided.assessment.active.site,
    to: decided.assessment.standby.site,
    steps: steps.map(({ name, does, by, budgetMs, skipped }) => ({
      name,
      phase: skipped === null ? 'Pending' : 'Skipped',
      attempts: 0,
      budget: formatDuration(Math.round(budgetMs)),
      message: skipped ?? (by === 'controller' ? `${does} (the controller only)` : does),
    })),
  };
}
