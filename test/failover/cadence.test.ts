import { describe, expect, it } from '@jest/globals';
import { runProber } from '../../src/failover/prober.ts';
import { Life } from '../../src/simulator/life.ts';
import { simulatedPlan } from '../../src/simulator/plan.ts';
import { Watchtower } from '../../src/simulator/watchtower.ts';
import { World } from '../../src/simulator/world.ts';

const minute = 60_000;

/** A process that looks through one vantage and does nothing else. */
function startProber(world: World, name: string): { looks: () => number; life: Life } {
  const life = new Life(name);
  const clock = life.clock(world.timeline, 0);
  const vantage = new Watchtower({ name, domain: 'told by the plan' }, world.timeline, life, () => world.sky(name));
  const journal = world.table.storeFor(life);
  const report = (): void => undefined;
  void runProber(world.plan, { clock, journal, report, vantage }, world.timing, name, new AbortController().signal);
  return { looks: () => world.table.observations.get(name)?.sequence ?? 0, life };
}

async function looksIn(world: World, looks: () => number, forMs: number): Promise<number> {
  const before = looks();
  await world.run(forMs);
  return looks() - before;
}

describe('how often a prober looks', () => {
  const intervals = minute / new World().plan.intervalMs;
  const seconds = minute / 1_000;

  it('is each interval while the active is well, though the standby never is', async () => {
    const world = new World();
    const { looks } = startProber(world, 'dns');
    expect(world.cloud.serves('secondary')).toBe(false);
    expect(await looksIn(world, looks, minute)).toBeLessThanOrEqual(intervals + 1);
  });

  it('is each second once the active fails, whichever site is active by the journal', async () => {
    const world = new World();
    const { looks } = startProber(world, 'dns');
    world.table.put((journal) => ({ ...journal, activation: { term: 2, active: 'secondary' } }), 'a failover');
    await world.run(2 * world.plan.intervalMs);
    expect(await looksIn(world, looks, minute)).toBeGreaterThan(seconds * 0.9);
  });
});

describe('how often an actor looks', () => {
  const callsIn = async (world: World, forMs: number): Promise<number> => {
    const before = world.callsOf('observations');
    await world.run(forMs);
    return world.callsOf('observations') - before;
  };

  it('is each interval again, some time after a vantage ended with a failure as its last word', async () => {
    const world = new World();
    const ended = startProber(world, 'dns');
    world.startActor('controller', { vantages: ['controller'] });
    await world.run(10_000);
    world.darken();
    await world.run(5_000);
    ended.life.kill();
    world.lighten();
    expect(await callsIn(world, 10_000)).toBeGreaterThan(8);
    await world.run(minute);
    expect(world.table.observations.get('dns')?.sites.primary.answer).toBe('unreachable');
    expect(await callsIn(world, minute)).toBeLessThan(2 * (minute / world.plan.intervalMs) + 2);
  });

  it('is once an interval while all is well, however many vantages it has, and at once when one sees a failure', async () => {
    const world = new World();
    world.startActor('controller', { vantages: ['controller', 'dns', 'prober-secondary'] });
    await world.run(minute);
    expect(await callsIn(world, minute)).toBeLessThanOrEqual(minute / world.plan.intervalMs + 1);
    world.darken();
    // The next looks fail within an interval, and the table is read then and each second from there.
    expect(await callsIn(world, world.plan.intervalMs + 5_000)).toBeGreaterThanOrEqual(5);
  });
});

describe('when the tolerance window ends', () => {
  /** The active's own prober dies with its region: what it saw last denies the verdict for a window since it was read. */
  const plan = simulatedPlan();
  const withOwnProber = simulatedPlan({
    vantages: [...plan.vantages, { name: 'prober-primary', kind: 'Prober', domain: plan.sites.primary.region }],
  });

  /** From the outage to the verdict, with the outage at some moment between two looks. */
  async function verdictAfterMs(offsetMs: number, glanceMs?: number): Promise<number> {
    const world = new World({ plan: withOwnProber });
    world.startActor('controller', { vantages: ['controller'], ...(glanceMs === undefined ? {} : { glanceMs }) });
    await world.run(100);
    const probers = ['dns', 'prober-secondary', 'prober-primary'].map((name) => startProber(world, name));
    await world.run(2 * plan.intervalMs + offsetMs);
    world.darken();
    probers.at(-1)?.life.kill();
    const darkMs = world.timeline.nowMs;
    const isDown = (): boolean => world.events.some((event) => event.kind === 'Verdict' && event.verdict === 'Down');
    await world.runUntil(isDown, 2 * minute);
    return world.timeline.nowMs - darkMs;
  }
  const { intervalMs, windowMs } = plan;
  const offsetsMs = [0.02, 0.13, 0.29, 0.41, 0.58, 0.77, 0.93].map((part) => part * intervalMs);

  it.each(offsetsMs)('an actor that glances knows it within a second, %i ms after a look', async (offsetMs) => {
    expect(await verdictAfterMs(offsetMs, 500)).toBeLessThanOrEqual(windowMs + 1_000);
  });

  it('one that does not may know it an interval later', async () => {
    const latest = Math.max(...(await Promise.all(offsetsMs.map((offsetMs) => verdictAfterMs(offsetMs)))));
    expect(latest).toBeGreaterThan(windowMs + 1_000);
    expect(latest).toBeLessThanOrEqual(windowMs + intervalMs + 1_000);
  });
});
