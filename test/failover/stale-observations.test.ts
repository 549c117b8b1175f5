import { describe, expect, it } from '@jest/globals';
import type { Observation } from '../../src/failover/observation.ts';
import { World } from '../../src/simulator/world.ts';

const minute = 60_000;

/** What a vantage left in the table when it ended, during some earlier trouble. */
function leftBehind(vantage: string, domain: string): Observation {
  return {
    vantage,
    domain,
    session: 'an earlier process',
    sequence: 4711,
    sites: {
      primary: { answer: 'unreachable', withoutSuccessMs: 10 * minute, detail: 'timed out' },
      secondary: { answer: 'unhealthy', withoutSuccessMs: 10 * minute, detail: '503' },
    },
    replication: { lagSeconds: 1, ageMs: 0 },
  };
}

describe('observations that nobody renews', () => {
  it('say nothing to an actor that has just started', async () => {
    const world = new World();
    for (const { name, domain } of world.plan.vantages) world.table.putObservation(leftBehind(name, domain));
    world.startActor('lambda');
    await world.run(5 * minute);
    expect(world.journal.epoch).toBe(0);
    expect(world.holds()).toContain('VantageSilent');
  });

  it('say nothing to an actor that could not read them when they were new', async () => {
    const world = new World();
    const tell = (sequence: number): void => {
      for (const { name, domain } of world.plan.vantages) {
        world.table.putObservation({ ...leftBehind(name, domain), sequence });
      }
    };
    tell(4711);
    world.startActor('controller');
    await world.run(minute);
    world.addFault({ kind: 'hang' }, (call) => call.service === 'journal', minute);
    tell(4712);
    await world.run(5 * minute);
    expect(world.journal.epoch).toBe(0);
    tell(4713);
    expect(await world.runUntil(() => world.journal.epoch === 1, 10_000)).toBe(true);
  });

  it('count again as soon as their vantage has looked again', async () => {
    const world = new World();
    for (const { name, domain } of world.plan.vantages) world.table.putObservation(leftBehind(name, domain));
    world.darken();
    world.startActor('lambda');
    await world.run(minute);
    for (const { name, domain } of world.plan.vantages) {
      world.table.putObservation({ ...leftBehind(name, domain), sequence: 4712 });
    }
    expect(await world.runUntil(() => world.journal.epoch === 1, 5_000)).toBe(true);
    expect(world.journal.operation?.decision.observedLossSeconds).toBe(1);
  });
});
