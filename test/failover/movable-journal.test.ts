import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { otherSite, type Site } from '../../src/api/site.ts';
import { firstJournal, type Journal } from '../../src/failover/journal.ts';
import { createMovableJournal, type JournalTable } from '../../src/failover/movable-journal.ts';
import { JournalConflict, PortError } from '../../src/failover/port-error.ts';

/** A table that answers at once, or not at all. */
class Table implements JournalTable {
  document: Journal | null = null;
  isDark = false;
  /** Whether the next write of this kind gets no answer; it happens all the same. */
  losesAnswer: 'replace' | 'adopt' | null = null;

  async read(): Promise<Journal | null> {
    this.#reach();
    return this.document;
  }

  async replace(journal: Journal): Promise<void> {
    this.#reach();
    const expected = this.document === null ? 0 : this.document.version + 1;
    if (journal.version !== expected) throw new JournalConflict();
    this.#put(journal, 'replace');
  }

  async adopt(journal: Journal): Promise<void> {
    this.#reach();
    if (this.document !== null && this.document.version >= journal.version) throw new JournalConflict();
    this.#put(journal, 'adopt');
  }

  async appendHistory(): Promise<void> {}
  async observations(): Promise<[]> {
    return [];
  }
  async writeObservation(): Promise<void> {}

  #reach(): void {
    if (this.isDark) throw new PortError('Retryable', 'ETIMEDOUT', 'no answer');
  }

  #put(journal: Journal, by: 'replace' | 'adopt'): void {
    this.document = journal;
    if (this.losesAnswer !== by) return;
    this.losesAnswer = null;
    throw new PortError('OutcomeUnknown', 'ETIMEDOUT', 'no answer');
  }
}

const first = firstJournal('orders', 'Automatic', false);
const tablesWith = (document: Journal | null = first) => {
  const tables = { primary: new Table(), secondary: new Table() };
  tables.secondary.document = document;
  return tables;
};
const next = (journal: Journal, changes: Partial<Journal> = {}): Journal => ({
  ...journal,
  ...changes,
  version: journal.version + 1,
});
const live = (tables: Record<Site, Table>): Site[] =>
  (['primary', 'secondary'] as const).filter((site) => tables[site].document?.home === site);

describe('a journal that moves', () => {
  it('is closed where it was, and goes on where it says, with its whole state', async () => {
    const tables = tablesWith();
    const journal = createMovableJournal(tables);
    const moved = next(first, { home: 'primary', epoch: 7 });
    await journal.write(moved);
    expect(tables.secondary.document).toEqual(moved);
    expect(tables.primary.document).toEqual(moved);
    await journal.write(next(moved, { epoch: 8 }));
    expect(tables.primary.document?.epoch).toBe(8);
    expect(tables.secondary.document?.epoch).toBe(7);
    expect(journal.home()).toBe('primary');
  });

  it('is found by a process that begins, though the region that it left is gone', async () => {
    const tables = tablesWith();
    await createMovableJournal(tables).write(next(first, { home: 'primary' }));
    tables.secondary.isDark = true;
    expect(await createMovableJournal(tables).read()).toEqual(tables.primary.document);
  });

  it('is not waited for in the region that hangs, when it is found in the other', async () => {
    const tables = tablesWith();
    tables.primary.read = () => new Promise(() => undefined);
    expect(await createMovableJournal(tables).read()).toEqual(first);
  });

  it('is found where it always was, though the other region is gone', async () => {
    const tables = tablesWith();
    tables.primary.isDark = true;
    expect(await createMovableJournal(tables).read()).toEqual(first);
  });

  it('is out of reach while its region is, whatever stands closed elsewhere', async () => {
    const tables = tablesWith();
    await createMovableJournal(tables).write(next(first, { home: 'primary' }));
    tables.primary.isDark = true;
    await expect(createMovableJournal(tables).read()).rejects.toBeInstanceOf(PortError);
  });

  it('is not begun anew because one of the tables cannot be read', async () => {
    const tables = tablesWith(null);
    tables.primary.isDark = true;
    await expect(createMovableJournal(tables).read()).rejects.toBeInstanceOf(PortError);
  });

  it('is opened by whoever finds it closed, when the actor that closed it died', async () => {
    const tables = tablesWith();
    tables.secondary.document = next(first, { home: 'primary', epoch: 3 });
    const [one, other] = await Promise.all([createMovableJournal(tables).read(), createMovableJournal(tables).read()]);
    expect(one).toEqual(tables.secondary.document);
    expect(other).toEqual(one);
    expect(live(tables)).toEqual(['primary']);
  });

  it('does not put an old state over a newer one', async () => {
    const tables = tablesWith();
    const closed = next(first, { home: 'primary' });
    tables.secondary.document = closed;
    tables.primary.document = next(next(closed), { epoch: 9 });
    expect((await createMovableJournal(tables).read())?.epoch).toBe(9);
  });

  it.each(['replace', 'adopt'] as const)('survives a lost answer to %s: the move is found done', async (by) => {
    const tables = tablesWith();
    const journal = createMovableJournal(tables);
    tables[by === 'replace' ? 'secondary' : 'primary'].losesAnswer = by;
    const moved = next(first, { home: 'primary' });
    await expect(journal.write(moved)).rejects.toBeInstanceOf(PortError);
    expect(await journal.read()).toEqual(moved);
    expect(live(tables)).toEqual(['primary']);
  });

  it('is live in one table at most, never goes back, whatever fails and whoever writes', async () => {
    const action = fc.record({
      actor: fc.nat(2),
      moves: fc.boolean(),
      dark: fc.option(fc.constantFrom<Site>('primary', 'secondary'), { freq: 2 }),
      loses: fc.option(fc.constantFrom('replace' as const, 'adopt' as const), { freq: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 30 }), async (actions) => {
        const tables = tablesWith();
        const actors = [0, 1, 2].map(() => createMovableJournal(tables));
        let latest = first.version;
        for (const { actor, moves, dark, loses } of actions) {
          tables.primary.isDark = dark === 'primary';
          tables.secondary.isDark = dark === 'secondary';
          for (const table of Object.values(tables)) table.losesAnswer = loses;
          const journal = actors[actor];
          if (journal === undefined) throw new Error('no such actor');
          try {
            const found = await journal.read();
            if (found === null) throw new Error('the journal is lost');
            expect(found.version).toBeGreaterThanOrEqual(latest);
            latest = found.version;
            await journal.write(next(found, moves ? { home: otherSite(found.home) } : {}));
          } catch (error) {
            if (!(error instanceof PortError || error instanceof JournalConflict)) throw error;
          }
          expect(live(tables).length).toBeLessThanOrEqual(1);
        }
        for (const table of Object.values(tables)) Object.assign(table, { isDark: false, losesAnswer: null });
        const end = await createMovableJournal(tables).read();
        expect(end?.version).toBeGreaterThanOrEqual(latest);
        expect(live(tables)).toHaveLength(1);
      }),
    );
  });
});
