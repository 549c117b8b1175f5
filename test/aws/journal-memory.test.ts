import { describe, expect, it } from '@jest/globals';
import { rememberJournal } from '../../src/aws/journal-memory.ts';
import { firstJournal, type Journal } from '../../src/failover/journal.ts';
import type { Observation, SiteLook } from '../../src/failover/observation.ts';
import type { JournalStore } from '../../src/failover/ports.ts';
import { examplePlan } from './example-plan.ts';

type Answer = SiteLook['answer'];

const plan = examplePlan();
const first = firstJournal(plan.name, 'Automatic', false);

/** A journal of one document, or of none. */
function storeOf(document: Journal | null): JournalStore {
  return {
    read: async () => document,
    write: async (next) => {
      if (next.plan !== plan.name) throw new Error('refused');
    },
    appendHistory: async () => {},
    observations: async () => [],
    writeObservation: async () => {},
  };
}

describe('a remembered journal', () => {
  it('knows the plan’s own databases, and the primary as active, before it was read', async () => {
    const journal = rememberJournal(plan, storeOf(null));
    expect(await journal.read()).toBeNull();
    expect([journal.active(), journal.database('secondary'), journal.formerDatabase('primary')]).toEqual([
      'primary',
      'trading-db',
      'trading-db',
    ]);
  });

  it('knows the identifiers in use once it was read, and the one that a rebuilding replaces', async () => {
    const document: Journal = {
      ...first,
      activation: { term: 2, active: 'secondary' },
      databases: { primary: 'trading-db-b2' },
      rebuilding: { site: 'primary', retired: 'trading-db' },
    };
    const journal = rememberJournal(plan, storeOf(document));
    await journal.read();
    expect([journal.active(), journal.database('primary'), journal.formerDatabase('primary')]).toEqual([
      'secondary',
      'trading-db-b2',
      'trading-db',
    ]);
    expect(journal.isInUse('secondary', 'trading-db')).toBe(true);
    expect(journal.isInUse('primary', 'trading-db-b2')).toBe(false);
  });

  it('remembers what was written, and not what was refused', async () => {
    const journal = rememberJournal(plan, storeOf(first));
    const activation = { term: 2, active: 'secondary' } as const;
    await expect(journal.write({ ...first, plan: 'another', activation })).rejects.toThrow('refused');
    expect(journal.active()).toBe('primary');
    await journal.write({ ...first, activation });
    expect(journal.active()).toBe('secondary');
  });

  it('is calm while nothing runs and the active site is seen well', async () => {
    let document = first;
    let others: Observation[] = [];
    const journal = rememberJournal(plan, {
      ...storeOf(null),
      read: async () => document,
      observations: async () => others,
    });
    const calm = async (): Promise<boolean> => {
      await journal.read();
      await journal.observations();
      return journal.isCalm();
    };
    expect(await calm()).toBe(true);

    await journal.writeObservation(observation('controller', 'unreachable', 'healthy'));
    expect(await calm()).toBe(false);
    await journal.writeObservation(observation('controller', 'healthy', 'unreachable'));
    expect(await calm()).toBe(true);
    others = [observation('prober', 'unhealthy', 'healthy')];
    expect(await calm()).toBe(false);
    document = { ...first, activation: { term: 2, active: 'secondary' } };
    expect(await calm()).toBe(false);
    await journal.writeObservation(observation('controller', 'unreachable', 'healthy'));
    expect(await calm()).toBe(true);

    document = { ...document, lease: { ...first.lease, holder: 'failover/1' } };
    expect(await calm()).toBe(false);
    document = { ...first, requested: { id: '1', action: 'Drill', to: null, reason: 'a test' } as never };
    others = [];
    expect(await calm()).toBe(false);
  });
});

function observation(vantage: string, primary: Answer, secondary: Answer): Observation {
  const look = (answer: Answer) => ({ answer, withoutSuccessMs: 0, detail: '' });
  const sites = { primary: look(primary), secondary: look(secondary) };
  return { vantage, domain: vantage, session: '1', sequence: 0, sites, replication: null };
}
