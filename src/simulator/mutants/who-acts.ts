import type { Mutant } from './mutant.ts';

/** Bugs in who may act, and with whose lease. */
export const whoActs: readonly Mutant[] = [
  {
    name: 'skip the lease check before the promotion',
    file: 'src/failover/perform.ts',
    find: 'await session.update((journal) => recordCall(journal, due.step, call));',
    replace: 'void session.update((journal) => recordCall(journal, due.step, call)).catch(() => undefined);',
    breaks: [1, 5, 8],
    matters: 'An actor that slept promotes what another has already given up.',
  },
  {
    name: 'take the lease early',
    file: 'src/failover/lease.ts',
    find: 'if (watchedMs >= leaseMs) return',
    replace: 'if (watchedMs >= leaseMs / 4) return',
    breaks: [1],
    matters: 'Two actors drive one operation.',
  },
  {
    name: 'never take a lease over',
    file: 'src/failover/lease.ts',
    find: 'if (watchedMs >= leaseMs) return',
    replace: 'if (watchedMs >= leaseMs * 1_000) return',
    breaks: [7, 8],
    matters: 'A controller that dies takes the failover with it.',
  },
  {
    name: 'compare clocks',
    file: 'src/failover/driver.ts',
    find: 'const standing = leaseStanding(journal.lease, lease, actor, monotonicMs, timing.leaseMs);',
    replace: `const takenMs = journal.operation?.actors.at(-1)?.atMs ?? Number.POSITIVE_INFINITY;
    const standing =
      journal.lease.holder !== null && journal.lease.holder !== actor && clock.now().wallMs - takenMs > timing.leaseMs
        ? ({ kind: 'Expired', holder: journal.lease.holder } as const)
        : leaseStanding(journal.lease, lease, actor, monotonicMs, timing.leaseMs);`,
    breaks: [1],
    matters: 'A machine whose clock is an hour ahead takes every lease at once.',
  },
  {
    name: 'act on after the lease is lost',
    file: 'src/failover/journal-session.ts',
    find: 'if (latest.lease.holder !== holder || latest.lease.term !== term) throw new LeaseLost(latest.lease.holder);',
    replace: '',
    breaks: [1],
    matters: 'Whoever wakes from a pause goes on beside the one who took over.',
  },
  {
    name: 'act on after the lease is given back',
    file: 'src/failover/journal-session.ts',
    find: `    async renewIfDue() {
      checkHeld();`,
    replace: '    async renewIfDue() {',
    breaks: [1],
    matters: 'A process that was asked to end does something that nobody expects of it any more.',
  },
  {
    name: 'let the lease grow old in hand',
    file: 'src/failover/journal-session.ts',
    find: `if (ageMs() >= timing.renewEveryMs) await update(renewLease);
      while (ageMs() >= timing.leaseMs) await update(renewLease);`,
    replace: 'if (ageMs() >= timing.leaseMs * 1_000) await update(renewLease);',
    breaks: [1, 7],
    matters: 'An actor that waits for a person loses the operation, and acts all the same.',
  },
  {
    name: 'take over without taking the lease',
    file: 'src/failover/driver.ts',
    find: `const taken = {
      ...acquireLease(journal, actor),`,
    replace: `const taken = {
      ...journal,`,
    breaks: [1, 7],
    matters: 'The history names a dead actor, and the next one takes over too.',
  },
  {
    name: 're-use an epoch',
    file: 'src/failover/start-operation.ts',
    find: 'const epoch = journal.epoch + 1;',
    replace: 'const epoch = Math.max(1, journal.epoch);',
    breaks: [9, 11],
    matters: 'Two operations share a name, and the second finds its history written.',
  },
  {
    name: 'go on in a table that the journal has left',
    file: 'src/failover/movable-journal.ts',
    find: 'if (journal.home !== home) await follow(journal);',
    replace: 'void follow;',
    breaks: [1, 7, 8, 12],
    matters: 'Two documents say who is active.',
  },
];
