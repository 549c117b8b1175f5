import { ask } from './ask.ts';
import { untilCalm } from './calm.ts';
import { comeBack } from './come-back.ts';
import { databaseOf } from './database-content.ts';
import { lostOnlyBefore, nameLeadsTo, neverStopped, promotedOnce, succeeded, takesWrites } from './facts.ts';
import { strike, untilOperationEnds, untilServed } from './fail-over.ts';
import { countWrites, numbersOf, outageNumbersOf } from './measure.ts';
import type { ScenarioReport } from './report.ts';
import { protectedFacts } from './reprotect-facts.ts';
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

/** After a failover nothing protects the application, until its old region has a replica of what is served now. */
export const reprotect: Scenario = { play: playReprotect };

async function playReprotect(stage: Stage): Promise<ScenarioReport> {
  const { world, clients } = stage;
  await untilCalm(stage);
  const former = await databaseOf(stage, 'primary');
  const outageAtMs = await strike(stage, 'primary');
  await untilServed(stage, outageAtMs);
  await untilOperationEnds(stage, outageAtMs);
  await comeBack(stage, 'primary');

  const askedAtMs = Date.now();
  const history = await ask(stage, 'Reprotect', 'the old region is well again');
  const isProtected = await protectedFacts(stage, 'secondary', former);
  const count = await countWrites(stage, 'secondary');
  return {
    ...outageNumbersOf(stage, 'reprotect', count, outageAtMs),
    facts: [
      succeeded(history, 'Reprotect'),
      ...isProtected,
      neverStopped(world, numbersOf(stage, 'reprotect', count, askedAtMs)),
      promotedOnce(world, 'secondary'),
      takesWrites(count.content),
      nameLeadsTo(world, 'secondary'),
      ...lostOnlyBefore(clients, count, outageAtMs),
    ],
  };
}
