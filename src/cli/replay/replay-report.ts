import type { HistoryRecord } from '../../failover/journal-export.ts';
import type { Plan } from '../../failover/plan.ts';
import { type Difference, replayOperation } from '../../failover/replay.ts';
import { colorsFor } from '../colors.ts';

const colors = colorsFor(process.stdout);

/** What `understudy replay --json` prints. */
export interface ReplayReport {
  readonly plan: string;
  readonly operations: readonly {
    readonly id: string;
    readonly action: string;
    readonly outcome: string;
    /** Empty: today's engine would have done the same. */
    readonly differences: readonly Difference[];
  }[];
}

export function replayReport(plan: Plan, history: readonly HistoryRecord[]): ReplayReport {
  return {
    plan: plan.name,
    operations: history.map((record) => ({
      id: record.id,
      action: record.action,
      outcome: record.outcome,
      differences: replayOperation(plan, record),
    })),
  };
}

/** The same for people. */
export function formatReplay({ plan, operations }: ReplayReport): string {
  if (operations.length === 0) return `nothing has happened to ${plan} yet: there is nothing to replay`;
  return operations
    .map(({ id, action, outcome, differences }) => {
      const title = `${id}  ${action}, ${outcome.toLowerCase()}`;
      if (differences.length === 0) return `${title}  ${colors.green('the same today')}`;
      const lines = differences.map(
        ({ where, recorded, today }) => `  ${where}\n    then   ${recorded}\n    today  ${today}`,
      );
      return [`${title}  ${colors.red('otherwise today:')}`, ...lines].join('\n');
    })
    .join('\n');
}
