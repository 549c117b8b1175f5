import { durationMs, formatDuration } from '../duration.ts';
import type { FieldPath } from '../field-path.ts';
import type { MultiRegionAppSpec } from '../multi-region-app.ts';
import type { FieldProblem } from '../problems.ts';
import { estimateRto, totalMs } from '../rto-estimate.ts';

/** Objectives that the settings could meet at all. */
export function checkObjectives(spec: MultiRegionAppSpec): FieldProblem[] {
  return [...checkRto(spec), ...checkRpo(spec)];
}

function checkRto(spec: MultiRegionAppSpec): FieldProblem[] {
  const parts = estimateRto(spec);
  const sumMs = totalMs(parts);
  if (sumMs <= durationMs(spec.objectives.rto)) {
    return [];
  }
  const sum = parts.map(({ name, ms }) => `${formatDuration(ms)} ${name}`).join(' + ');
  return [
    {
      code: 'US1017',
      severity: 'error',
      path: ['spec', 'objectives', 'rto'],
      involves: [
        ['spec', 'detection'],
        ['spec', 'domain'],
      ],
      message: `${sum} = ${formatDuration(sumMs)}, more than ${spec.objectives.rto}`,
    },
  ];
}

function checkRpo({ objectives, failover }: MultiRegionAppSpec): FieldProblem[] {
  if (durationMs(failover.maxDataLoss) <= durationMs(objectives.rpo)) {
    return [];
  }
  return [
    {
      code: 'US1021',
      severity: 'warning',
      path: ['spec', 'failover', 'maxDataLoss'],
      involves: [['spec', 'objectives', 'rpo']],
      message: `a failover may lose ${failover.maxDataLoss} unasked, more than the objective of ${objectives.rpo}`,
      remedy: 'Lower failover.maxDataLoss to objectives.rpo, so that a larger loss waits for consent.',
    },
  ];
}

/** Shortest interval that a vantage keeps up with: once a probe has failed, all look each second anyway. */
const shortestIntervalMs = 1000;

/** Detection that is neither faster than a vantage can look nor switched off. */
export function checkDetection(interval: string, path: FieldPath): FieldProblem[] {
  return durationMs(interval) >= shortestIntervalMs
    ? []
    : [{ code: 'US1007', severity: 'error', path, message: `${interval} is too short: at least 1s` }];
}
