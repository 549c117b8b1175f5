import { otherSite, type Site, sites } from '../api/site.ts';
import { createDriver, type Driver } from '../failover/driver.ts';
import type { EngineEvent } from '../failover/events.ts';
import { firstJournal, type Journal, type OperationRequest } from '../failover/journal.ts';
import type { HeartbeatLook } from '../failover/observation.ts';
import { type Plan, regionOf } from '../failover/plan.ts';
import { Stop } from '../failover/stop.ts';
import type { Timing } from '../failover/timing.ts';
import { effectsOn, standbyReaderOn } from './adapters.ts';
import { Cloud, type CloudPace, defaultPace } from './cloud.ts';
import { Coverage } from './coverage.ts';
import { Invariants } from './invariants.ts';
import { JournalTable } from './journal-table.ts';
import { type DeathSentence, epochMs, Life } from './life.ts';
import { type Fault, type FaultRule, Network } from './network.ts';
import { simulatedPlan, simulatedTiming } from './plan.ts';
import { Probers } from './probers.ts';
import { ProcessClock } from './process-clock.ts';
import type { StoryLine } from './story.ts';
import { Timeline } from './timeline.ts';
import { type Sky, Watchtower } from './watchtower.ts';

export interface WorldOptions {
  readonly plan?: Partial<Plan>;
  readonly timing?: Timing;
  readonly pace?: Partial<CloudPace>;
  /** Replication lag while the active is well, seconds; `null`: nobody measures it. */
  readonly lagSeconds?: number | null;
}

export interface ActorOptions {
  readonly ownsPlan?: boolean;
  /** Without means on Kubernetes, as a Lambda is. Default: with. */
  readonly onKubernetes?: boolean;
  readonly request?: OperationRequest;
  /** Vantages that it looks through itself. */
  readonly vantages?: readonly string[];
  readonly sentence?: DeathSentence;
  /** Between two glances at the active, milliseconds. Default: it does not glance. */
  readonly glanceMs?: number;
  /** By how much its clocks are off, milliseconds. */
  readonly clockOffsetMs?: number;
  /** How many of its seconds pass in a second of the world. */
  readonly clockRate?: number;
  /** Ends by itself as soon as nothing is left to do. */
  readonly untilQuiet?: boolean;
  /** The Lambda that it is an invocation of. */
  readonly successor?: string;
}

/** A running process of the engine. */
export interface Actor {
  readonly life: Life;
  readonly clock: ProcessClock;
  /** Asks it to end; resolves in `finished`. */
  stop(): void;
  finished(): boolean;
}

/** Two regions, a journal, vantages, and any number of actors: deterministic, in virtual time, with faults by rule. */
export class World {
  readonly plan: Plan;
  readonly timing: Timing;
  readonly timeline: Timeline;
  readonly network: Network;
  readonly cloud: Cloud;
  readonly table: JournalTable;
  readonly invariants: Invariants;
  readonly events: EngineEvent[] = [];
  readonly coverage = new Coverage();
  /** All that happened, by the world's own time. */
  readonly story: StoryLine[] = [];
  /** A process that died of an error of its own: a defect, whatever the faults. */
  readonly crashes: unknown[] = [];
  /** What the vantages can see; a test sets it to make an outage. */
  sky: (vantage: string) => Sky;
  /** Vantages that run and say nothing that anyone hears. */
  readonly muted = new Set<string>();
  /** What vantages cannot see, though it is there. */
  readonly eclipses = new Map<string, 'neither' | 'secondary only' | 'primary only'>();
  /** Controllers that run now. */
  readonly controllers = new Map<string, Actor>();
  /** No Lambda is called any more. */
  isDismissed = false;
  troubleEndsMs = 0;
  readonly #journalWatchers: ((journal: Journal) => void)[] = [];
  readonly #clocks = new Map<string, ProcessClock>();
  /** The Lambda that each of its invocations belongs to. */
  readonly #successorOf = new Map<string, string>();

  constructor(options: WorldOptions = {}) {
    this.plan = simulatedPlan(options.plan);
    this.timing = options.timing ?? simulatedTiming;
    this.timeline = new Timeline(() => this.#afterMoment());
    this.network = new Network(this.timeline, this.timing.callMs);
    this.network.onCall = (call, fault) => {
      if (fault !== null) this.#hinder(call.actor, this.timing.callMs);
      this.invariants.callLeaves(call, fault);
    };
    const regions = { primary: regionOf(this.plan, 'primary'), secondary: regionOf(this.plan, 'secondary') };
    const { primary, secondary } = this.plan.sites;
    this.cloud = new Cloud(
      this.timeline,
      regions,
      { primary: primary.database.identifier, secondary: secondary.database.identifier },
      { ...defaultPace, ...options.pace },
      {
        promoteAccepted: (site, database) => this.invariants.promoteAccepted(site, database),
        trafficOpened: (site, term) => this.invariants.sites.trafficOpened(site, term),
        unfenced: (site, term) => this.invariants.sites.unfenced(site, term),
        repointed: (active) => this.invariants.sites.repointed(active),
        databaseDeleted: (site, database) => this.invariants.sites.databaseDeleted(site, database),
      },
      (site) => this.network.dark.has(regions[site]),
    );
    this.table = new JournalTable(this.network, regions, {
      journalWritten: (before, after, writer) => {
        this.coverage.see(before, after);
        for (const watch of this.#journalWatchers) watch(after);
        this.invariants.journalWritten(before, after, writer);
      },
      closedWritten: (writer) => this.invariants.closedWritten(writer),
      historyWritten: (known, item) => this.invariants.historyWritten(known, item),
    });
    this.invariants = new Invariants({
      plan: this.plan,
      timing: this.timing,
      cloud: this.cloud,
      table: () => this.table,
      nowMs: () => this.timeline.nowMs,
      worldMs: (actor, wallMs) => this.#clocks.get(actor)?.worldMs(wallMs) ?? wallMs - epochMs,
    });
    const { lagSeconds = 1 } = options;
    this.cloud.lagMs = (lagSeconds ?? 1) * 1_000;
    this.cloud.passTime();
    this.sky = (vantage) => {
      const hidden = this.eclipses.get(vantage);
      const isHidden = hidden !== undefined;
      return {
        primary: isHidden && hidden !== 'primary only' ? 'unreachable' : this.#answerOf('primary'),
        secondary: isHidden && hidden !== 'secondary only' ? 'unreachable' : this.#answerOf('secondary'),
        lagSeconds: isHidden || lagSeconds === null ? null : this.#measuredLagSeconds(),
      };
    };
    this.table.document = firstJournal(this.plan.name, this.plan.mode, this.plan.suspended);
  }

  tell(who: string, what: StoryLine['what']): void {
    this.story.push({ atMs: this.timeline.nowMs, who, what });
  }

  get journal(): Journal {
    if (this.table.document === null) throw new Error('there is no journal');
    return this.table.document;
  }

  /** A region is gone: nothing in it answers anyone. */
  darken(site: Site = 'primary'): void {
    this.cloud.passTime();
    this.network.dark.add(regionOf(this.plan, site));
    this.cloud.checksWillSee();
  }

  /** A region is back, as it was when it went. */
  lighten(site: Site = 'primary'): void {
    this.cloud.passTime();
    this.network.dark.delete(regionOf(this.plan, site));
    this.cloud.checksWillSee();
  }

  /** Calls `watch` with every journal that is written from now on. */
  watchJournal(watch: (journal: Journal) => void): void {
    this.#journalWatchers.push(watch);
  }

  /** The operations cluster is made anew from the manifests; what was written into it at run time is gone. */
  rebuildCluster(): void {
    for (const { life } of this.controllers.values()) life.kill();
    this.controllers.clear();
    this.cloud.desiredActive = 'primary';
    for (const site of sites) this.cloud.sites[site].paused = false;
    if (this.timeline.nowMs < this.troubleEndsMs) {
      const name = `rebuilt-${Math.round(this.timeline.nowMs)}`;
      this.controllers.set(name, this.startActor(name, { ownsPlan: true }));
    }
  }

  /** Wall clocks of all that run are set; their monotonic clocks do not notice. */
  setClocks(byMs: number): void {
    for (const { clock } of this.controllers.values()) clock.setForward(byMs);
  }

  /** A fault from now on, for `forMs`. */
  addFault(fault: Fault, match: FaultRule['match'], forMs = Number.POSITIVE_INFINITY): void {
    const { nowMs } = this.timeline;
    this.network.faults.push({ fromMs: nowMs, toMs: nowMs + forMs, match, fault });
  }

  /** Vantages that no actor looks through look and tell each second, by themselves. */
  async startProbers(names: readonly string[]): Promise<void> {
    const probers = new Probers(this.#vantagesNamed(names), {
      nowMs: () => this.timeline.nowMs,
      sky: (vantage) => this.sky(vantage),
      isHeard: ({ name, domain }) => !this.muted.has(name) && !this.network.dark.has(domain),
      heartbeat: (domain) => this.#heartbeat(domain),
      onLook: (vantage, sky) => this.invariants.sightings.looked(vantage, sky),
    });
    this.table.spoken = () => probers.observations();
    const look = (): void => {
      this.cloud.passTime();
      probers.look();
      this.invariants.checkSuccession();
      this.timeline.scheduleSilently(1_000, look);
    };
    look();
  }

  startActor(name: string, options: ActorOptions = {}): Actor {
    const life = new Life(name);
    life.sentence = options.sentence ?? null;
    const { clockOffsetMs = 0, clockRate = 1, ownsPlan = false, successor = name } = options;
    const clock = new ProcessClock(life, this.timeline, { offsetMs: clockOffsetMs, rate: clockRate });
    this.#clocks.set(name, clock);
    this.#successorOf.set(name, successor);
    const driver = this.#driverOf(life, clock, { ...options, ownsPlan });
    const stop = new Stop();
    let finished = false;
    const end = options.untilQuiet ? driver.runUntilQuiet(stop) : driver.run(stop);
    end.then(
      () => {
        finished = true;
      },
      (error: unknown) => {
        finished = true;
        this.crashes.push(error);
      },
    );
    const isUp = (): boolean => life.alive && !life.paused && !stop.aborted;
    if (options.successor === undefined) this.#succeed(name, isUp);
    return { life, clock, stop: () => stop.abort(), finished: () => finished };
  }

  #succeed(name: string, isUp: () => boolean): void {
    this.invariants.succession.add({ name, isUp, canDrive: () => true, boundMs: this.resumesWithinMs });
  }

  /** Invariant 7, for a controller: a lease and an interval, on a clock that is a little slow. */
  get resumesWithinMs(): number {
    const { leaseMs, suspectMs, callMs } = this.timing;
    return (leaseMs + this.plan.intervalMs) * 1.05 + 2 * suspectMs + callMs / 5;
  }

  #driverOf(life: Life, clock: ProcessClock, options: ActorOptions & { readonly ownsPlan: boolean }): Driver {
    const { actor } = life;
    return createDriver(
      this.plan,
      {
        clock,
        journal: this.table.storeFor(life),
        vantages: this.#vantagesNamed(options.vantages ?? []).map(
          (vantage) => new Watchtower(vantage, this.timeline, life, () => this.#seen(vantage)),
        ),
        standby: standbyReaderOn(this.cloud, this.network, life),
        effects: effectsOn(this.cloud, this.network, life, options.onKubernetes ?? true),
        report: (event) => {
          this.events.push(event);
          this.coverage.hear(event);
          this.tell(actor, event);
        },
      },
      {
        actor,
        ownsPlan: options.ownsPlan,
        timing: this.timing,
        ...(options.request === undefined ? {} : { request: options.request }),
        glanceMs: () => options.glanceMs ?? Number.POSITIVE_INFINITY,
      },
    );
  }

  #vantagesNamed(names: readonly string[]): { name: string; domain: string }[] {
    return this.plan.vantages.filter((vantage) => names.includes(vantage.name));
  }

  #seen(vantage: { readonly name: string; readonly domain: string }): Sky {
    const sky = this.sky(vantage.name);
    this.invariants.sightings.looked(vantage, sky);
    return sky;
  }

  #answerOf(site: Site): Sky['primary'] {
    if (this.cloud.isDark(site)) return 'unreachable';
    return this.cloud.serves(site) ? 'healthy' : 'unhealthy';
  }

  #measuredLagSeconds(): number | null {
    const active = this.table.document?.activation.active ?? 'primary';
    if (this.cloud.isDark(active)) return null;
    const standby = this.cloud.sites[otherSite(active)].latest;
    if (standby === null || standby.role === 'writer') return null;
    return Math.max(0, this.timeline.nowMs - standby.replayedMs) / 1_000;
  }

  #heartbeat(domain: string): Omit<HeartbeatLook, 'ageMs'> | null {
    const site = sites.find((candidate) => regionOf(this.plan, candidate) === domain);
    const database = site === undefined ? null : this.cloud.sites[site].latest;
    if (site === undefined || database === null) return null;
    const { heartbeatMs } = this.timing;
    const written = database.role === 'writer';
    const countsMs = written ? this.timeline.nowMs : Math.max(0, database.replayedMs);
    return { site, written, number: Math.floor(countsMs / heartbeatMs), intervalMs: heartbeatMs };
  }

  #hinder(actor: string, forMs: number): void {
    const name = this.#successorOf.get(actor);
    if (name !== undefined) this.invariants.succession.hinder(name, this.timeline.nowMs + forMs);
  }

  #afterMoment(): void {
    this.cloud.passTime();
    this.invariants.check();
  }

  /** Time passes until `done`, at most for `limitMs`. */
  runUntil(done: () => boolean, limitMs: number): Promise<boolean> {
    return this.timeline.runUntil(done, this.timeline.nowMs + limitMs);
  }

  run(forMs: number): Promise<void> {
    return this.timeline.runTo(this.timeline.nowMs + forMs);
  }

  /** Outcome of the latest finished operation. */
  get outcome(): 'Succeeded' | 'Aborted' | null {
    return this.journal.operation === null ? (this.journal.last?.outcome ?? null) : null;
  }

  callsOf(operation: string): number {
    return this.network.log.filter((call) => call.operation === operation).length;
  }

  holds(): string[] {
    const latest = this.events.findLast((event) => event.kind === 'Hold');
    return latest?.kind === 'Hold' ? latest.reasons.map((reason) => reason.code) : [];
  }
}
