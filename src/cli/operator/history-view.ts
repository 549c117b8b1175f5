import type { FailoverObject } from '../cluster/objects.ts';
import type { Colors } from '../colors.ts';
import { operationName } from './operation-name.ts';
import { phaseColor } from './operation-view.ts';
import { phaseOf } from './phases.ts';
import { columns, spanText } from './texts.ts';

/** Operations, a line each, the latest first. */
export function historyTable(operations: readonly FailoverObject[], colors: Colors): string[] {
  const head = ['OPERATION', 'ACTION', 'PHASE', 'BEGUN (UTC)', 'TOOK', 'RTO', 'RPO', 'LOST', 'BY', 'REASON'];
  const rows = operations.map((operation) => {
    const { spec, status } = operation;
    const { rto, rpo, lostWrites } = status?.measured ?? {};
    const phase = phaseOf(operation);
    return [
      operationName(operation),
      spec.dryRun ? `${spec.action} (dry run)` : spec.action,
      phaseColor(phase, colors)(phase),
      timeText(status?.startedAt ?? operation.metadata.creationTimestamp),
      tookText(operation),
      rto ?? '-',
      rpo ?? '-',
      lostWrites === undefined ? '-' : `${lostWrites} writes`,
      actorsText(operation),
      spec.reason,
    ];
  });
  return columns([head, ...rows]);
}

function timeText(at: string | undefined): string {
  return at === undefined ? '-' : new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

function tookText({ status }: FailoverObject): string {
  if (status?.startedAt === undefined || status.completedAt === undefined) return '-';
  return spanText(Date.parse(status.completedAt) - Date.parse(status.startedAt));
}

/** Everybody who had it in hand, in order: a change of hands is what people look for. */
function actorsText({ status }: FailoverObject): string {
  const actors = status?.actors?.map(({ actor }) => actor) ?? [];
  const all = actors.length > 0 ? actors : status?.actor === undefined ? [] : [status.actor];
  return all.length === 0 ? '-' : all.join(' → ');
}
