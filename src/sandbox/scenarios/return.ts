import { untilCalm } from './calm.ts';
import { comeBack } from './come-back.ts';
import { databaseOf, readDatabase } from './database-content.ts';
import {
  lostOnlyBefore,
  markersInPlace,
  nameLeadsTo,
  promotedOnce,
  succeeded,
  takesWrites,
  withinObjective,
} from './facts.ts';
import { strike, untilOperationEnds, untilServed } from './fail-over.ts';
import { acknowledgedByNew, fencedFacts, nothingWrittenTo } from './fence-facts.ts';
import { countWrites, outageNumbersOf } from './measure.ts';
import type { ScenarioReport } from './report.ts';
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

/** For how long everyone goes on with the old region back and fenced, milliseconds at speed 1. */
const afterReturnMs = 20_000;

/** A region comes back that does not know what happened meanwhile: its database takes writes, and must get none. */
export const returnOfRegion: Scenario = { play: playReturn };

async function playReturn(stage: Stage): Promise<ScenarioReport> {
  const { world, clients, journal, story, pass } = stage;
  await untilCalm(stage);
  const former = await databaseOf(stage, 'primary');
  const outageAtMs = await strike(stage, 'primary');
  await untilServed(stage, outageAtMs);
  await untilOperationEnds(stage, outageAtMs);

  const returnedAtMs = await comeBack(stage, 'primary');
  story.status('both regions are there, one of them fenced');
  await pass(afterReturnMs);
  story.status('');
  const fenced = await fencedFacts(stage, 'primary', 1);
  const old = await readDatabase(world, 'primary', former);

  const count = await countWrites(stage, 'secondary');
  const numbers = outageNumbersOf(stage, 'return', count, outageAtMs);
  return {
    ...numbers,
    facts: [
      succeeded(await journal.history(), 'Failover'),
      promotedOnce(world, 'secondary'),
      ...fenced,
      nothingWrittenTo(old, clients.trades.outage(outageAtMs).firstGoodAfterMs),
      acknowledgedByNew(stage, { old, present: count.content }, returnedAtMs),
      takesWrites(count.content),
      nameLeadsTo(world, 'secondary'),
      markersInPlace(world),
      ...lostOnlyBefore(clients, count, outageAtMs),
      withinObjective(world, numbers),
    ],
  };
}
