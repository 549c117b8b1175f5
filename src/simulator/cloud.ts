import type { Site } from '../api/site.ts';
import { PortError } from '../failover/port-error.ts';
import type { Timeline } from './timeline.ts';

/** How long the toy AWS takes for what it does by itself, milliseconds. */
export interface CloudPace {
  /** From an accepted promotion to a database that takes writes. */
  readonly promoteMs: number;
  /** From an accepted promotion until RDS's own status shows anything of it. */
  readonly showsMs: number;
  /** From a writable database to RDS calling it available and no replica. */
  readonly availableMs: number;
  readonly scaleMs: number;
  /** From a takeover marker to clients being led by it. */
  readonly dnsMs: number;
}

export const defaultPace: CloudPace = {
  promoteMs: 8_000,
  showsMs: 1_000,
  availableMs: 3_000,
  scaleMs: 6_000,
  dnsMs: 4_000,
};

export interface Database {
  role: 'writer' | 'replica';
  status: string;
  source: string | null;
  /** Promotions that RDS accepted. */
  promotions: number;
}

export interface SiteState {
  readonly region: string;
  readonly database: Database;
  /** The network ACL denies the application its database. */
  denied: boolean;
  desired: number;
  running: number;
  paused: boolean;
  /** Activation terms of the markers in the switch bucket. */
  readonly open: Set<number>;
  readonly takeover: Set<number>;
}

export interface CloudWatcher {
  promoteAccepted(site: Site): void;
  trafficOpened(site: Site, term: number): void;
  unfenced(site: Site): void;
}

/** Two regions of AWS, as far as a failover notices them. Pure state; {@link Network} stands in front of it. */
export class Cloud {
  readonly sites: Readonly<Record<Site, SiteState>>;
  readonly witness = new Set<number>();
  readonly notifications: string[] = [];
  desiredActive: Site = 'primary';
  leadsTo: Site = 'primary';
  readonly #timeline: Timeline;
  readonly #pace: CloudPace;
  readonly #watcher: CloudWatcher;

  constructor(timeline: Timeline, regions: Readonly<Record<Site, string>>, pace: CloudPace, watcher: CloudWatcher) {
    this.#timeline = timeline;
    this.#pace = pace;
    this.#watcher = watcher;
    this.sites = {
      primary: { ...emptySite(regions.primary, 'writer', null), open: new Set([1]), desired: 2, running: 2 },
      secondary: emptySite(regions.secondary, 'replica', 'orders-primary'),
    };
  }

  /** The application there could serve a client: its instances run and its database takes their writes. */
  serves(site: Site): boolean {
    const { database, denied, running } = this.sites[site];
    return database.role === 'writer' && !denied && running > 0;
  }

  /** `PromoteReadReplica`: refused unless it is an available replica; under way for a while; never undone. */
  promote(site: Site): void {
    const { database } = this.sites[site];
    if (database.source === null || database.promotions > 0 || database.status !== 'available') {
      throw new PortError('NotYet', 'InvalidDBInstanceState', `the instance is ${database.status}`);
    }
    database.promotions += 1;
    this.#watcher.promoteAccepted(site);
    const { promoteMs, showsMs, availableMs } = this.#pace;
    this.#timeline.schedule(showsMs, () => {
      database.status = 'modifying';
    });
    this.#timeline.schedule(Math.max(promoteMs, showsMs), () => {
      database.role = 'writer';
    });
    this.#timeline.schedule(Math.max(promoteMs, showsMs) + availableMs, () => {
      database.status = 'available';
      database.source = null;
    });
  }

  scale(site: Site, desired: number): void {
    const state = this.sites[site];
    state.desired = desired;
    this.#timeline.schedule(this.#pace.scaleMs, () => {
      state.running = state.desired;
    });
  }

  openTraffic(site: Site, term: number): void {
    this.sites[site].takeover.add(term);
    this.#watcher.trafficOpened(site, term);
    this.#timeline.schedule(this.#pace.dnsMs, () => {
      this.leadsTo = site;
    });
  }

  closeTraffic(site: Site, term: number): void {
    this.sites[site].open.delete(term);
  }

  unfence(site: Site, term: number): void {
    const state = this.sites[site];
    state.denied = false;
    state.open.add(term);
    this.#watcher.unfenced(site);
  }
}

function emptySite(region: string, role: Database['role'], source: string | null): SiteState {
  return {
    region,
    database: { role, status: 'available', source, promotions: 0 },
    denied: false,
    desired: 0,
    running: 0,
    paused: false,
    open: new Set(),
    takeover: new Set(),
  };
}
