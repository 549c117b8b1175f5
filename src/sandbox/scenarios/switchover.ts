import { ask } from './ask.ts';
import { untilCalm } from './calm.ts';
import { databaseOf, readDatabase } from './database-content.ts';
import { markersInPlace, nameLeadsTo, nothingLost, promotedOnce, succeeded, takesWrites } from './facts.ts';
import { untilServed } from './fail-over.ts';
import { fencedFacts, nothingWrittenTo } from './fence-facts.ts';
import { countWrites, numbersOf } from './measure.ts';
import type { ScenarioReport } from './report.ts';
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

/** Planned, with both regions well: writes pause for a moment, and none is lost. */
export const switchover: Scenario = { play: playSwitchover };

async function playSwitchover(stage: Stage): Promise<ScenarioReport> {
  const { world, clients } = stage;
  await untilCalm(stage);
  const former = await databaseOf(stage, 'primary');
  const askedAtMs = Date.now();
  const history = await ask(stage, 'Switchover', 'the active region is to be patched');
  await untilServed(stage, askedAtMs);
  await stage.until('the former active to be proven fenced', 300_000, async () => {
    return (await stage.journal.read()).fenced === 'primary';
  });

  const fenced = await fencedFacts(stage, 'primary', 1);
  const count = await countWrites(stage, 'secondary');
  const old = await readDatabase(world, 'primary', former);
  return {
    ...numbersOf(stage, 'switchover', count, askedAtMs),
    facts: [
      succeeded(history, 'Switchover'),
      ...nothingLost(count),
      promotedOnce(world, 'secondary'),
      takesWrites(count.content),
      ...fenced,
      nothingWrittenTo(old, clients.rows.outage(askedAtMs).firstGoodAfterMs),
      nameLeadsTo(world, 'secondary'),
      markersInPlace(world),
    ],
  };
}
