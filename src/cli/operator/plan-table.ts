import type { PlanPhase } from '../../api/failover-plan-status.ts';
import type { FailoverObject, PlanObject } from '../cluster/objects.ts';
import type { Colors } from '../colors.ts';
import { operationsIn } from './find-plan.ts';
import { operationName } from './operation-name.ts';
import { phaseOf, underWay } from './phases.ts';
import { agoText, columns } from './texts.ts';

export function planPhaseColor(phase: PlanPhase | undefined, colors: Colors): (text: string) => string {
  switch (phase) {
    case 'Protected':
      return colors.green;
    case 'Degraded':
    case 'Reprotecting':
    case 'FailingOver':
      return colors.yellow;
    case 'Suspect':
    case 'Unprotected':
    case 'Unknown':
    case undefined:
      return colors.red;
  }
}

/** All plans, a line each: are we safe? Those that are not come first. */
export function planTable(
  plans: readonly PlanObject[],
  failovers: readonly FailoverObject[],
  colors: Colors,
  { withNamespace, nowMs }: { readonly withNamespace: boolean; readonly nowMs: number },
): string[] {
  const head = ['PLAN', 'ACTIVE', 'PHASE', 'LAG', 'FINDINGS', 'PREDICTED RTO', 'LAST OPERATION', 'NOW'];
  const rows = [...plans].sort(byUrgency).map((plan) => {
    const { status, metadata } = plan;
    const cells = [
      metadata.name,
      status?.activeRegion ?? '?',
      planPhaseColor(status?.phase, colors)(status?.phase ?? 'no status'),
      status?.replicationLag ?? '?',
      findingsText(plan, colors),
      status?.predictedRto ?? '?',
      lastText(plan, nowMs),
      nowText(plan, failovers, colors),
    ];
    return withNamespace ? [metadata.namespace, ...cells] : cells;
  });
  return columns([withNamespace ? ['NAMESPACE', ...head] : head, ...rows]);
}

/** `1 error, 2 warnings`; `none`. */
export function findingsText({ status }: PlanObject, colors: Colors): string {
  const findings = status?.findings;
  if (findings === undefined) return '?';
  const count = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
  const many = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
  const errors = count('Error');
  const warnings = count('Warning');
  const parts = [
    ...(errors === 0 ? [] : [colors.red(many(errors, 'error'))]),
    ...(warnings === 0 ? [] : [colors.yellow(many(warnings, 'warning'))]),
    ...(count('Info') === 0 ? [] : [`${count('Info')} info`]),
  ];
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** `trading#7 Failover Succeeded 3h ago, RTO 1m12s, RPO 400ms` */
export function lastText({ status }: PlanObject, nowMs: number): string {
  const last = status?.lastFailover;
  if (last === undefined) return 'never';
  const ago = last.completedAt === undefined ? '' : ` ${agoText(nowMs - Date.parse(last.completedAt))} ago`;
  const rto = last.rto === undefined ? '' : `, RTO ${last.rto}`;
  const rpo = last.rpo === undefined ? '' : `, RPO ${last.rpo}`;
  return `${last.operationId} ${last.action} ${last.phase}${ago}${rto}${rpo}`;
}

function nowText(plan: PlanObject, failovers: readonly FailoverObject[], colors: Colors): string {
  const running = underWay(operationsIn(failovers, plan));
  if (running === undefined) return plan.status?.suspended === true ? colors.yellow('suspended') : '';
  const step = running.status?.step === undefined ? '' : ` at ${running.status.step}`;
  return colors.yellow(`${operationName(running)} ${running.spec.action} ${phaseOf(running)}${step}`);
}

const urgency: readonly (PlanPhase | undefined)[] = [
  'FailingOver',
  'Suspect',
  'Unknown',
  undefined,
  'Unprotected',
  'Degraded',
  'Reprotecting',
  'Protected',
];

function byUrgency(one: PlanObject, other: PlanObject): number {
  return urgency.indexOf(one.status?.phase) - urgency.indexOf(other.status?.phase);
}
