import type { Journal, Lease } from './journal.ts';

/** What an actor remembers of the lease: since when, on its own monotonic clock, it has seen the same renewals. */
export interface LeaseSighting {
  readonly holder: string | null;
  readonly term: number;
  readonly renewals: number;
  readonly sinceMonotonicMs: number;
}

/** Folds what was just read into what was seen before. */
export function sightLease(previous: LeaseSighting | null, lease: Lease, monotonicMs: number): LeaseSighting {
  const unchanged =
    previous !== null &&
    previous.holder === lease.holder &&
    previous.term === lease.term &&
    previous.renewals === lease.renewals;
  return unchanged ? previous : { ...lease, sinceMonotonicMs: monotonicMs };
}

export type LeaseStanding =
  | { readonly kind: 'Mine' }
  | { readonly kind: 'Free' }
  | { readonly kind: 'Expired'; readonly holder: string }
  | { readonly kind: 'Held'; readonly holder: string; readonly expiresInMs: number };

/**
 * Whose turn it is. A lease expires only on the watcher's own clock, after it has itself seen the same `renewals` for
 * the whole lease time: clocks of two machines are never compared.
 *
 * @see https://aws.amazon.com/blogs/database/building-distributed-locks-with-the-dynamodb-lock-client/
 */
export function leaseStanding(
  lease: Lease,
  sighting: LeaseSighting,
  actor: string,
  monotonicMs: number,
  leaseMs: number,
): LeaseStanding {
  if (lease.holder === null) return { kind: 'Free' };
  if (lease.holder === actor) return { kind: 'Mine' };
  const watchedMs = monotonicMs - sighting.sinceMonotonicMs;
  if (watchedMs >= leaseMs) return { kind: 'Expired', holder: lease.holder };
  return { kind: 'Held', holder: lease.holder, expiresInMs: leaseMs - watchedMs };
}

export function acquireLease(journal: Journal, actor: string): Journal {
  const { term, renewals } = journal.lease;
  return { ...journal, lease: { holder: actor, term: term + 1, renewals: renewals + 1 } };
}

export function renewLease(journal: Journal): Journal {
  return { ...journal, lease: { ...journal.lease, renewals: journal.lease.renewals + 1 } };
}

export function releaseLease(journal: Journal): Journal {
  return { ...journal, lease: { ...journal.lease, holder: null, renewals: journal.lease.renewals + 1 } };
}
