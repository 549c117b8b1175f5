import type { Journal } from '../failover/journal.ts';
import { journalSchema } from '../failover/journal.ts';
import { type Observation, observationSchema } from '../failover/observation.ts';
import type { Operation } from '../failover/operation.ts';
import { JournalConflict } from '../failover/port-error.ts';
import type { JournalStore } from '../failover/ports.ts';
import type { Life } from './life.ts';
import type { Network } from './network.ts';

export interface HistoryItem {
  readonly operation: Operation;
  readonly outcome: 'Succeeded' | 'Aborted';
}

export interface JournalWatcher {
  /** Called for every write that stands, before the next thing happens. */
  journalWritten(before: Journal | null, after: Journal, writer: string): void;
  observationWritten(observation: Observation): void;
}

/** The plan's table in the standby region: compare-and-set, strongly consistent, sometimes out of reach. */
export class JournalTable {
  document: Journal | null = null;
  readonly history = new Map<string, HistoryItem>();
  readonly observations = new Map<string, Observation>();
  readonly #network: Network;
  readonly #region: string;
  readonly #watcher: JournalWatcher;

  constructor(network: Network, region: string, watcher: JournalWatcher) {
    this.#network = network;
    this.#region = region;
    this.#watcher = watcher;
  }

  /** A write that no network is between, as a person's command makes it. */
  put(change: (journal: Journal) => Journal, writer: string): void {
    if (this.document === null) throw new Error('there is no journal yet');
    this.#replace({ ...change(this.document), version: this.document.version + 1 }, writer);
  }

  /** The table as one actor reaches it. */
  storeFor(life: Life): JournalStore {
    const call = <T>(operation: string, writes: boolean, effect: () => T): Promise<T> =>
      this.#network.call(
        life,
        { actor: life.actor, region: this.#region, service: 'journal', operation, writes },
        effect,
      );
    return {
      read: () => call('read', false, () => this.document),
      write: (journal) => {
        const copy = frozen(journalSchema.parse(journal));
        return call('write', true, () => this.#replace(copy, life.actor));
      },
      appendHistory: (operation, outcome) => {
        const copy = frozen(structuredClone(operation));
        return call('appendHistory', true, () => {
          if (!this.history.has(copy.id)) this.history.set(copy.id, { operation: copy, outcome });
        });
      },
      observations: () => call('observations', false, () => [...this.observations.values()]),
      writeObservation: (observation) => {
        const copy = frozen(observationSchema.parse(observation));
        return call('writeObservation', true, () => this.putObservation(copy));
      },
    };
  }

  putObservation(observation: Observation): void {
    this.observations.set(observation.vantage, observation);
    this.#watcher.observationWritten(observation);
  }

  #replace(next: Journal, writer: string): void {
    const before = this.document;
    if (next.version !== (before === null ? 0 : before.version + 1)) throw new JournalConflict();
    this.document = next;
    this.#watcher.journalWritten(before, next, writer);
  }
}

/** Read as often as anybody likes without a copy: whoever tries to change it in place is caught at once. */
function frozen<T extends object>(document: T): T {
  for (const value of Object.values(document)) {
    if (typeof value === 'object' && value !== null) frozen(value);
  }
  return Object.freeze(document);
}
