import type { Journal } from '../../src/failover/journal.ts';
import type { Observation } from '../../src/failover/observation.ts';
import { JournalConflict, PortError } from '../../src/failover/port-error.ts';
import type { JournalStore } from '../../src/failover/ports.ts';

export interface JournalWatch {
  /** The document as it stands now: read, or written by this process over `before`. Must not throw. */
  onJournal(journal: Journal, before: Journal | null): void;
  /** The table did not answer, or holds something that cannot be used. Must not throw. */
  onFailure(error: PortError): void;
  /** What the vantages have left in the table. Must not throw. */
  onObservations(observations: readonly Observation[]): void;
  /** Whether this process may begin one more operation now. */
  mayBegin(): Promise<boolean>;
}

/**
 * The journal as the engine uses it, seen by the rest of the process: no status needs a reading of its own.
 *
 * An operation that may not begin yet is refused as if somebody else had written meanwhile. The engine then looks at the
 * world again before it tries the next time, so nothing is begun on evidence that waited in a queue.
 */
export function watchJournal(store: JournalStore, watch: JournalWatch): JournalStore {
  let latest: Journal | null = null;

  function see(journal: Journal): void {
    const before = latest;
    latest = journal;
    watch.onJournal(journal, before);
  }

  async function told<Result>(call: () => Promise<Result>): Promise<Result> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof PortError) watch.onFailure(error);
      throw error;
    }
  }

  return {
    async read() {
      const journal = await told(() => store.read());
      if (journal !== null) see(journal);
      return journal;
    },
    async write(journal) {
      const begins = journal.operation !== null && (latest?.operation ?? null) === null;
      if (begins && !(await watch.mayBegin())) throw new JournalConflict();
      await told(() => store.write(journal));
      see(journal);
    },
    appendHistory: (...record) => store.appendHistory(...record),
    async observations() {
      const observations = await told(() => store.observations());
      watch.onObservations(observations);
      return observations;
    },
    writeObservation: (observation) => store.writeObservation(observation),
  };
}
