import { describe, expect, it } from '@jest/globals';
import type { HistoryRecord } from '../../src/failover/journal-export.ts';
import { isSettled } from '../../src/failover/operation.ts';
import { replayOperation } from '../../src/failover/replay.ts';
import { scenarioOf } from '../../src/simulator/generate-scenario.ts';
import { playScenario } from '../../src/simulator/play-scenario.ts';
import { World } from '../../src/simulator/world.ts';

/** A failover as it really goes in the simulated world, as the history keeps it. */
async function recorded(lagSeconds = 5): Promise<{ world: World; record: HistoryRecord }> {
  const world = new World({ lagSeconds });
  await world.startProbers(['controller', 'dns', 'prober-secondary']);
  world.startActor('controller', { ownsPlan: true });
  await world.run(20_000);
  world.darken();
  await world.runUntil(() => world.outcome !== null, 120_000);
  const [item] = world.table.history.values();
  if (item === undefined) throw new Error('nothing was recorded');
  return { world, record: { ...item.operation, outcome: item.outcome, completedAtMs: 0 } };
}

describe('a replay', () => {
  it('of what today’s engine did differs nowhere', async () => {
    const { world, record } = await recorded();
    expect(replayOperation(world.plan, record)).toEqual([]);
  });

  it('names a decision that today’s engine would not have made, and what it lacks', async () => {
    const { world, record } = await recorded();
    const evidence = record.decision.evidence.map((entry) =>
      entry.vantage === 'dns' ? { ...entry, verdict: 'Up' as const, reason: 'up' } : entry,
    );
    const [difference] = replayOperation(world.plan, { ...record, decision: { ...record.decision, evidence } });
    expect(difference).toMatchObject({ where: 'decision', today: expect.stringContaining('dns') });
  });

  it('names a gate that would have waited', async () => {
    const { world, record } = await recorded();
    const decision = { ...record.decision, observedLossSeconds: 3_600 };
    expect(replayOperation(world.plan, { ...record, decision })[0]).toMatchObject({
      where: 'consent',
      today: expect.stringContaining('waits'),
    });
  });

  it('names a step that came before what it builds on', async () => {
    const { world, record } = await recorded();
    const steps = record.steps.map((step) => (step.name === 'open-traffic' ? { ...step, order: 1 } : step));
    expect(replayOperation(world.plan, { ...record, steps })[0]).toEqual({
      where: 'open-traffic',
      recorded: expect.stringContaining('Done'),
      today: expect.stringContaining('not before verify-writable'),
    });
  });

  it('takes no offence at the clocks of actors that do not agree', async () => {
    const { world, record } = await recorded();
    const steps = record.steps.map((step) => ({
      ...step,
      calls: step.calls.map((call) => ({ ...call, atMs: call.atMs + 3_600_000 })),
    }));
    expect(replayOperation(world.plan, { ...record, steps })).toEqual([]);
  });

  it('names steps that are new, and an outcome that is another', async () => {
    const { world, record } = await recorded();
    const steps = record.steps.filter(({ name }) => name !== 'notify');
    const differences = replayOperation(world.plan, { ...record, steps });
    expect(differences.map(({ where }) => where)).toEqual(['notify', 'outcome']);
  });
});

describe('the history of any incident', () => {
  it('has every step as it was at the end, and replays without a difference', async () => {
    for (let seed = 1; seed <= 15; seed += 1) {
      const world = await playScenario(scenarioOf(seed));
      for (const { operation, outcome } of world.table.history.values()) {
        expect(operation.steps.filter((step) => !isSettled(step))).toEqual([]);
        const record = { ...operation, outcome, completedAtMs: 0 };
        expect([seed, operation.id, replayOperation(world.plan, record)]).toEqual([seed, operation.id, []]);
      }
    }
  });
});
