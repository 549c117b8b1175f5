import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { grantConsent } from '../../src/failover/record.ts';
import { playScenario, scenarioArbitrary } from '../../src/simulator/scenario.ts';

/** Set to look further than the default tier does, or to replay: FAILOVER_SEED, FAILOVER_RUNS. */
const seed = Number(process.env.FAILOVER_SEED ?? 20_300_101);
const numRuns = Number(process.env.FAILOVER_RUNS ?? 80);

describe('whatever goes wrong', () => {
  it('the invariants hold after every event, and the operation ends or waits for a person', async () => {
    await fc.assert(
      fc.asyncProperty(scenarioArbitrary, async (scenario) => {
        const world = await playScenario(scenario);
        expect(world.crashes).toEqual([]);
        expect(world.invariants.breaches).toEqual([]);

        if (world.journal.operation?.phase === 'WaitingForConsent') {
          world.table.put((journal) => grantConsent(journal, 'any'), 'a person');
          await world.runUntil(() => world.journal.operation === null, 120_000);
        }
        expect(world.journal.operation).toBeNull();
        expect(world.journal.lease.holder).toBeNull();
        expect(world.invariants.breaches).toEqual([]);

        const succeeded = world.journal.last?.outcome === 'Succeeded';
        expect(world.journal.activation.active).toBe(succeeded ? 'secondary' : 'primary');
        expect(world.cloud.sites.secondary.database.promotions).toBe(succeeded ? 1 : 0);
        expect(world.cloud.leadsTo).toBe(world.journal.activation.active);
        const lastsForEver = scenario.outage.kind !== 'None' && scenario.outage.forMs > 300_000;
        const darkForEver = lastsForEver && scenario.outage.kind === 'Region';
        if (!succeeded && !darkForEver) {
          expect(world.journal.pendingUnfence).toBeNull();
          expect(world.cloud.sites.primary).toMatchObject({ denied: false, open: new Set([1]) });
        }
        if (scenario.hold !== 'None') expect(world.journal.epoch).toBe(0);
        else if (lastsForEver && scenario.abortAtMs === null) expect(succeeded).toBe(true);
        if (succeeded && scenario.outage.kind === 'Region' && !lastsForEver) {
          expect(world.cloud.sites.primary.open).toEqual(new Set());
          if (scenario.fencing) expect(world.journal.pendingFence).toBeNull();
        }
      }),
      { seed, numRuns },
    );
  }, 600_000);
});
