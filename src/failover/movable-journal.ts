import { type Site, sites } from '../api/site.ts';
import type { Journal } from './journal.ts';
import type { Observation } from './observation.ts';
import type { Operation } from './operation.ts';
import { JournalConflict, PortError } from './port-error.ts';
import type { JournalStore } from './ports.ts';

/** The plan's items in one region's table. Every method may throw `PortError`. */
export interface JournalTable {
  /** A strongly consistent read; `null` when the table holds no document of the plan. */
  read(): Promise<Journal | null>;
  /**
   * Replaces version `journal.version - 1`, or creates the document when `journal.version` is 0.
   *
   * @throws JournalConflict if that is not the version that stands there.
   */
  replace(journal: Journal): Promise<void>;
  /**
   * Puts a document that was closed in the other table in the place of an older one or of none.
   *
   * @throws JournalConflict if the same or a later version stands there already.
   */
  adopt(journal: Journal): Promise<void>;
  appendHistory(operation: Operation, outcome: 'Succeeded' | 'Aborted', completedAtMs: number): Promise<void>;
  observations(): Promise<Observation[]>;
  writeObservation(observation: Observation): Promise<void>;
}

/** A journal that lives in one region's table and moves to the other's. */
export interface MovableJournal extends JournalStore {
  /** The site in whose table it was found last. */
  home(): Site;
}

/**
 * One document in two tables. A document whose `home` is another table's site is closed, with its whole state inside:
 * whoever finds it puts it where it says, if nobody has yet, and goes on there. It is closed by compare-and-set before it
 * is opened elsewhere, so two live ones can never stand at once, and a crash between the two loses nothing.
 *
 * A live document is recognised by itself, without the other table: the region that died is not asked.
 */
export function createMovableJournal(tables: Readonly<Record<Site, JournalTable>>): MovableJournal {
  let home: Site = 'secondary';
  /** It was found live there by the latest reading. */
  let isCertain = false;

  async function read(): Promise<Journal | null> {
    if (!isCertain) return search();
    isCertain = false;
    const here = await tables[home].read();
    if (here === null) return search();
    isCertain = true;
    return here.home === home ? here : follow(here);
  }

  /**
   * Asks both at once: where it was, and where it may have moved while this process slept, or before it began. A live one
   * is enough, whatever the other table would say and however long it takes.
   */
  async function search(): Promise<Journal | null> {
    const readings = sites.map(async (site) => ({ site, found: await readAt(site) }));
    const live = await firstLive(readings);
    if (live !== null) return at(live.home, live);
    const found = (await Promise.all(readings)).map((reading) => reading.found);
    // What stands closed in one table points to the other, which is out of reach or has yet to be filled.
    const silent = found.find((each) => each instanceof PortError);
    if (silent !== undefined) throw silent;
    const closed = found.filter((each): each is Journal => each !== null && !(each instanceof PortError));
    const latest = closed.sort((one, other) => other.version - one.version)[0];
    return latest === undefined ? null : follow(latest);
  }

  async function readAt(site: Site): Promise<Journal | PortError | null> {
    try {
      return await tables[site].read();
    } catch (error) {
      if (error instanceof PortError) return error;
      throw error;
    }
  }

  function at(site: Site, found: Journal): Journal {
    home = site;
    isCertain = true;
    return found;
  }

  /** @param closed stands in the table of the site that it is not at home in. */
  async function follow(closed: Journal): Promise<Journal> {
    const site = closed.home;
    isCertain = false;
    home = site;
    let there = await tables[site].read();
    if (there === null || there.version < closed.version) {
      try {
        await tables[site].adopt(closed);
        return at(site, closed);
      } catch (error) {
        if (!(error instanceof JournalConflict)) throw error;
        there = await tables[site].read();
      }
    }
    if (there?.home === site) return at(site, there);
    // It has moved on since, and nobody has opened it there yet.
    if (there !== null && there.version > closed.version) return follow(there);
    throw new PortError('Retryable', 'JournalMoving', 'the journal is moving: the next reading finds it');
  }

  return {
    home: () => home,
    read,
    async write(journal) {
      await tables[home].replace(journal);
      if (journal.home !== home) await follow(journal);
    },
    appendHistory: (...record) => tables[home].appendHistory(...record),
    observations: () => tables[home].observations(),
    writeObservation: (observation) => tables[home].writeObservation(observation),
  };
}

interface Reading {
  readonly site: Site;
  readonly found: Journal | PortError | null;
}

/** The first live document that comes in; `null` once all have come in and none is one. Never rejects. */
function firstLive(readings: readonly Promise<Reading>[]): Promise<Journal | null> {
  return new Promise((resolve) => {
    let awaited = readings.length;
    const isIn = (): void => {
      awaited -= 1;
      if (awaited === 0) resolve(null);
    };
    for (const reading of readings) {
      reading.then(({ site, found }) => {
        if (found !== null && !(found instanceof PortError) && found.home === site) resolve(found);
        isIn();
      }, isIn);
    }
  });
}
