import type { Clock } from './clock.ts';
import type { Journal } from './journal.ts';
import { acquireLease, renewLease } from './lease.ts';
import { JournalConflict, PortError } from './port-error.ts';
import type { JournalStore } from './ports.ts';
import type { Timing } from './timing.ts';

/** Someone else may act now; whatever was in hand is theirs to finish. */
export class LeaseLost extends Error {
  constructor(holder: string | null) {
    super(holder === null ? 'the lease was released' : `the lease is with ${holder}`);
    this.name = 'LeaseLost';
  }
}

/** The journal in the hands of the lease's holder. */
export interface JournalSession {
  /** As last read or written. */
  latest(): Journal;
  /**
   * Applies a change by compare-and-set, one at a time; each write renews the lease. When someone else wrote in the
   * meantime, or the answer was lost, the change is applied again to what then stands there: it must be idempotent.
   * Does not return before the journal holds the change, however long the table is out of reach.
   *
   * @throws LeaseLost as soon as the journal shows another holder or term.
   */
  update(change: (journal: Journal) => Journal): Promise<Journal>;
  /**
   * Renews unless a write did so recently: to be called before every effect. An answer that was heard so late that the
   * lease may have expired meanwhile is no licence: it is renewed again.
   */
  renewIfDue(): Promise<void>;
}

export interface SessionOptions {
  readonly store: JournalStore;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly onTrouble: (message: string) => void;
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
  const { store, clock, timing, onTrouble } = options;
  const { holder, term } = acquired.lease;
  let latest = acquired;
  let queue: Promise<unknown> = Promise.resolve();

  async function write(change: (journal: Journal) => Journal): Promise<Journal> {
    for (let waitMs = timing.backoffMs.first; ; waitMs = Math.min(waitMs * 2, timing.backoffMs.longest)) {
      if (latest.lease.holder !== holder || latest.lease.term !== term) throw new LeaseLost(latest.lease.holder);
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
    onTrouble(`journal: ${error.message}; trying again`);
    await clock.sleep(waitMs);
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
