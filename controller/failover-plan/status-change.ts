import type { FailoverPlanStatus } from '../../src/api/failover-plan-status.ts';

/**
 * How much a status differs from the one that stands: `Plain` is what somebody may wait for, such as a phase; `Faint` is
 * a number that moved, which can wait until others have moved as well.
 */
export type StatusChange = 'None' | 'Faint' | 'Plain';

export function statusChange(before: FailoverPlanStatus | undefined, after: FailoverPlanStatus): StatusChange {
  if (before === undefined) return 'Plain';
  if (isSameJson(before, after)) return 'None';
  return isSameJson(gist(before), gist(after)) ? 'Faint' : 'Plain';
}

/** What programs and people act on. */
function gist(status: FailoverPlanStatus): unknown {
  const { active, phase, epoch, journalHolder, mode, suspended, planHash, findings, sites, lastFailover } = status;
  const { observedGeneration, conditions } = status;
  return {
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
  };
}

/** As JSON: the API server gives back no field that is undefined. Makes nothing, since statuses are compared all the time. */
function isSameJson(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((part, index) => isSameJson(part, other[index]));
  }
  if (!isRecord(one) || !isRecord(other)) return false;
  for (const key in one) if (!isSameJson(one[key], other[key])) return false;
  for (const key in other) if (one[key] === undefined && other[key] !== undefined) return false;
  return true;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
