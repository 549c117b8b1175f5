import { otherSite, type Site } from '../api/site.ts';
import { type Journal, journalSchema } from '../failover/journal.ts';
import { createMovableJournal, type JournalTable as RegionalTable } from '../failover/movable-journal.ts';
import type { Observation } from '../failover/observation.ts';
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
  /** Called for every write of the live document that stands, before the next thing happens. */
  journalWritten(before: Journal | null, after: Journal, writer: string): void;
  /** Called for a write to a document that is at home in the other table. */
  closedWritten(writer: string): void;
  historyWritten(known: HistoryItem | undefined, item: HistoryItem): void;
}

/** Every so many writes the whole document is held against its schema. */
const parsedEvery = 32;
/** Every so many it is frozen. Not all: V8 goes through a frozen array four times as slowly, and all arrays are read. */
const frozenEvery = 8;

/** The plan's tables in both regions: compare-and-set, strongly consistent, sometimes out of reach. */
export class JournalTable {
  readonly history = new Map<string, HistoryItem>();
  readonly observations = new Map<string, Observation>();
  /** Words of vantages that need no call to write them. */
  spoken: () => Observation[] = () => [];
  readonly #documents: Record<Site, Journal | null> = { primary: null, secondary: null };
  readonly #network: Network;
  readonly #regions: Readonly<Record<Site, string>>;
  readonly #watcher: JournalWatcher;
  #writes = 0;

  constructor(network: Network, regions: Readonly<Record<Site, string>>, watcher: JournalWatcher) {
    this.#network = network;
    this.#regions = regions;
    this.#watcher = watcher;
  }

  /** The live one; while it moves, the one that was closed. */
  get document(): Journal | null {
    const { primary, secondary } = this.#documents;
    if (primary === null || secondary === null) return primary ?? secondary;
    return primary.version > secondary.version || (primary.version === secondary.version && primary.home === 'primary')
      ? primary
      : secondary;
  }

  set document(document: Journal | null) {
    const home = document?.home ?? 'secondary';
    this.#documents[otherSite(home)] = null;
    this.#documents[home] = document;
  }

  /** A write that no network is between, as a person's command makes it. */
  put(change: (journal: Journal) => Journal, writer: string): void {
    const { document } = this;
    if (document === null) throw new Error('there is no journal yet');
    // On the move: whoever writes opens it where it goes, as every reader does.
    this.#documents[document.home] = document;
    this.#replace(document.home, frozen({ ...change(document), version: document.version + 1 }), writer);
  }

  /** The tables as one actor reaches them. */
  storeFor(life: Life): JournalStore {
    return createMovableJournal({
      primary: this.#tableFor(life, 'primary'),
      secondary: this.#tableFor(life, 'secondary'),
    });
  }

  #tableFor(life: Life, site: Site): RegionalTable {
    const call = <T>(operation: string, writes: boolean, effect: () => T): Promise<T> =>
      this.#network.call(
        life,
        { actor: life.actor, region: this.#regions[site], service: 'journal', operation, writes },
        effect,
      );
    return {
      read: () => call('read', false, () => this.#documents[site]),
      replace: (journal) => {
        const copy = this.#checked(journal);
        return call('write', true, () => this.#replace(site, copy, life.actor));
      },
      adopt: (journal) => call('adopt', true, () => this.#adopt(site, journal)),
      appendHistory: (operation, outcome) => {
        const item = { operation: frozen(operation), outcome };
        return call('appendHistory', true, () => this.#append(item));
      },
      observations: () => call('observations', false, () => this.#observations()),
      writeObservation: (observation) => call('writeObservation', true, () => this.putObservation(observation)),
    };
  }

  putObservation(observation: Observation): void {
    this.observations.set(observation.vantage, observation);
  }

  /** One item a vantage: an actor's own word stands in the place of what was there. */
  #observations(): Observation[] {
    const all = [...this.observations.values()];
    for (const word of this.spoken()) if (!this.observations.has(word.vantage)) all.push(word);
    return all;
  }

  #checked(journal: Journal): Journal {
    this.#writes += 1;
    if (this.#writes % parsedEvery === parsedEvery / 2) journalSchema.parse(journal);
    return this.#writes % frozenEvery === 1 ? frozen(journal) : journal;
  }

  #replace(site: Site, next: Journal, writer: string): void {
    const before = this.#documents[site];
    if (next.version !== (before === null ? 0 : before.version + 1)) throw new JournalConflict();
    if (before !== null && before.home !== site) this.#watcher.closedWritten(writer);
    this.#documents[site] = next;
    this.#watcher.journalWritten(before, next, writer);
  }

  #adopt(site: Site, closed: Journal): void {
    const there = this.#documents[site];
    if (there !== null && there.version >= closed.version) throw new JournalConflict();
    this.#documents[site] = closed;
  }

  #append(item: HistoryItem): void {
    const { id } = item.operation;
    const known = this.history.get(id);
    this.#watcher.historyWritten(known, item);
    if (known === undefined) this.history.set(id, item);
  }
}

/** Read as often as anybody likes without a copy: whoever tries to change it in place is caught at once. */
function frozen<T extends object>(document: T): T {
  if (Object.isFrozen(document)) return document;
  for (const key in document) {
    const value = document[key];
    if (typeof value === 'object' && value !== null) frozen(value);
  }
  return Object.freeze(document);
}
