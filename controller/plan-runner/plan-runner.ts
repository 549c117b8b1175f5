import type { Journal } from '../../src/failover/journal.ts';
import { defaultGlanceMs } from '../../src/failover/timing.ts';
import type { Acting } from '../runtime/manager.ts';
import { aborted } from '../runtime/within.ts';
import type { PlanView } from './plan-view.ts';
import { type FiledPlan, type PlanSurroundings, RunningPlan } from './running-plan.ts';

/** Of all plans together, one small request each; with very many plans there are none between two looks. */
const glancesPerSecond = 200;

interface Entry {
  readonly running: RunningPlan;
  /** Resolves when it acts no more. */
  readonly ended: Promise<void>;
}

/**
 * Drives all plans that it is given, while this process leads. It knows nothing of the API server: with that away, plans
 * that are known here are watched and failed over as before, and what was done is written down later.
 */
export class PlanRunner implements Acting {
  readonly #surroundings: PlanSurroundings;
  readonly #entries = new Map<string, Entry>();
  readonly #over = new AbortController();

  constructor(surroundings: Omit<PlanSurroundings, 'glanceMs'>) {
    const glanceMs = (): number => Math.max(defaultGlanceMs, (this.#entries.size * 1_000) / glancesPerSecond);
    this.#surroundings = { ...surroundings, glanceMs };
  }

  /** Begins to drive a plan, or goes on with what was filed anew. */
  set(filed: FiledPlan): void {
    const known = this.#entries.get(filed.key);
    if (known !== undefined) {
      known.running.refile(filed);
      return;
    }
    if (this.#over.signal.aborted) return;
    const running = new RunningPlan(filed, this.#surroundings);
    this.#entries.set(filed.key, { running, ended: running.run(this.#over.signal) });
  }

  /** Drives a plan no more. Resolves when nothing of it is in hand. */
  async remove(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.running.stop();
    await entry.ended;
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  get(key: string): PlanView | undefined {
    return this.#entries.get(key)?.running.view();
  }

  keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** As `RunningPlan.update`; null if the plan is not driven here. */
  async updateJournal(key: string, change: (journal: Journal) => Journal): Promise<Journal | null> {
    return (await this.#entries.get(key)?.running.update(change)) ?? null;
  }

  /** Until `stop` or `abort` aborts: then operations are handed over, and their leases given back. */
  async run(stop: AbortSignal, abort: AbortSignal): Promise<void> {
    const over = AbortSignal.any([stop, abort]);
    await aborted(over);
    this.#over.abort();
    await Promise.all([...this.#entries.values()].map(({ ended }) => ended));
  }
}
