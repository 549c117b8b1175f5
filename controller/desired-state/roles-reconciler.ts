import type { PlanObject } from '../kinds.ts';
import type { PlanRunner } from '../plan-runner/plan-runner.ts';
import type { ReconcileContext, Requeue } from '../runtime/controller.ts';
import type { EventRecorder } from '../runtime/events.ts';
import type { RolesReport } from './roles-report.ts';
import type { RolesWriter } from './roles-writer.ts';

/** While the provider, a health check or a stack is waited for. */
const againMs = 5_000;

export interface RolesReconcilerOptions {
  readonly runner: PlanRunner;
  readonly writer: RolesWriter;
  readonly events: Pick<EventRecorder, 'record'>;
  /** From the informer's copy. */
  readonly plan: (key: string) => PlanObject | undefined;
  /** The report of a plan is another now. */
  readonly onReport: (key: string) => void;
}

/** Keeps what Crossplane reads as the journal says, whoever carried the operation out. One key is one plan. */
export class RolesReconciler {
  readonly #options: RolesReconcilerOptions;
  readonly #reports = new Map<string, RolesReport>();

  constructor(options: RolesReconcilerOptions) {
    this.#options = options;
  }

  /** What came of it last; undefined before it was tried. */
  report(key: string): RolesReport | undefined {
    return this.#reports.get(key);
  }

  async reconcile(key: string, { signal }: Pick<ReconcileContext, 'signal'>): Promise<Requeue | undefined> {
    const { runner, writer } = this.#options;
    const view = runner.get(key);
    if (view === undefined) {
      this.#reports.delete(key);
      return undefined;
    }
    // Fencing comes first: the engine's first turn sees to it, or gives up on a region that does not answer.
    if (view.journal === null || (view.decided === null && view.journal.operation === null)) return undefined;
    const { written, report } = await writer.write(() => runner.get(key), key, signal);
    this.#tell(key, report);
    if (written && view.journal.leftToController.length > 0) {
      await runner.updateJournal(key, (journal) =>
        journal.operation === null && journal.leftToController.length > 0
          ? { ...journal, leftToController: [] }
          : journal,
      );
    }
    return report.state === 'Waiting' ? { requeueAfterMs: againMs } : undefined;
  }

  #tell(key: string, report: RolesReport): void {
    const before = this.#reports.get(key);
    if (before?.state === report.state && before.message === report.message) return;
    this.#reports.set(key, report);
    this.#options.onReport(key);
    const regarding = this.#options.plan(key);
    if (regarding === undefined || before?.reason === report.reason) return;
    const type = report.state === 'Written' ? 'Normal' : 'Warning';
    this.#options.events.record({ regarding, type, reason: report.reason, action: 'WriteRoles', note: report.message });
  }
}
