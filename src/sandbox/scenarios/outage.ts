import { untilCalm } from './calm.ts';
import {
  lostOnlyBefore,
  markersInPlace,
  nameLeadsTo,
  partsAddUp,
  promotedOnce,
  succeeded,
  takesWrites,
  withinObjective,
} from './facts.ts';
import { strike, untilOperationEnds, untilServed } from './fail-over.ts';
import { countWrites, outageNumbersOf } from './measure.ts';
import type { ScenarioReport } from './report.ts';
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

/** The active region is gone at once, with everything in it, and does not come back. */
export const outage: Scenario = { play: playOutage };

async function playOutage(stage: Stage): Promise<ScenarioReport> {
  await untilCalm(stage);
  const outageAtMs = await strike(stage, 'primary');
  await untilServed(stage, outageAtMs);
  await untilOperationEnds(stage, outageAtMs);

  const { world, clients, journal } = stage;
  const count = await countWrites(stage, 'secondary');
  const numbers = outageNumbersOf(stage, 'outage', count, outageAtMs);
  return {
    ...numbers,
    facts: [
      succeeded(await journal.history(), 'Failover'),
      promotedOnce(world, 'secondary'),
      takesWrites(count.content),
      nameLeadsTo(world, 'secondary'),
      markersInPlace(world),
      ...lostOnlyBefore(clients, count, outageAtMs),
      withinObjective(world, numbers),
      partsAddUp(numbers),
    ],
  };
}
