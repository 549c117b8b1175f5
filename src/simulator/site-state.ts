import type { Database } from './database.ts';

/** One site's resources, as far as an operation notices them. */
export class SiteState {
  readonly region: string;
  /** In the order in which they were made. Seldom more than two, and looked through at every moment: no map. */
  readonly databases: Database[];
  /** Kept copies, by name. */
  readonly snapshots = new Map<string, { status: 'creating' | 'available'; readonly of: Database }>();
  /** The network ACL denies the application its database. */
  denied = false;
  desired: number;
  running: number;
  /** Crossplane leaves its database alone. */
  paused = false;
  /** Activation terms of the markers in the switch bucket. */
  readonly open: Set<number>;
  readonly takeover = new Set<number>();

  constructor(region: string, database: Database, running: number, open: readonly number[]) {
    this.region = region;
    this.databases = [database];
    this.desired = running;
    this.running = running;
    this.open = new Set(open);
  }

  named(identifier: string): Database | undefined {
    for (const database of this.databases) if (database.identifier === identifier) return database;
    return undefined;
  }

  /** The one that the application there knows: the oldest, since a new one is told of only when that is gone. */
  get database(): Database {
    for (const database of this.databases) if (!database.isCopy) return database;
    throw new Error(`there is no database in ${this.region}`);
  }

  /** The one that was made last, which is the one that a probe of the site is told of. */
  get latest(): Database | null {
    let latest: Database | null = null;
    for (const database of this.databases) if (!database.isCopy) latest = database;
    return latest;
  }

  /** Any that takes writes and that an application could find. */
  get writer(): Database | null {
    for (const database of this.databases) {
      if (database.role === 'writer' && !database.isCopy) return database;
    }
    return null;
  }

  /** The application there could serve a client: its instances run and a database takes their writes. */
  get serves(): boolean {
    return this.running > 0 && !this.denied && this.writer !== null;
  }
}
