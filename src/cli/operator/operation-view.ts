import { durationMs } from '../../api/duration.ts';
import type { FailoverPhase, FailoverStep } from '../../api/failover.ts';
import type { FailoverObject } from '../cluster/objects.ts';
import type { Colors } from '../colors.ts';
import { leastConsent } from './consent.ts';
import { operationName } from './operation-name.ts';
import { isPastIntent, phaseOf } from './phases.ts';
import { agoText, columns, spanText } from './texts.ts';

export function phaseColor(phase: FailoverPhase, colors: Colors): (text: string) => string {
  switch (phase) {
    case 'Succeeded':
      return colors.green;
    case 'Failed':
    case 'Aborted':
      return colors.red;
    case 'WaitingForConsent':
    case 'WaitingForHuman':
      return colors.yellow;
    case 'Pending':
    case 'Running':
      return colors.cyan;
  }
}

/** One operation with its steps. */
export function operationLines(failover: FailoverObject, colors: Colors, nowMs: number): string[] {
  const { spec, status } = failover;
  const phase = phaseOf(failover);
  const title = `${colors.bold(operationName(failover))}  ${spec.action}${spec.dryRun ? ' (dry run)' : ''}  ${phaseColor(phase, colors)(phase)}`;
  const by = status?.actor === undefined ? '' : `  by ${status.actor}`;
  const since = status?.startedAt === undefined ? '' : `  begun ${agoText(nowMs - Date.parse(status.startedAt))} ago`;
  const lines = [`${title}${by}${since}`, ...stepLines(status?.steps ?? [], colors, nowMs).map((line) => `  ${line}`)];
  if (status?.message !== undefined) lines.push(`  ${status.message}`);
  const next = nextCommand(failover);
  if (next !== null) lines.push(`  ${colors.yellow(next)}`);
  return lines;
}

/** What a person can do about it now; `null`: nothing but wait. */
export function nextCommand(failover: FailoverObject): string | null {
  const { metadata, spec } = failover;
  const place = `-n ${metadata.namespace}`;
  switch (phaseOf(failover)) {
    case 'WaitingForConsent': {
      const approve = `understudy approve ${metadata.name} --accept-loss ${leastConsent(failover)} ${place}`;
      return `Accept the loss: ${approve}   or stop it: understudy abort ${metadata.name} ${place}`;
    }
    case 'WaitingForHuman':
      return 'It goes on by itself once that is settled.';
    case 'Running':
      return isPastIntent(failover)
        ? null
        : `Until its point of no return it can be stopped: understudy abort ${spec.planRef.name} ${place}`;
    default:
      return null;
  }
}

/** A line a step: how far it is, how long it took of its budget, and what it says. */
export function stepLines(steps: readonly FailoverStep[], colors: Colors, nowMs: number): string[] {
  return columns(
    steps.map((step) => [
      markOf(step, colors),
      step.name,
      timeOf(step, colors, nowMs),
      step.attempts > 1 ? `${step.attempts} attempts` : '',
      step.message ?? '',
    ]),
  );
}

function markOf({ phase }: FailoverStep, colors: Colors): string {
  switch (phase) {
    case 'Pending':
      return colors.dim('·');
    case 'Running':
      return colors.cyan('>');
    case 'Succeeded':
      return colors.green('✓');
    case 'Failed':
      return colors.red('✗');
    case 'Skipped':
      return colors.dim('-');
  }
}

/** `12.3s of 1m15s`, red when it is over. */
function timeOf({ phase, startedAt, completedAt, budget }: FailoverStep, colors: Colors, nowMs: number): string {
  if (phase === 'Skipped') return colors.dim('skipped');
  const within = budget === undefined ? '' : ` of ${budget}`;
  if (startedAt === undefined) return budget === undefined ? '' : colors.dim(`within ${budget}`);
  const tookMs = (completedAt === undefined ? nowMs : Date.parse(completedAt)) - Date.parse(startedAt);
  const text = `${spanText(tookMs)}${within}`;
  return budget !== undefined && tookMs > durationMs(budget) ? colors.red(text) : text;
}

/** `RTO 1m12s (detection 28s, promotion 41s, traffic 3s) · RPO 400ms · 3 writes lost`; empty when nothing was measured. */
export function measuredText({ status }: FailoverObject): string {
  const { rto, rpo, lostWrites, detection, promotion, trafficFlip } = status?.measured ?? {};
  const parts = Object.entries({ detection, promotion, traffic: trafficFlip }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  );
  const of = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  return [
    rto === undefined ? undefined : `RTO ${rto}${of}`,
    rpo === undefined ? undefined : `RPO ${rpo}`,
    lostWrites === undefined ? undefined : `${lostWrites} writes lost`,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}
