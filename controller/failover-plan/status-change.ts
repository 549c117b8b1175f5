import { isDeepStrictEqual } from 'node:util';
import type { FailoverPlanStatus } from '../../src/api/failover-plan-status.ts';

/**
 * How much a status differs from the one that stands: `Plain` is what somebody may wait for, such as a phase; `Faint` is
 * a number that moved, which can wait until others have moved as well.
 */
export type StatusChange = 'None' | 'Faint' | 'Plain';

export function statusChange(before: FailoverPlanStatus | undefined, after: FailoverPlanStatus): StatusChange {
  if (before === undefined) return 'Plain';
  // As JSON: the API server gives back no field that is undefined.
  if (isDeepStrictEqual(jsonOf(before), jsonOf(after))) return 'None';
  return isDeepStrictEqual(gist(before), gist(after)) ? 'Faint' : 'Plain';
}

/** What programs and people act on. */
function gist(status: FailoverPlanStatus): unknown {
  const { active, phase, epoch, journalHolder, mode, suspended, planHash, findings, sites, lastFailover } = status;
  const { observedGeneration, conditions } = status;
  return jsonOf({
    active,
    phase,
    epoch,
    journalHolder,
    mode,
    suspended,
    planHash,
    lastFailover,
    observedGeneration,
    findings: findings?.map(({ code, site }) => ({ code, site })),
    roles: [sites?.primary?.role, sites?.secondary?.role],
    conditions: conditions?.map(({ type, status: is, reason }) => ({ type, is, reason })),
  });
}

function jsonOf(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
