import { describe, expect, it } from '@jest/globals';
import { watchJournal } from '../../../controller/plan-runner/watched-journal.ts';
import { firstJournal, type Journal } from '../../../src/failover/journal.ts';
import { JournalConflict, PortError } from '../../../src/failover/port-error.ts';
import type { JournalStore } from '../../../src/failover/ports.ts';
import { simulatedPlan } from '../../../src/simulator/plan.ts';
import { begunJournal } from '../../failover/operations.ts';

const calm = firstJournal('orders', 'Automatic', false);
const begun = begunJournal(simulatedPlan());

function watched(options: { found?: Journal | PortError; mayBegin?: boolean } = {}) {
  const seen: [Journal, Journal | null][] = [];
  const failures: string[] = [];
  const written: Journal[] = [];
  const store: JournalStore = {
    async read() {
      const { found = calm } = options;
      if (found instanceof PortError) throw found;
      return found;
    },
    async write(journal) {
      written.push(journal);
    },
    appendHistory: async () => {},
    observations: async () => [],
    writeObservation: async () => {},
  };
  const journal = watchJournal(store, {
    onJournal: (document, before) => seen.push([document, before]),
    onFailure: (error) => failures.push(error.code),
    onObservations: () => {},
    mayBegin: async () => options.mayBegin ?? true,
  });
  return { journal, seen, failures, written };
}

describe('a watched journal', () => {
  it('shows what was read and what was written over it', async () => {
    const { journal, seen } = watched();
    await journal.read();
    await journal.write(begun);
    expect(seen).toEqual([
      [calm, null],
      [begun, calm],
    ]);
  });

  it('lets no operation begin out of turn: the engine looks again before it tries the next time', async () => {
    const { journal, written } = watched({ mayBegin: false });
    await journal.read();
    await expect(journal.write(begun)).rejects.toBeInstanceOf(JournalConflict);
    expect(written).toEqual([]);
  });

  it('never holds up an operation that runs', async () => {
    const { journal, written } = watched({ found: begun, mayBegin: false });
    await journal.read();
    await journal.write({ ...begun, version: begun.version + 1 });
    await journal.write({ ...begun, operation: null, version: begun.version + 2 });
    expect(written).toHaveLength(2);
  });

  it('tells of a table that does not answer, and lets the engine know as well', async () => {
    const { journal, failures } = watched({ found: new PortError('Retryable', 'ETIMEDOUT', 'no answer in time') });
    await expect(journal.read()).rejects.toMatchObject({ kind: 'Retryable' });
    expect(failures).toEqual(['ETIMEDOUT']);
  });
});
