import { describe, expect, it } from '@jest/globals';
import { grantConsent, requestAbort } from '../../src/failover/person.ts';
import type { DeathSentence } from '../../src/simulator/life.ts';
import { World } from '../../src/simulator/world.ts';

const minute = 60_000;
const pace = { promoteMs: 4_000, scaleMs: 3_000, dnsMs: 2_000 };

interface Scenario {
  /** Breaks the active site. */
  readonly strike: (world: World) => void;
  readonly lagSeconds?: number;
  /** What else happens, at its moment. */
  readonly meanwhile?: (world: World) => void;
}

const darkness: Scenario = { strike: (world) => world.darken() };

/** The application is gone, its region answers, and a person calls the failover off once the database is fenced. */
const calledOff: Scenario = {
  strike: (world) => {
    world.cloud.sites.primary.running = 0;
    // Holds the intent back for a moment, so that there is one in which to call it off.
    world.addFault({ kind: 'slow', ms: 900 }, (call) => call.service === 'kubernetes');
  },
  meanwhile: (world) => {
    const { operation } = world.journal;
    if (world.cloud.sites.primary.denied && operation?.intent === null && !operation.abort.requested) {
      world.table.put((journal) => requestAbort(journal, 'it was the deployment'), 'a person');
    }
  },
};

/** Plays the scenario with an actor that dies as sentenced, and one that starts when it is dead. */
async function play(scenario: Scenario, sentence: DeathSentence | null): Promise<{ world: World; calls: number }> {
  const world = new World({ pace, lagSeconds: scenario.lagSeconds ?? 1 });
  const until = (done: () => boolean, limitMs: number): Promise<boolean> =>
    world.runUntil(() => {
      scenario.meanwhile?.(world);
      return done();
    }, limitMs);
  await world.startProbers(['controller', 'dns', 'prober-secondary']);
  await world.run(6_000);
  scenario.strike(world);
  // What happens before the tolerance window has nearly passed is not of interest here.
  await world.run(14_000);
  const first = world.startActor('first', sentence === null ? {} : { sentence });
  const ended = (): boolean => world.outcome !== null;
  if (sentence !== null) {
    // A call that hangs never takes effect, so there is no dying after it.
    await until(() => !first.life.alive || ended(), 3 * minute);
    world.startActor('second', { clockOffsetMs: 123_456 });
    const { leaseMs, suspectMs } = world.timing;
    const resumed = (): boolean => ended() || world.journal.lease.holder === 'second';
    expect(await until(resumed, leaseMs + suspectMs + world.plan.intervalMs)).toBe(true);
  }
  await until(ended, 3 * minute);
  await until(() => false, 1_000);
  return { world, calls: first.life.calls };
}

/** Plays it once for every call that the first actor makes, and every way to die at it. */
async function everyDeath(scenario: Scenario, check: (world: World) => unknown, expected: unknown): Promise<void> {
  const { world, calls } = await play(scenario, null);
  expect(check(world)).toEqual(expected);
  for (let call = 1; call <= calls; call += 1) {
    for (const when of ['before', 'after'] as const) {
      const death = { call, when };
      const { world } = await play(scenario, death);
      const { crashes, invariants } = world;
      expect({ death, crashes, breaches: invariants.breaches }).toEqual({ death, crashes: [], breaches: [] });
      expect({ death, end: check(world) }).toEqual({ death, end: expected });
    }
  }
}

/** The loss is over the budget, and a person gives consent as soon as an alert asks for it. */
const overBudget: Scenario = {
  lagSeconds: 300,
  strike: (world) => world.darken(),
  meanwhile: (world) => {
    const asked = world.cloud.notifications.includes('orders#1 waits for consent');
    if (asked && world.journal.operation?.consent.acceptUpToSeconds === null) {
      world.table.put((journal) => grantConsent(journal, 300), 'a person');
    }
  },
};

describe('an actor that dies at any call, before or after it took effect', () => {
  it('in a failover is succeeded by another that ends it, with one promotion', async () => {
    const end = (world: World) => ({
      outcome: world.outcome,
      epoch: world.journal.epoch,
      activation: world.journal.activation,
      promotions: world.cloud.sites.secondary.database.promotions,
      history: [...world.table.history.keys()],
    });
    await everyDeath(darkness, end, {
      outcome: 'Succeeded',
      epoch: 1,
      activation: { term: 2, active: 'secondary' },
      promotions: 1,
      history: ['orders#1'],
    });
  });

  it('in an abort is succeeded by another that leaves nothing fenced', async () => {
    const end = (world: World) => ({
      outcome: world.outcome,
      epoch: world.journal.epoch,
      denied: world.cloud.sites.primary.denied,
      open: [...world.cloud.sites.primary.open],
      promotions: world.cloud.sites.secondary.database.promotions,
    });
    await everyDeath(calledOff, end, { outcome: 'Aborted', epoch: 1, denied: false, open: [1], promotions: 0 });
  });

  it('leaves no alert unsent: a person who acts on it is heard of', async () => {
    const end = (world: World) => ({ outcome: world.outcome, epoch: world.journal.epoch });
    await everyDeath(overBudget, end, { outcome: 'Succeeded', epoch: 1 });
  });
});
