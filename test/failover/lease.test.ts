import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { firstJournal, type Lease } from '../../src/failover/journal.ts';
import { acquireLease, leaseStanding, releaseLease, renewLease, sightLease } from '../../src/failover/lease.ts';

const leaseMs = 15_000;
const held: Lease = { holder: 'controller', term: 3, renewals: 40 };

describe('leaseStanding', () => {
  it.each([
    { name: 'nobody holds it', lease: { ...held, holder: null }, atMs: 0, expected: { kind: 'Free' } },
    { name: 'one’s own, however old', lease: { ...held, holder: 'lambda' }, atMs: 1e9, expected: { kind: 'Mine' } },
    { name: 'just seen', lease: held, atMs: 0, expected: { kind: 'Held', holder: 'controller', expiresInMs: leaseMs } },
    {
      name: 'nearly over',
      lease: held,
      atMs: 14_999,
      expected: { kind: 'Held', holder: 'controller', expiresInMs: 1 },
    },
    {
      name: 'watched for a whole lease',
      lease: held,
      atMs: leaseMs,
      expected: { kind: 'Expired', holder: 'controller' },
    },
  ])('$name', ({ lease, atMs, expected }) => {
    const sighting = sightLease(null, lease, 0);
    expect(leaseStanding(lease, sighting, 'lambda', atMs, leaseMs)).toEqual(expected);
  });
});

describe('sightLease', () => {
  it('starts the watch anew with every change of the lease, and with nothing else', () => {
    const first = sightLease(null, held, 1_000);
    expect(sightLease(first, { ...held }, 9_000)).toBe(first);
    for (const changed of [
      { ...held, renewals: 41 },
      { ...held, term: 4 },
      { ...held, holder: 'lambda' },
    ]) {
      expect(sightLease(first, changed, 9_000).sinceMonotonicMs).toBe(9_000);
    }
  });

  it('never lets a lease expire that is renewed within it, whatever the watcher’s clock counts from', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: leaseMs - 1 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(gaps, fc.integer(), (gapsMs, startMs) => {
        let lease = held;
        let sighting = sightLease(null, lease, startMs);
        let nowMs = startMs;
        for (const gapMs of gapsMs) {
          nowMs += gapMs;
          expect(leaseStanding(lease, sighting, 'lambda', nowMs, leaseMs).kind).toBe('Held');
          lease = { ...lease, renewals: lease.renewals + 1 };
          sighting = sightLease(sighting, lease, nowMs);
        }
      }),
    );
  });
});

describe('the lease in the journal', () => {
  const journal = { ...firstJournal('orders', 'Automatic', false), lease: held };

  it('changes its term with its holder only, and shows every write in renewals', () => {
    expect(acquireLease(journal, 'lambda').lease).toEqual({ holder: 'lambda', term: 4, renewals: 41 });
    expect(renewLease(journal).lease).toEqual({ holder: 'controller', term: 3, renewals: 41 });
    expect(releaseLease(journal).lease).toEqual({ holder: null, term: 3, renewals: 41 });
  });
});
