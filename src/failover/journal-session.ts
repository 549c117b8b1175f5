import type { Clock } from './clock.ts';
import type { Journal } from './journal.ts';
import { acquireLease, renewLease } from './lease.ts';
import { JournalConflict, PortError } from './port-error.ts';
import type { JournalStore } from './ports.ts';
import type { StopSignal } from './stop.ts';
import type { Timing } from './timing.ts';

/** Someone else may act now; whatever was in hand is theirs to finish. */
export class LeaseLost extends Error {
  constructor(holder: string | null) {
    super(holder === null ? 'the lease was released' : `the lease is with ${holder}`);
    this.name = 'LeaseLost';
  }
}

/** A process that was asked to end waits for the journal no longer; its lease expires by itself. */
export class JournalGivenUp extends Error {
  constructor(cause: Error) {
    super(`asked to end while the journal is out of reach (${cause.message}): the lease expires by itself`);
    this.name = 'JournalGivenUp';
  }
}

/** The journal in the hands of the lease's holder. */
export interface JournalSession {
  /** As last read or written. */
  latest(): Journal;
  /**
   * Applies a change by compare-and-set, one at a time; each write renews the lease. When someone else wrote in the
   * meantime, or the answer was lost, the change is applied again to what then stands there: it must be idempotent.
   * Does not return before the journal holds the change, however long the table is out of reach, unless the process is
   * asked to end.
   *
   * @throws LeaseLost as soon as the journal shows another holder or term.
   * @throws JournalGivenUp a lease time after the process was asked to end: others may take over by then anyway.
   */
  update(change: (journal: Journal) => Journal): Promise<Journal>;
  /**
   * Renews unless a write did so recently: to be called before every effect. An answer that was heard so late that the
   * lease may have expired meanwhile is no licence: it is renewed again.
   *
   * @throws LeaseLost also where this session has given the lease back, and something of it is still under way.
   */
  renewIfDue(): Promise<void>;
}

export interface SessionOptions {
  readonly store: JournalStore;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly onTrouble: (message: string) => void;
  /** Aborts when the process is asked to end. */
  readonly stop: StopSignal;
}

/**
 * Takes the lease, by one write.
 *
 * @throws JournalConflict, PortError as the write does.
 */
export async function acquireSession(
  options: SessionOptions,
  journal: Journal,
  actor: string,
): Promise<JournalSession> {
  const startedMonotonicMs = options.clock.now().monotonicMs;
  const acquired = { ...acquireLease(journal, actor), version: journal.version + 1 };
  await options.store.write(acquired);
  return openSession(options, acquired, startedMonotonicMs);
}

/** @param renewedMonotonicMs before the write that `acquired` shows left: the lease counts from there. */
export function openSession(options: SessionOptions, acquired: Journal, renewedMonotonicMs: number): JournalSession {
  const { store, clock, timing, onTrouble, stop } = options;
  const { holder, term } = acquired.lease;
  let latest = acquired;
  let queue: Promise<unknown> = Promise.resolve();
  /** When this session first noticed that it is asked to end. */
  let stoppedMonotonicMs: number | null = null;
  let givenUp: JournalGivenUp | null = null;

  function checkHeld(): void {
    if (latest.lease.holder !== holder || latest.lease.term !== term) throw new LeaseLost(latest.lease.holder);
  }

  async function write(change: (journal: Journal) => Journal): Promise<Journal> {
    for (let waitMs = timing.backoffMs.first; ; waitMs = Math.min(waitMs * 2, timing.backoffMs.longest)) {
      if (givenUp !== null) throw givenUp;
      checkHeld();
      const changed = change(latest);
      if (changed === latest) return latest;
      const startedMonotonicMs = clock.now().monotonicMs;
      const next = {
        ...(changed.lease.holder === holder ? renewLease(changed) : changed),
        version: latest.version + 1,
      };
      try {
        await store.write(next);
        latest = next;
        renewedMonotonicMs = startedMonotonicMs;
        return latest;
      } catch (error) {
        if (!(error instanceof JournalConflict)) await pause(error, waitMs);
        await reread(waitMs);
        if (isSameWrite(latest, next)) {
          renewedMonotonicMs = startedMonotonicMs;
          return latest;
        }
      }
    }
  }

  async function reread(firstWaitMs: number): Promise<void> {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, timing.backoffMs.longest)) {
      try {
        const found = await store.read();
        if (found === null) throw new PortError('Refused', 'JournalGone', 'the journal document is gone');
        latest = found;
        return;
      } catch (error) {
        await pause(error, waitMs);
      }
    }
  }

  async function pause(error: unknown, waitMs: number): Promise<void> {
    if (!(error instanceof PortError)) throw error;
    if (stop.aborted) giveUpInTime(error);
    onTrouble(`journal: ${error.message}; trying again`);
    if (stop.aborted) await clock.sleep(timing.backoffMs.first);
    else await clock.sleep(waitMs, stop);
  }

  function giveUpInTime(error: PortError): void {
    const { monotonicMs } = clock.now();
    stoppedMonotonicMs ??= monotonicMs;
    if (monotonicMs - stoppedMonotonicMs < timing.leaseMs) return;
    givenUp = new JournalGivenUp(error);
    throw givenUp;
  }

  const update = (change: (journal: Journal) => Journal): Promise<Journal> => {
    const turn = queue.then(() => write(change));
    queue = turn.catch(() => undefined);
    return turn;
  };

  return {
    latest: () => latest,
    update,
    async renewIfDue() {
      checkHeld();
      const ageMs = (): number => clock.now().monotonicMs - renewedMonotonicMs;
      if (ageMs() >= timing.renewEveryMs) await update(renewLease);
      while (ageMs() >= timing.leaseMs) await update(renewLease);
    },
  };
}

/** Whether a write whose answer was lost is the one that stands: only a lease's holder counts its renewals. */
function isSameWrite(found: Journal, written: Journal): boolean {
  return (
    found.version === written.version &&
    found.lease.term === written.lease.term &&
    found.lease.renewals === written.lease.renewals
  );
}
