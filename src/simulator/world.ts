import { createDriver } from '../failover/driver.ts';
import type { EngineEvent } from '../failover/events.ts';
import { firstJournal, type Journal, type OperationRequest } from '../failover/journal.ts';
import type { Plan } from '../failover/plan.ts';
import type { Timing } from '../failover/timing.ts';
import { effectsOn, standbyReaderOn } from './adapters.ts';
import { Cloud, type CloudPace, defaultPace } from './cloud.ts';
import { Coverage } from './coverage.ts';
import { Invariants } from './invariants.ts';
import { JournalTable } from './journal-table.ts';
import { type DeathSentence, epochMs, Life } from './life.ts';
import { type Fault, type FaultRule, Network } from './network.ts';
import { simulatedPlan, simulatedTiming } from './plan.ts';
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
  /** By how much its clocks are off, milliseconds. */
  readonly clockOffsetMs?: number;
}

/** A running process of the engine. */
export interface Actor {
  readonly life: Life;
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

  /** Called with every journal that is written. */
  onJournal: (journal: Journal) => void = () => undefined;

  constructor(options: WorldOptions = {}) {
    this.plan = simulatedPlan(options.plan);
    this.timing = options.timing ?? simulatedTiming;
    this.timeline = new Timeline(() => this.invariants.check(this.cloud, this.table));
    this.invariants = new Invariants(
      this.plan,
      () => this.timeline.nowMs,
      this.timing,
      (actor, wallMs) => wallMs - epochMs - (this.#clockOffsetsMs.get(actor) ?? 0),
    );
    this.network = new Network(this.timeline, this.timing.callMs);
    const { primary, secondary } = this.plan.sites;
    this.table = new JournalTable(this.network, secondary.region, {
      journalWritten: (before, after) => {
        this.coverage.see(after);
        this.onJournal(after);
        this.invariants.journalWritten(before, after);
      },
      observationWritten: (observation) => {
        const seen = observation.sites.primary.answer === 'healthy' && observation.domain !== secondary.region;
        if (seen && this.table.document?.activation.active === 'primary') {
          this.invariants.successSeen(observation.vantage);
        }
      },
    });
    this.cloud = new Cloud(
      this.timeline,
      { primary: primary.region, secondary: secondary.region },
      { ...defaultPace, ...options.pace },
      {
        promoteAccepted: () => this.invariants.promoteAccepted(this.table.document),
        trafficOpened: (site) => this.invariants.trafficOpened(this.cloud, site),
        unfenced: () => this.invariants.unfenced(this.table.document),
      },
    );
    const lagSeconds = options.lagSeconds === undefined ? 1 : options.lagSeconds;
    this.sky = () => ({
      primary: this.#dark ? 'unreachable' : this.cloud.serves('primary') ? 'healthy' : 'unhealthy',
      secondary: this.cloud.serves('secondary') ? 'healthy' : 'unhealthy',
      lagSeconds: this.#dark ? null : lagSeconds,
    });
    this.table.document = firstJournal(this.plan.name, this.plan.mode, this.plan.suspended);
  }

  readonly #clockOffsetsMs = new Map<string, number>();
  #dark = false;
  #darkness: FaultRule | null = null;

  tell(who: string, what: StoryLine['what']): void {
    this.story.push({ atMs: this.timeline.nowMs, who, what });
  }

  get journal(): Journal {
    if (this.table.document === null) throw new Error('there is no journal');
    return this.table.document;
  }

  /** The primary region is gone: nothing in it answers anyone. */
  darken(): void {
    this.#dark = true;
    const { region } = this.plan.sites.primary;
    this.#darkness = this.rule({ kind: 'hang' }, (call) => call.region === region);
    this.network.faults.unshift(this.#darkness);
  }

  /** The primary region is back, as it was when it went. */
  lighten(): void {
    this.#dark = false;
    const index = this.#darkness === null ? -1 : this.network.faults.indexOf(this.#darkness);
    if (index !== -1) this.network.faults.splice(index, 1);
  }

  /** A fault from now on, for `forMs`. */
  rule(fault: Fault, match: FaultRule['match'], forMs = Number.POSITIVE_INFINITY): FaultRule {
    const { nowMs } = this.timeline;
    return { fromMs: nowMs, toMs: nowMs + forMs, match, fault };
  }

  addFault(fault: Fault, match: FaultRule['match'], forMs?: number): void {
    this.network.faults.push(this.rule(fault, match, forMs));
  }

  /** Vantages that no actor looks through write to the table each second by themselves. */
  async startProbers(names: readonly string[]): Promise<void> {
    const life = new Life('probers');
    for (const vantage of this.#vantagesNamed(names)) {
      const tower = new Watchtower(vantage, this.timeline, life, () => this.sky(vantage.name));
      const look = (): void => {
        void tower.look().then((observation) => this.table.putObservation(observation));
        this.timeline.schedule(1_000, look);
      };
      look();
    }
  }

  startActor(name: string, options: ActorOptions = {}): Actor {
    const life = new Life(name);
    life.sentence = options.sentence ?? null;
    const clockOffsetMs = options.clockOffsetMs ?? 0;
    this.#clockOffsetsMs.set(name, clockOffsetMs);
    const clock = life.clock(this.timeline, clockOffsetMs);
    const driver = createDriver(
      this.plan,
      {
        clock,
        journal: this.table.storeFor(life),
        vantages: this.#vantagesNamed(options.vantages ?? []).map(
          (vantage) => new Watchtower(vantage, this.timeline, life, () => this.sky(vantage.name)),
        ),
        standby: standbyReaderOn(this.cloud, this.network, life),
        effects: effectsOn(this.cloud, this.network, life, options.onKubernetes ?? true),
        report: (event) => {
          this.events.push(event);
          this.tell(name, event);
        },
      },
      {
        actor: name,
        ownsPlan: options.ownsPlan ?? false,
        timing: this.timing,
        ...(options.request === undefined ? {} : { request: options.request }),
      },
    );
    const controller = new AbortController();
    let finished = false;
    driver.run(controller.signal).then(
      () => {
        finished = true;
      },
      (error: unknown) => {
        finished = true;
        this.crashes.push(error);
      },
    );
    return { life, stop: () => controller.abort(), finished: () => finished };
  }

  #vantagesNamed(names: readonly string[]): { name: string; domain: string }[] {
    return this.plan.vantages.filter((vantage) => names.includes(vantage.name));
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
