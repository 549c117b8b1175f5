import type { Site } from '../api/site.ts';
import { firstJournal, type Journal } from '../failover/journal.ts';
import { hasFailed, type Observation } from '../failover/observation.ts';
import { formerDatabase, type Plan, planNow } from '../failover/plan.ts';
import type { JournalStore } from '../failover/ports.ts';

/** The journal, and what this process last read or wrote of it: for those who look and may not ask each time. */
export interface RememberedJournal extends JournalStore {
  /** The site that is active. The primary, before the journal was read. */
  readonly active: () => Site;
  /** The instance that a site uses: the plan's, until it was made anew. */
  readonly database: (site: Site) => string;
  /** The instance that a site had when it was active last. */
  readonly formerDatabase: (site: Site) => string;
  /** Whether the active site uses that instance. */
  readonly isInUse: (site: Site, database: string) => boolean;
  /**
   * Nothing runs, nothing was asked for, and no vantage's latest look at the active site failed, for all that has passed
   * through here. A failed look that a vantage left behind when it ended counts as well, which costs some calls only.
   */
  readonly isCalm: () => boolean;
}

export function rememberJournal(plan: Plan, journal: JournalStore): RememberedJournal {
  let latest: Journal = firstJournal(plan.name, plan.mode, plan.suspended);
  /** The latest look of each vantage. */
  const looks = new Map<string, Observation['sites']>();
  const database = (site: Site): string => planNow(plan, latest).sites[site].database.identifier;
  return {
    active: () => latest.activation.active,
    database,
    formerDatabase: (site) => formerDatabase(plan, latest, site),
    isInUse: (site, identifier) => site === latest.activation.active && identifier === database(site),
    isCalm() {
      const { operation, requested, lease, activation } = latest;
      if (operation !== null || requested !== null || lease.holder !== null) return false;
      return [...looks.values()].every((sites) => !hasFailed(sites[activation.active]));
    },
    async read() {
      const document = await journal.read();
      if (document !== null) latest = document;
      return document;
    },
    async write(document) {
      await journal.write(document);
      latest = document;
    },
    appendHistory: (...record) => journal.appendHistory(...record),
    async observations() {
      const observations = await journal.observations();
      for (const { vantage, sites } of observations) looks.set(vantage, sites);
      return observations;
    },
    writeObservation(observation) {
      looks.set(observation.vantage, observation.sites);
      return journal.writeObservation(observation);
    },
  };
}
