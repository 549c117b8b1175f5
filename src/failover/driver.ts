import { whyAbort } from './abort.ts';
import { type Assessment, type Reason, silentAfterMs } from './assess.ts';
import { createBell } from './bell.ts';
import { type Decision, decide, type Start } from './decide.ts';
import { createDuties, isOnlyKeepingFence } from './duties.ts';
import type { EventBody } from './events.ts';
import { entitleFirst } from './first-install.ts';
import { firstOf } from './first-of.ts';
import { firstJournal, type Journal, type OperationRequest } from './journal.ts';
import { openSession } from './journal-session.ts';
import { acquireLease, type LeaseSighting, leaseStanding, releaseLease, sightLease } from './lease.ts';
import { stepsBeyondMeans } from './means.ts';
import { createOnce, messageOf } from './once.ts';
import type { Action, Operation, StepName } from './operation.ts';
import { type Plan, planNow } from './plan.ts';
import { JournalConflict, PortError } from './port-error.ts';
import type { Ports } from './ports.ts';
import { runOperation } from './run-operation.ts';
import { createSituation } from './situation.ts';
import { startOperation } from './start-operation.ts';
import { Stop, type StopSignal } from './stop.ts';
import type { Timing } from './timing.ts';
import { glanceBetween, watch } from './watch.ts';

export interface DriverOptions {
  /** Unique per process: it is the lease's holder. */
  readonly actor: string;
  /** The plan's source (the controller): creates the journal, and carries mode and suspension into it. */
  readonly ownsPlan: boolean;
  readonly timing: Timing;
  /**
   * How often a plan in trouble is looked at now, milliseconds, for an actor that may have very many of them; never less
   * often than one that is well. @default timing.suspectMs
   */
  readonly suspectMs?: () => number;
  /** What a person asked for; served once, at the first turn at which it can start. */
  readonly request?: OperationRequest;
  /**
   * Between two glances at the active, milliseconds; asked before each, since an actor of many plans glances less often.
   * @default never
   */
  readonly glanceMs?: () => number;
  /** Called with what each turn that decided was decided by; must not throw. */
  readonly onDecided?: (state: DriverState) => void;
}

/** What an actor knew and made of it, at the end of one turn. */
export interface DriverState {
  readonly journal: Journal;
  readonly assessment: Assessment;
  readonly decision: Decision;
}

export interface Driver {
  /** Watches and acts until `signal` aborts; ends what is in hand or hands it over. */
  run(signal: StopSignal): Promise<void>;
  /**
   * As `run`, and ends by itself as soon as nothing is wrong and nothing is left to do: for an actor that is called each
   * minute and not kept, as a Lambda is.
   *
   * @returns whether it ended because all is well.
   */
  runUntilQuiet(signal: StopSignal): Promise<boolean>;
  /** Something was written into the journal that should not wait for the next turn. */
  wake(): void;
  /** Which site is active, by the journal as last read. */
  active(): Journal['activation']['active'];
}

/**
 * The loop that every actor runs: read the journal, observe, decide or advance, perform, write the journal. Killing it
 * between any two of these loses nothing, since nothing that matters is only in its memory.
 */
export function createDriver(filed: Plan, ports: Ports, options: DriverOptions): Driver {
  const { actor, timing } = options;
  const { clock } = ports;
  const situation = createSituation(filed, ports, timing);
  const duties = createDuties();
  const looked = createBell();
  const hurry = createBell();
  const bornMonotonicMs = clock.now().monotonicMs;
  const suspectMs = (): number => Math.min(options.suspectMs?.() ?? timing.suspectMs, filed.intervalMs);

  /** With the identifiers that are in use, by the journal as last read. */
  let plan = filed;
  let active: Journal['activation']['active'] = 'primary';
  let quiet = false;
  let lease: LeaseSighting | null = null;
  let request = options.request ?? null;
  let requestedInEpoch: number | null = null;
  let lastVerdict = '';
  let entitled = false;
  let entitledAtMonotonicMs = Number.NEGATIVE_INFINITY;
  let dutyAtMonotonicMs = Number.NEGATIVE_INFINITY;

  const report = (event: EventBody): void => {
    ports.report({ ...event, atMs: clock.now().wallMs, actor, plan: plan.name });
  };
  const trouble = createOnce<string>(String, (message) => report({ kind: 'Trouble', message }));
  /** Numbers in a hold may move without making it another. */
  const hold = createOnce<readonly Reason[]>(
    (reasons) => reasons.map((reason) => `${reason.code} ${reason.clears}`).join('\n'),
    (reasons) => report({ kind: 'Hold', reasons }),
    '',
  );

  async function readJournal(): Promise<Journal | null> {
    const found = await ports.journal.read();
    if (found !== null || !options.ownsPlan) return found;
    const first = firstJournal(plan.name, plan.mode, plan.suspended);
    await ports.journal.write(first);
    return first;
  }

  /** Mode and suspension count for every actor only once they stand in the journal. */
  async function carryPlan(journal: Journal): Promise<Journal> {
    const same = journal.mode === plan.mode && journal.suspended === plan.suspended;
    if (!options.ownsPlan || same) return journal;
    const carried = { ...journal, mode: plan.mode, suspended: plan.suspended, version: journal.version + 1 };
    await ports.journal.write(carried);
    return carried;
  }

  function learn(journal: Journal): void {
    active = journal.activation.active;
    plan = planNow(filed, journal);
  }

  /** An operation that runs already, or the first that begins after the request came in, serves it, whoever began it. */
  function forgetServedRequest(journal: Journal): void {
    requestedInEpoch ??= journal.epoch;
    if (journal.operation !== null || journal.epoch > requestedInEpoch) request = null;
  }

  async function forgetRequest(journal: Journal): Promise<void> {
    request = null;
    if (journal.requested === null) return;
    await ports.journal.write({ ...journal, requested: null, version: journal.version + 1 });
  }

  /** One turn; answers how long the next may wait, unless a look comes in before. */
  async function turn(signal: StopSignal): Promise<number> {
    quiet = false;
    const found = await readJournal();
    if (found === null) {
      trouble.tell(`plan ${plan.name} has no journal yet; the controller creates it`);
      return plan.intervalMs;
    }
    const journal = await carryPlan(found);
    learn(journal);
    forgetServedRequest(journal);
    const { monotonicMs } = clock.now();
    lease = sightLease(lease, journal.lease, monotonicMs);
    const standing = leaseStanding(journal.lease, lease, actor, monotonicMs, timing.leaseMs);

    if (standing.kind === 'Held') return Math.min(standing.expiresInMs, timing.suspectMs);
    if (journal.operation !== null) {
      // Still in these hands when the answer to the write that took it was lost, or a look at the world failed.
      // For all that this process remembers it may have expired: renewed before anything else is done.
      if (standing.kind === 'Mine') await drive(journal, Number.NEGATIVE_INFINITY, signal);
      else if (await isMine(journal.operation)) await takeOver(journal, signal);
      else return plan.intervalMs;
      return 0;
    }
    // Taken for a duty of a moment, by a write whose answer was lost or an actor that died: nobody need wait for it again.
    if (standing.kind === 'Mine' || standing.kind === 'Expired') {
      await ports.journal.write({ ...releaseLease(journal), version: journal.version + 1 });
      return 0;
    }
    const duty = duties.next(journal, monotonicMs);
    if (duty !== null && monotonicMs - dutyAtMonotonicMs >= plan.intervalMs) {
      try {
        await duty({ plan, ports, timing, actor, report, stop: signal });
      } finally {
        duties.done();
        dutyAtMonotonicMs = clock.now().monotonicMs;
      }
      return 0;
    }
    // Between two tries the plan is watched: an active that cannot be entitled may be one that is down.
    if (options.ownsPlan && !entitled && monotonicMs - entitledAtMonotonicMs >= plan.intervalMs) {
      entitled = await entitleFirst({ plan, ports, timing, actor, report, stop: signal }, journal);
      entitledAtMonotonicMs = clock.now().monotonicMs;
      return 0;
    }
    return decideNow(journal, signal);
  }

  async function assessNow(): Promise<Assessment> {
    const assessment = await situation.assess(plan, active);
    tellVerdict(assessment);
    return assessment;
  }

  function tellVerdict({ active: { site, verdict } }: Assessment): void {
    if (situation.suspect(active)) hurry.ring();
    if (verdict !== lastVerdict) report({ kind: 'Verdict', site, verdict });
    lastVerdict = verdict;
  }

  async function decideNow(journal: Journal, signal: StopSignal): Promise<number> {
    const assessment = await assessNow();
    const now = clock.now();
    // What stood in the table at the start is of unknown age: a request waits until the vantages have looked again.
    const young = now.monotonicMs - bornMonotonicMs < silentAfterMs(plan);
    const wanted = request ?? journal.requested;
    const asked = young && assessment.loss.worstCaseSeconds === null ? null : wanted;
    const decision = decide(plan, assessment, journal, now, asked);
    options.onDecided?.({ journal, assessment, decision });
    switch (decision.kind) {
      case 'None':
        hold.tell([]);
        quiet = wanted === null && assessment.active.verdict === 'Up' && isOnlyKeepingFence(journal);
        return plan.intervalMs;
      case 'Hold':
        hold.tell(decision.reasons);
        return situation.suspect(active) ? Math.min(suspectMs(), situation.silenceInMs()) : plan.intervalMs;
      case 'Decline':
        hold.tell(decision.reasons);
        await forgetRequest(journal);
        return 0;
      case 'Start':
        return begin(journal, decision, assessment, signal);
    }
  }

  async function begin(journal: Journal, start: Start, assessment: Assessment, signal: StopSignal): Promise<number> {
    const now = clock.now();
    const started = { ...startOperation(plan, journal, start, assessment, actor, now), version: journal.version + 1 };
    const beyond = started.operation === null ? [] : stepsBeyondMeans(plan, started.operation, ports.effects);
    if (beyond.length > 0) {
      hold.tell([beyondMeans(start.action, beyond)]);
      return plan.intervalMs;
    }
    await ports.journal.write(started);
    report({ kind: 'OperationStarted', operationId: `${plan.name}#${started.epoch}`, message: start.reason });
    await drive(started, now.monotonicMs, signal);
    return 0;
  }

  /** It can be driven from here to its end, or at least be called off, so that something more urgent can begin. */
  async function isMine(operation: Operation): Promise<boolean> {
    const beyond = stepsBeyondMeans(plan, operation, ports.effects);
    if (beyond.length === 0) return true;
    const assessment = await assessNow();
    if (whyAbort(plan, operation, assessment) !== null) return true;
    trouble.tell(`${operation.id} waits for an actor that can do ${beyond.join(', ')}: the controller`);
    return false;
  }

  /** An operation that nobody drives: its actor died, or handed it over. */
  async function takeOver(journal: Journal, signal: StopSignal): Promise<void> {
    const { operation } = journal;
    if (operation === null) return;
    const previous = operation.actors.at(-1)?.actor ?? 'nobody';
    const now = clock.now();
    const actors = [...operation.actors, { actor, atMs: now.wallMs }];
    const taken = {
      ...acquireLease(journal, actor),
      version: journal.version + 1,
      operation: { ...operation, actors },
    };
    await ports.journal.write(taken);
    report({ kind: 'OperationTakenOver', operationId: operation.id, message: `from ${previous}` });
    await drive(taken, now.monotonicMs, signal);
  }

  /** @param renewedMonotonicMs before the latest write of this actor left. */
  async function drive(held: Journal, renewedMonotonicMs: number, signal: StopSignal): Promise<void> {
    learn(held);
    const onTrouble = trouble.tell;
    const session = openSession(
      { store: ports.journal, clock, timing, onTrouble, stop: signal },
      held,
      renewedMonotonicMs,
    );
    const assess = async () => {
      const assessed = await situation.assessAtLeisure(plan, active);
      tellVerdict(assessed.assessment);
      return assessed;
    };
    await runOperation({ plan, ports, session, timing, actor, assess, report }, signal);
  }

  async function act(signal: StopSignal, isOver: () => boolean): Promise<void> {
    while (!signal.aborted) {
      let waitMs: number;
      try {
        waitMs = await turn(signal);
        trouble.forget();
      } catch (error) {
        if (error instanceof JournalConflict) waitMs = 0;
        else if (error instanceof PortError) {
          hold.tell([journalUnreachable(error)]);
          waitMs = suspectMs();
        } else throw error;
      }
      if (isOver()) return;
      const longestMs = waitMs;
      await firstOf(
        signal,
        (stop) => looked.rung(stop),
        (stop) => clock.sleep(longestMs, stop),
      );
    }
  }

  async function watchAll(signal: StopSignal): Promise<void> {
    const suspect = (): boolean => situation.suspect(active);
    const common = { plan, clock, suspect, active: () => active };
    const { glanceMs = () => Number.POSITIVE_INFINITY } = options;
    await Promise.all([
      ...ports.vantages.map((vantage) =>
        glanceBetween(vantage, { ...common, glanceMs, onDoubt: () => hurry.ring() }, signal),
      ),
      ...ports.vantages.map((vantage) =>
        watch(
          vantage,
          {
            ...common,
            suspectMs,
            onLook(observation) {
              const isNews = situation.add(observation);
              if (suspect()) hurry.ring();
              // One that says what the one before it said, while all is well, waits for the turn that comes anyway.
              if (isNews || suspect()) looked.ring();
              ports.journal
                .writeObservation(observation)
                .catch((error: unknown) => trouble.tell(`observation not written: ${messageOf(error)}`));
            },
            hurried: (stop) => hurry.rung(stop),
          },
          signal,
        ),
      ),
    ]);
  }

  return {
    active: () => active,
    wake: () => looked.ring(),
    async run(signal) {
      await Promise.all([watchAll(signal), act(signal, () => false)]);
    },
    async runUntilQuiet(signal) {
      const watching = new Stop();
      void watchAll(watching);
      try {
        await act(signal, () => quiet);
      } finally {
        watching.abort();
      }
      return quiet;
    },
  };
}

function beyondMeans(action: Action, beyond: readonly StepName[]): Reason {
  return {
    code: 'BeyondMeans',
    message: `this actor has no means for ${beyond.join(', ')} of a ${action}`,
    clears: 'the controller running: it begins by itself then',
  };
}

function journalUnreachable(error: PortError): Reason {
  return {
    code: 'JournalUnreachable',
    message: `the journal cannot be read or written: ${error.message}`,
    clears: "the standby region's DynamoDB table answering; nothing is promoted without it",
  };
}
