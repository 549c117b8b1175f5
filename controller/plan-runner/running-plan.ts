import type { FailoverPlanSpec } from '../../src/api/failover-plan.ts';
import type { Clock } from '../../src/failover/clock.ts';
import { createDriver, type Driver, type DriverState } from '../../src/failover/driver.ts';
import type { EngineEvent } from '../../src/failover/events.ts';
import type { Journal } from '../../src/failover/journal.ts';
import type { Plan } from '../../src/failover/plan.ts';
import { JournalConflict, type PortError } from '../../src/failover/port-error.ts';
import type { JournalStore, Ports } from '../../src/failover/ports.ts';
import type { Timing } from '../../src/failover/timing.ts';
import { Backoff } from '../runtime/backoff.ts';
import type { Logger } from '../runtime/logger.ts';
import { reasonOf } from '../runtime/reason-of.ts';
import { fieldsOf } from '../runtime/refusal.ts';
import { HeartbeatWatch } from './heartbeat-watch.ts';
import type { PlanView, Readiness, Trouble } from './plan-view.ts';
import { untilPunctual } from './punctual.ts';
import type { Leave, Turnstile } from './turnstile.ts';
import { watchJournal } from './watched-journal.ts';

/** A FailoverPlan as it is to be driven. */
export interface FiledPlan {
  /** `namespace/name`. */
  readonly key: string;
  readonly plan: Plan;
  readonly spec: FailoverPlanSpec;
  /** `planHash` of the plan. */
  readonly hash: string;
}

/** What all plans of a process have in common. */
export interface PlanSurroundings {
  readonly actor: string;
  readonly clock: Clock;
  readonly timing: Timing;
  /** How often a plan in trouble is looked at, milliseconds, with as many in trouble as there are now. */
  readonly suspectMs: () => number;
  readonly logger: Logger;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Between two glances at a plan's active, milliseconds. */
  readonly glanceMs: () => number;
  /** @throws UnderstudyError if the plan names something that cannot be. */
  readonly portsOf: (filed: FiledPlan, report: (event: EngineEvent) => void) => Ports;
  /** Looks at readiness until `signal` aborts; never rejects. */
  readonly watchReadiness: (
    filed: FiledPlan,
    sees: { readonly heartbeat: HeartbeatWatch; readonly journal: () => Journal | null },
    onReadiness: (readiness: Readiness) => void,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Of one place: plans that are about to begin. */
  readonly door: Turnstile;
  /** Plans that begin to be driven. */
  readonly starts: Turnstile;
  /** Operations that are begun. */
  readonly operations: Turnstile;
  /** Something that statuses are made of is another now. Must not throw. */
  readonly onChange: (key: string) => void;
  readonly onEvent: (key: string, event: EngineEvent) => void;
  /** The journal was written by this process, or read. Must not throw. */
  readonly onJournal: (key: string, journal: Journal, before: Journal | null) => void;
}

/** A start that has not come to its first decision by then makes room for the next. */
const longestStartMs = 15_000;
const restartMs = { baseMs: 2_000, maxMs: 60_000 };
/** So often is a change of the journal tried again that somebody else was faster with. */
const tries = 20;

/** One plan in this process: the engine's driver, and what is known by it. */
export class RunningPlan {
  readonly #surroundings: PlanSurroundings;
  readonly #heartbeat = new HeartbeatWatch();
  readonly #stop = new AbortController();
  readonly #declined = new Map<string, string>();
  #filed: FiledPlan;
  /** To be driven as soon as no operation runs. */
  #next: FiledPlan | null = null;
  #restart = new AbortController();
  #driver: Driver | null = null;
  #store: JournalStore | null = null;
  #journal: Journal | null = null;
  #decided: DriverState | null = null;
  #readiness: Readiness | null = null;
  #trouble: Trouble | null = null;
  #place: Leave | null = null;
  #started: () => void = () => {};

  constructor(filed: FiledPlan, surroundings: PlanSurroundings) {
    this.#surroundings = surroundings;
    this.#filed = filed;
  }

  view(): PlanView {
    const { key, plan, spec, hash } = this.#filed;
    return {
      key,
      plan,
      spec,
      planHash: hash,
      actor: this.#surroundings.actor,
      journal: this.#journal,
      decided: this.#decided,
      readiness: this.#readiness,
      trouble: this.#trouble,
      declined: this.#declined,
    };
  }

  /**
   * The plan was filed anew. What the engine works by changes only between operations: one that runs goes on by what it
   * was begun with.
   */
  refile(filed: FiledPlan): void {
    if (filed.hash === this.#filed.hash) {
      this.#filed = filed;
      this.#next = null;
      return;
    }
    this.#next = filed;
    this.#restartIfIdle();
  }

  /** Ends it: what is in hand is handed over. */
  stop(): void {
    this.#stop.abort();
  }

  wake(): void {
    this.#driver?.wake();
  }

  /**
   * Changes the journal by compare-and-set, without its lease: for what people say, and what is only noted.
   *
   * @returns the document as it then stands; null if there is none.
   * @throws PortError, or JournalConflict if others are faster time and again.
   */
  async update(change: (journal: Journal) => Journal): Promise<Journal | null> {
    if (this.#store === null) return null;
    for (let tried = 1; ; tried += 1) {
      const journal = await this.#store.read();
      if (journal === null) return null;
      const changed = change(journal);
      if (changed === journal) return journal;
      const next = { ...changed, version: journal.version + 1 };
      try {
        await this.#store.write(next);
        this.wake();
        return next;
      } catch (error) {
        if (!(error instanceof JournalConflict) || tried >= tries) throw error;
      }
    }
  }

  /** Drives the plan until it is stopped or `signal` aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger, random } = this.#surroundings;
    const over = AbortSignal.any([signal, this.#stop.signal]);
    const backoff = new Backoff({ ...restartMs, random });
    while (!over.aborted) {
      this.#restart = new AbortController();
      const round = AbortSignal.any([over, this.#restart.signal]);
      try {
        await this.#drive(round);
        backoff.reset();
      } catch (error) {
        const fields = fieldsOf(error);
        this.#tell({ reason: 'NotDriven', message: reasonOf(error) });
        const retryInMs = Math.round(backoff.next());
        logger.error({ plan: this.#filed.key, retryInMs, ...fields }, 'the plan cannot be driven; trying again');
        await clock.sleep(retryInMs, round);
      }
      if (this.#next !== null) {
        this.#filed = this.#next;
        this.#next = null;
        this.#readiness = null;
      }
    }
    this.#leaveOperation();
  }

  async #drive(signal: AbortSignal): Promise<void> {
    const filed = this.#filed;
    const { actor, timing, glanceMs, suspectMs, portsOf, watchReadiness, onEvent } = this.#surroundings;
    const leave = await this.#enterStart(filed.spec.priority, signal);
    if (leave === null) return;
    const ended = new AbortController();
    const round = AbortSignal.any([signal, ended.signal]);
    try {
      const ports = portsOf(filed, (event) => onEvent(filed.key, event));
      const journal = this.#watched(ports.journal);
      this.#store = journal;
      const driver = createDriver(
        filed.plan,
        { ...ports, journal },
        { actor, timing, glanceMs, suspectMs, ownsPlan: true, onDecided: (state) => this.#onDecided(state) },
      );
      this.#driver = driver;
      void this.#leaveStart(leave, round);
      const sees = { heartbeat: this.#heartbeat, journal: () => this.#journal };
      const readiness = watchReadiness(filed, sees, (found) => this.#onReadiness(found), round);
      await driver.run(round);
      await readiness;
    } finally {
      leave();
      // What watches beside a driver that failed must not go on beside the next one.
      ended.abort();
    }
  }

  /** A place among the starts, one after the other and in the order of priorities. */
  async #enterStart(priority: number, signal: AbortSignal): Promise<Leave | null> {
    const { clock, starts, door } = this.#surroundings;
    const pass = await door.enter(priority, signal);
    if (pass === null) return null;
    try {
      await untilPunctual(clock, signal);
      return await starts.enter(priority, signal);
    } finally {
      pass();
    }
  }

  async #leaveStart(leave: Leave, signal: AbortSignal): Promise<void> {
    const begun = new Promise<void>((resolve) => {
      this.#started = resolve;
    });
    await Promise.race([begun, this.#surroundings.clock.sleep(longestStartMs, signal)]);
    leave();
  }

  #watched(store: JournalStore): JournalStore {
    const { clock, onJournal } = this.#surroundings;
    return watchJournal(store, {
      onJournal: (journal, before) => {
        this.#journal = journal;
        if (journal.operation === null) {
          this.#leaveOperation();
          this.#restartIfIdle();
        } else this.#started();
        if (this.#trouble?.reason === 'JournalUnreachable') this.#tell(null);
        onJournal(this.#filed.key, journal, before);
        if (before?.version !== journal.version) this.#changed();
      },
      onFailure: (error) => this.#tell(journalTrouble(error)),
      onObservations: (observations) => this.#heartbeat.see(observations, clock.now().monotonicMs),
      mayBegin: () => this.#enterOperation(),
    });
  }

  /** Waits for a place among the operations, no longer than the next look at the world. */
  async #enterOperation(): Promise<boolean> {
    const { operations, clock, timing } = this.#surroundings;
    if (this.#place !== null) return true;
    const given = new AbortController();
    const limit = new AbortController();
    void clock.sleep(timing.suspectMs, given.signal).then(() => limit.abort());
    this.#place = await operations.enter(this.#filed.spec.priority, limit.signal);
    given.abort();
    return this.#place !== null;
  }

  #leaveOperation(): void {
    this.#place?.();
    this.#place = null;
  }

  #onDecided(state: DriverState): void {
    const { decision, journal } = state;
    this.#decided = state;
    this.#started();
    const id = journal.requested?.id;
    if (decision.kind === 'Decline' && id !== undefined) {
      this.#declined.set(id, decision.reasons.map(({ message }) => message).join('; '));
    }
    if (this.#trouble !== null) this.#tell(null);
    this.#changed();
  }

  #onReadiness(readiness: Readiness): void {
    this.#readiness = readiness;
    this.#changed();
  }

  #tell(trouble: Trouble | null): void {
    if (this.#trouble?.message === trouble?.message) return;
    this.#trouble = trouble;
    this.#changed();
  }

  #restartIfIdle(): void {
    if (this.#next !== null && (this.#journal?.operation ?? null) === null) this.#restart.abort();
  }

  #changed(): void {
    this.#surroundings.onChange(this.#filed.key);
  }
}

function journalTrouble(error: PortError): Trouble {
  return {
    reason: 'JournalUnreachable',
    message: `the journal cannot be read or written: ${error.message}`,
  };
}
