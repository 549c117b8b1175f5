import { otherSite, type Site, sites } from '../api/site.ts';
import { PortError } from '../failover/port-error.ts';
import { Database } from './database.ts';
import { SiteState } from './site-state.ts';
import type { Timeline } from './timeline.ts';
import { type SwitchView, TrafficSwitch } from './traffic-switch.ts';

/** How long the toy AWS takes for what it does by itself, milliseconds. */
export interface CloudPace {
  /** From an accepted promotion to a database that takes writes. */
  readonly promoteMs: number;
  /** From an accepted promotion until RDS's own status shows anything of it. */
  readonly showsMs: number;
  /** From a writable database to RDS calling it available and no replica. */
  readonly availableMs: number;
  readonly scaleMs: number;
  /** From a change of markers to the name leading elsewhere. */
  readonly dnsMs: number;
  /** How long a client keeps the name's answer. */
  readonly ttlMs: number;
  readonly snapshotMs: number;
  /** Until a new replica is available. */
  readonly createMs: number;
  readonly deleteMs: number;
  /** Until new health checks have settled and the records follow them. */
  readonly repointMs: number;
}

export const defaultPace: CloudPace = {
  promoteMs: 8_000,
  showsMs: 1_000,
  availableMs: 3_000,
  scaleMs: 6_000,
  dnsMs: 4_000,
  ttlMs: 10_000,
  snapshotMs: 4_000,
  createMs: 10_000,
  deleteMs: 3_000,
  repointMs: 6_000,
};

export interface CloudWatcher {
  promoteAccepted(site: Site, database: Database): void;
  trafficOpened(site: Site, term: number): void;
  /** The site was given back its database or its entitlement to traffic. */
  unfenced(site: Site, term: number | null): void;
  databaseDeleted(site: Site, database: Database): void;
  /** A marker of the other site can move traffic away from this one from now on. */
  repointed(active: Site): void;
}

/** Two regions of AWS, as far as an operation notices them. {@link Network} stands in front of it. */
export class Cloud {
  readonly sites: Readonly<Record<Site, SiteState>>;
  readonly witness = new Set<number>();
  readonly notifications: string[] = [];
  readonly route53: TrafficSwitch;
  readonly pace: CloudPace;
  /** By how much replicas are behind while their source can be reached, milliseconds. */
  lagMs = 1_000;
  /** Nothing passes between the two regions. */
  isCutOff = false;
  /** The site that the objects in the operations cluster call active. */
  desiredActive: Site = 'primary';
  readonly isDark: (site: Site) => boolean;
  readonly #timeline: Timeline;
  readonly #watcher: CloudWatcher;

  /** @param identifiers of the first two databases. */
  constructor(
    timeline: Timeline,
    regions: Readonly<Record<Site, string>>,
    identifiers: Readonly<Record<Site, string>>,
    pace: CloudPace,
    watcher: CloudWatcher,
    isDark: (site: Site) => boolean,
  ) {
    this.#timeline = timeline;
    this.#watcher = watcher;
    this.pace = pace;
    this.isDark = isDark;
    this.route53 = new TrafficSwitch(pace.ttlMs);
    const nowMs = (): number => timeline.nowMs;
    const writer = new Database(identifiers.primary, nowMs, { status: 'available', source: null, replayedMs: 0 });
    const made = { status: 'available', source: writer, replayedMs: Number.NEGATIVE_INFINITY };
    const replica = new Database(identifiers.secondary, nowMs, made);
    this.sites = {
      primary: new SiteState(regions.primary, writer, 2, [1]),
      secondary: new SiteState(regions.secondary, replica, 0, []),
    };
  }

  get nowMs(): number {
    return this.#timeline.nowMs;
  }

  get leadsTo(): Site {
    return this.route53.leadsTo;
  }

  serves(site: Site): boolean {
    return this.sites[site].serves;
  }

  /** A client that is led there could write now. */
  takesWrites(site: Site): boolean {
    return this.sites[site].serves && !this.isDark(site) && this.route53.reaches(site, this.#timeline.nowMs);
  }

  /** Lets clients write and replicas follow, up to now: to be called before anything changes that either depends on. */
  passTime(): void {
    const { nowMs } = this.#timeline;
    for (const site of sites) {
      const state = this.sites[site];
      const takes = this.takesWrites(site);
      for (const database of state.databases) {
        if (database.role === 'writer') database.log.accept(takes && database === state.writer, nowMs);
        else database.replay(this.#sourceOf(site, database), this.lagMs);
      }
    }
  }

  #sourceOf(site: Site, database: Database): Database | null {
    if (this.isCutOff || this.isDark('primary') || this.isDark('secondary') || database.source === null) return null;
    return this.sites[otherSite(site)].named(database.source) ?? null;
  }

  /** @throws PortError `Refused` if there is none. */
  database(site: Site, identifier: string): Database {
    const found = this.sites[site].named(identifier);
    if (found === undefined) throw new PortError('Refused', 'DBInstanceNotFound', `there is no instance ${identifier}`);
    return found;
  }

  /** `PromoteReadReplica`: refused unless it is an available replica; under way for a while; never undone. */
  promote(site: Site, identifier = this.sites[site].database.identifier): void {
    const database = this.database(site, identifier);
    if (database.source === null || database.promotions > 0 || database.status !== 'available') {
      throw new PortError('NotYet', 'InvalidDBInstanceState', `the instance is ${database.status}`);
    }
    this.passTime();
    database.promotions += 1;
    this.#watcher.promoteAccepted(site, database);
    const { promoteMs, showsMs, availableMs } = this.pace;
    this.#timeline.scheduleSilently(showsMs, () => {
      database.status = 'modifying';
    });
    this.#timeline.scheduleSilently(Math.max(promoteMs, showsMs), () => {
      this.passTime();
      database.becomeWriter();
    });
    this.#timeline.scheduleSilently(Math.max(promoteMs, showsMs) + availableMs, () => {
      database.status = 'available';
      database.source = null;
    });
  }

  /** `CreateDBInstanceReadReplica`, across regions. */
  createReplica(site: Site, identifier: string, source: { readonly site: Site; readonly database: string }): void {
    if (this.sites[site].named(identifier) !== undefined)
      throw new PortError('NotYet', 'DBInstanceAlreadyExists', `${identifier} is there`);
    if (this.isCutOff || this.isDark(source.site)) {
      throw new PortError('Retryable', 'SourceUnreachable', `${source.database} cannot be reached from here`);
    }
    const original = this.database(source.site, source.database);
    const made = { status: 'creating', source: original, replayedMs: Number.NEGATIVE_INFINITY };
    const replica = new Database(identifier, () => this.#timeline.nowMs, made);
    this.sites[site].databases.push(replica);
    this.#timeline.scheduleSilently(this.pace.createMs, () => {
      replica.status = 'available';
    });
  }

  /** `DeleteDBInstance`, of one whose snapshot is kept if it is to have one. */
  retire(site: Site, identifier: string, snapshot: string | null): void {
    const database = this.database(site, identifier);
    if (snapshot !== null && this.sites[site].snapshots.get(snapshot)?.status !== 'available') {
      throw new PortError('NotYet', 'SnapshotMissing', `${snapshot} is not available`);
    }
    if (database.status === 'deleting') return;
    database.status = 'deleting';
    this.#timeline.scheduleSilently(this.pace.deleteMs, () => {
      this.passTime();
      const { databases } = this.sites[site];
      databases.splice(databases.indexOf(database), 1);
      this.#watcher.databaseDeleted(site, database);
    });
  }

  snapshot(site: Site, identifier: string, name: string): void {
    const { snapshots } = this.sites[site];
    const kept = { status: 'creating' as 'creating' | 'available', of: this.database(site, identifier) };
    if (snapshots.has(name)) throw new PortError('NotYet', 'DBSnapshotAlreadyExists', `${name} is there`);
    snapshots.set(name, kept);
    this.#timeline.scheduleSilently(this.pace.snapshotMs, () => {
      kept.status = 'available';
    });
  }

  scale(site: Site, desired: number): void {
    const state = this.sites[site];
    state.desired = desired;
    this.#timeline.scheduleSilently(this.pace.scaleMs, () => {
      this.passTime();
      state.running = state.desired;
    });
  }

  /** Puts the deny entries of a site in place, or takes them away. */
  deny(site: Site, denied: boolean): void {
    this.passTime();
    this.sites[site].denied = denied;
    if (!denied) this.#watcher.unfenced(site, null);
  }

  openTraffic(site: Site, term: number): void {
    this.sites[site].takeover.add(term);
    this.#watcher.trafficOpened(site, term);
    this.checksWillSee();
  }

  markWitness(term: number): void {
    this.witness.add(term);
    this.checksWillSee();
  }

  entitle(site: Site, term: number): void {
    this.sites[site].open.add(term);
    this.#watcher.unfenced(site, term);
    this.checksWillSee();
  }

  closeTraffic(site: Site, term: number): void {
    this.sites[site].open.delete(term);
    this.checksWillSee();
  }

  unfence(site: Site, term: number): void {
    this.deny(site, false);
    this.entitle(site, term);
  }

  /** New health checks beside those in place; the records follow them once they have settled. */
  repoint(active: Site, term: number): void {
    this.#timeline.scheduleSilently(this.pace.repointMs, () => {
      this.passTime();
      Object.assign(this.route53, { active, term });
      this.#watcher.repointed(active);
      this.route53.settle(this.#view(), this.#timeline.nowMs);
    });
  }

  /** Something that health checks look at has changed, or can no longer be seen. */
  checksWillSee(): void {
    this.#timeline.scheduleSilently(this.pace.dnsMs, () => {
      this.passTime();
      this.route53.settle(this.#view(), this.#timeline.nowMs);
    });
  }

  #view(): SwitchView {
    return { sites: this.sites, witness: this.witness, isDark: this.isDark };
  }
}
