import { ask } from './ask.ts';
import { untilCalm } from './calm.ts';
import { comeBack } from './come-back.ts';
import { databaseOf } from './database-content.ts';
import { lostOnlyBefore, nameLeadsTo, nothingLostSince, promotedOnce, succeeded, takesWrites } from './facts.ts';
import { strike, untilOperationEnds, untilServed } from './fail-over.ts';
import { countWrites, numbersOf } from './measure.ts';
import type { ScenarioReport } from './report.ts';
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

/** All the way home after an outage, by one request: a new replica in the old region, and a switchover to it. */
export const failback: Scenario = { play: playFailback };

async function playFailback(stage: Stage): Promise<ScenarioReport> {
  const { world, clients } = stage;
  await untilCalm(stage);
  const former = await databaseOf(stage, 'primary');
  const outageAtMs = await strike(stage, 'primary');
  await untilServed(stage, outageAtMs);
  await untilOperationEnds(stage, outageAtMs);
  await comeBack(stage, 'primary');

  const askedAtMs = Date.now();
  const history = await ask(stage, 'Failback', 'home again');
  await untilServed(stage, askedAtMs);
  const count = await countWrites(stage, 'primary');
  const now = await databaseOf(stage, 'primary');
  return {
    ...numbersOf(stage, 'failback', count, askedAtMs),
    facts: [
      succeeded(history, 'Reprotect'),
      succeeded(history, 'Failback'),
      ...nothingLostSince(count, askedAtMs),
      ...lostOnlyBefore(clients, count, outageAtMs),
      promotedOnce(world, 'secondary'),
      promotedOnce(world, 'primary'),
      {
        fact: 'it is a new database that takes the writes, and not what the old region had kept',
        held: now !== former,
        detail: `${former} is replaced by ${now}`,
      },
      takesWrites(count.content),
      nameLeadsTo(world, 'primary'),
    ],
  };
}
