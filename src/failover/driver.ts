import { otherSite } from '../api/site.ts';
import { type Assessment, assess, type Reason, silentAfterMs } from './assess.ts';
import { createBell } from './bell.ts';
import { cleanupDuty } from './cleanup-duty.ts';
import { decide } from './decide.ts';
import type { DutyContext } from './duty.ts';
import type { EventBody } from './events.ts';
import { fenceDuty, keepFenced } from './fence-duty.ts';
import { entitleFirst } from './first-install.ts';
import { firstOf } from './first-of.ts';
import { firstJournal, type Journal, type OperationRequest } from './journal.ts';
import { openSession } from './journal-session.ts';
import { acquireLease, type LeaseSighting, leaseStanding, releaseLease, sightLease } from './lease.ts';
import type { StandbyLook } from './observation.ts';
import { type Plan, planNow } from './plan.ts';
import { JournalConflict, PortError } from './port-error.ts';
import type { Ports } from './ports.ts';
import { type Assessed, runOperation } from './run-operation.ts';
import { startOperation } from './start-operation.ts';
import type { Timing } from './timing.ts';
import { unfenceDuty } from './unfence-duty.ts';
import { createSightings, watch } from './watch.ts';

export interface DriverOptions {
  /** Unique per process: it is the lease's holder. */
  readonly actor: string;
  /** The plan's source (the controller): creates the journal, and carries mode and suspension into it. */
  readonly ownsPlan: boolean;
  readonly timing: Timing;
  /** What a person asked for; served once, at the first turn at which it can start. */
  readonly request?: OperationRequest;
}

export interface Driver {
  /** Watches and acts until `signal` aborts; ends what is in hand or hands it over. */
  run(signal: AbortSignal): Promise<void>;
  /**
   * As `run`, and ends by itself as soon as nothing is wrong and nothing is left to do: for an actor that is called each
   * minute and not kept, as a Lambda is.
   *
   * @returns whether it ended because all is well.
   */
  runUntilQuiet(signal: AbortSignal): Promise<boolean>;
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
  const sightings = createSightings(clock, filed);
  const looked = createBell();
  const hurry = createBell();
  const bornMonotonicMs = clock.now().monotonicMs;

  /** With the identifiers that are in use, by the journal as last read. */
  let plan = filed;
  let active: Journal['activation']['active'] = 'primary';
  let quiet = false;
  let lease: LeaseSighting | null = null;
  let request = options.request ?? null;
  let requestedInEpoch: number | null = null;
  let lastHolds = '';
  let lastVerdict = '';
  let lastTrouble = '';
  let standby: { look: StandbyLook | Error; atMonotonicMs: number } | null = null;
  let entitled = false;
  let entitledAtMonotonicMs = Number.NEGATIVE_INFINITY;
  let unfenceKnownAtMonotonicMs: number | null = null;
  let cleanupKnown: { readonly database: string; readonly atMonotonicMs: number } | null = null;
  let dutyAtMonotonicMs = Number.NEGATIVE_INFINITY;

  const report = (event: EventBody): void => {
    ports.report({ ...event, atMs: clock.now().wallMs, actor, plan: plan.name });
  };

  /** Says a hold once, not each second; numbers in it may move without making it another. */
  function reportHold(reasons: readonly Reason[]): void {
    const key = reasons.map((reason) => `${reason.code} ${reason.clears}`).join('\n');
    if (key !== lastHolds) report({ kind: 'Hold', reasons });
    lastHolds = key;
  }

  function reportTrouble(message: string): void {
    if (message !== lastTrouble) report({ kind: 'Trouble', message });
    lastTrouble = message;
  }

  async function lookAtStandby(maxAgeMs: number): Promise<StandbyLook | Error> {
    const { monotonicMs } = clock.now();
    if (standby === null || monotonicMs - standby.atMonotonicMs >= maxAgeMs) {
      const { database, region } = plan.sites[otherSite(active)];
      standby = {
        look: await ports.standby.look(database.identifier, region).catch((error: unknown) => asError(error)),
        atMonotonicMs: monotonicMs,
      };
    }
    return standby.look;
  }

  async function assessNow(): Promise<Assessment> {
    const maxAgeMs = sightings.suspect(active) ? timing.suspectMs : plan.intervalMs;
    const [others, standbyLook] = await Promise.all([ports.journal.observations(), lookAtStandby(maxAgeMs)]);
    const own = new Set(ownVantages);
    sightings.read(others.filter((observation) => !own.has(observation.vantage)));
    if (sightings.suspect(active)) hurry.ring();
    const assessment = assess(plan, active, { vantages: sightings.all(), standby: standbyLook });
    if (assessment.active.verdict !== lastVerdict) {
      lastVerdict = assessment.active.verdict;
      report({ kind: 'Verdict', site: active, verdict: assessment.active.verdict });
    }
    return assessment;
  }
  const ownVantages: string[] = [];

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

  /** An operation that runs already, or the first that begins after the request came in, serves it, whoever began it. */
  function forgetServedRequest(journal: Journal): void {
    requestedInEpoch ??= journal.epoch;
    if (journal.operation !== null || journal.epoch > requestedInEpoch) request = null;
  }

  /** One turn; answers how long the next may wait, unless a look comes in before. */
  async function turn(signal: AbortSignal): Promise<number> {
    const found = await readJournal();
    if (found === null) {
      reportTrouble(`plan ${plan.name} has no journal yet; the controller creates it`);
      return plan.intervalMs;
    }
    const journal = await carryPlan(found);
    quiet = false;
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
      else await takeOver(journal, signal);
      return 0;
    }
    // Taken for a duty of a moment, by a write whose answer was lost or an actor that died: nobody need wait for it again.
    if (standing.kind === 'Mine' || standing.kind === 'Expired') {
      await ports.journal.write({ ...releaseLease(journal), version: journal.version + 1 });
      return 0;
    }
    const duty = dutyOf(journal, monotonicMs);
    if (duty !== null && monotonicMs - dutyAtMonotonicMs >= plan.intervalMs) {
      await duty({ plan, ports, timing, actor, report, stop: signal });
      dutyAtMonotonicMs = clock.now().monotonicMs;
      return 0;
    }
    // Between two tries the plan is watched: an active that cannot be entitled may be one that is down.
    if (options.ownsPlan && !entitled && monotonicMs - entitledAtMonotonicMs >= plan.intervalMs) {
      entitled = await entitleFirst(ports, actor, journal, report);
      entitledAtMonotonicMs = clock.now().monotonicMs;
      return 0;
    }
    const waitMs = await decideNow(journal, signal);
    quiet &&= duty === null || isKeepingFence(journal);
    return waitMs;
  }

  /** What an operation that has ended left to be done, the most urgent first; `null`: nothing. */
  function dutyOf(journal: Journal, monotonicMs: number): ((context: DutyContext) => Promise<void>) | null {
    const [cleanup] = journal.cleanups;
    unfenceKnownAtMonotonicMs = journal.pendingUnfence === null ? null : (unfenceKnownAtMonotonicMs ?? monotonicMs);
    if (cleanup?.database !== cleanupKnown?.database) {
      cleanupKnown = cleanup === undefined ? null : { database: cleanup.database, atMonotonicMs: monotonicMs };
    }
    if (journal.pendingFence !== null) return (context) => fenceDuty(context, journal);
    if (unfenceKnownAtMonotonicMs !== null) {
      const knownForMs = monotonicMs - unfenceKnownAtMonotonicMs;
      return (context) => unfenceDuty(context, journal, knownForMs);
    }
    if (cleanupKnown !== null) {
      const knownForMs = monotonicMs - cleanupKnown.atMonotonicMs;
      return (context) => cleanupDuty(context, journal, knownForMs);
    }
    const { fenced } = journal;
    return fenced === null ? null : (context) => keepFenced(context, journal, fenced);
  }

  function learn(journal: Journal): void {
    active = journal.activation.active;
    plan = planNow(filed, journal);
  }

  async function decideNow(journal: Journal, signal: AbortSignal): Promise<number> {
    const assessment = await assessNow();
    const now = clock.now();
    // What stood in the table at the start is of unknown age: a request waits until the vantages have looked again.
    const young = now.monotonicMs - bornMonotonicMs < silentAfterMs(plan);
    const wanted = request ?? journal.requested;
    const asked = young && assessment.loss.worstCaseSeconds === null ? null : wanted;
    const decision = decide(plan, assessment, journal, now, asked);
    switch (decision.kind) {
      case 'None':
        reportHold([]);
        quiet = wanted === null && assessment.active.verdict === 'Up';
        return plan.intervalMs;
      case 'Hold':
        reportHold(decision.reasons);
        return sightings.suspect(active) ? timing.suspectMs : plan.intervalMs;
      case 'Start': {
        const started = {
          ...startOperation(plan, journal, decision, assessment, actor, now),
          version: journal.version + 1,
        };
        await ports.journal.write(started);
        report({ kind: 'OperationStarted', operationId: `${plan.name}#${started.epoch}`, message: decision.reason });
        await drive(started, now.monotonicMs, signal);
        return 0;
      }
    }
  }

  /** An operation that nobody drives: its actor died, or handed it over. */
  async function takeOver(journal: Journal, signal: AbortSignal): Promise<void> {
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
  async function drive(held: Journal, renewedMonotonicMs: number, signal: AbortSignal): Promise<void> {
    const options = { store: ports.journal, clock, timing, onTrouble: reportTrouble, stop: signal };
    const session = openSession(options, held, renewedMonotonicMs);
    learn(held);
    await runOperation({ plan, ports, session, timing, actor, assess: assessCached, report }, signal);
  }

  let cached: Assessed | null = null;
  async function assessCached(): Promise<Assessed> {
    const { monotonicMs } = clock.now();
    if (cached === null || monotonicMs - cached.atMonotonicMs >= timing.suspectMs) {
      cached = { assessment: await assessNow(), atMonotonicMs: monotonicMs };
    }
    return cached;
  }

  async function act(signal: AbortSignal, isOver: () => boolean): Promise<void> {
    while (!signal.aborted && !isOver()) {
      let waitMs: number;
      try {
        waitMs = await turn(signal);
        lastTrouble = '';
      } catch (error) {
        if (error instanceof JournalConflict) waitMs = 0;
        else if (error instanceof PortError) {
          reportHold([journalUnreachable(error)]);
          waitMs = timing.suspectMs;
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

  async function watchAll(signal: AbortSignal): Promise<void> {
    await Promise.all(
      ports.vantages.map((vantage) =>
        watch(
          vantage,
          {
            plan,
            clock,
            timing,
            suspect: () => sightings.suspect(active),
            onLook(observation) {
              if (!ownVantages.includes(observation.vantage)) ownVantages.push(observation.vantage);
              sightings.add([observation]);
              if (sightings.suspect(active)) hurry.ring();
              looked.ring();
              ports.journal
                .writeObservation(observation)
                .catch((error: unknown) => reportTrouble(`observation not written: ${asError(error).message}`));
            },
            hurried: (stop) => hurry.rung(stop),
          },
          signal,
        ),
      ),
    );
  }

  return {
    active: () => active,
    async run(signal) {
      await Promise.all([watchAll(signal), act(signal, () => false)]);
    },
    async runUntilQuiet(signal) {
      const watching = new AbortController();
      void watchAll(watching.signal);
      try {
        await act(signal, () => quiet);
      } finally {
        watching.abort();
      }
      return quiet;
    },
  };
}

/** Nothing is wrong while a former active merely has to be looked at again and again. */
function isKeepingFence({ pendingFence, pendingUnfence, cleanups }: Journal): boolean {
  return pendingFence === null && pendingUnfence === null && cleanups.length === 0;
}

function journalUnreachable(error: PortError): Reason {
  return {
    code: 'JournalUnreachable',
    message: `the journal cannot be read or written: ${error.message}`,
    clears: "the standby region's DynamoDB table answering; nothing is promoted without it",
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
