import { untilCalm, verdictsOf } from './calm.ts';
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
import { byLambdaAlone, loseController } from './no-controller.ts';
import type { Fact, ScenarioReport } from './report.ts';
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

/** For how long everyone goes on with the old region back and fenced, milliseconds at speed 1. */
const afterReturnMs = 20_000;

/**
 * The function failed over while there was no controller. One comes back that knows of nothing: its cluster was rebuilt,
 * and its files still say which site is active by design.
 */
export const controllerReturns: Scenario = { play: playControllerReturns };

async function playControllerReturns(stage: Stage): Promise<ScenarioReport> {
  const { world, clients, journal, events, story, say, until, pass } = stage;
  const { primary, secondary } = world.app.spec;
  await untilCalm(stage);
  const former = await databaseOf(stage, 'primary');
  await loseController(stage);
  const outageAtMs = await strike(stage, 'primary');
  await untilServed(stage, outageAtMs);
  await untilOperationEnds(stage, outageAtMs);

  const controllerAtMs = Date.now();
  const { name } = stage.startController();
  say('return', `${name} starts, and finds what was done without it`);
  story.status(`waiting for ${name} to know the site that is active now`);
  await until(`${name} to see ${secondary.region} well`, 240_000, () =>
    verdictsOf(events, controllerAtMs).includes('Up'),
  );
  const adopted = followsJournal(stage, controllerAtMs);

  const returnedAtMs = await comeBack(stage, 'primary');
  story.status(`${primary.region} is there again, and fenced`);
  await pass(afterReturnMs);
  story.status('');
  const fenced = await fencedFacts(stage, 'primary', 1);
  const old = await readDatabase(world, 'primary', former);

  const count = await countWrites(stage, 'secondary');
  const numbers = outageNumbersOf(stage, 'controller-returns', count, outageAtMs);
  const history = await journal.history();
  const { epoch, operation } = await journal.read();
  return {
    ...numbers,
    facts: [
      succeeded(history, 'Failover'),
      byLambdaAlone(stage, history.slice(0, 1), outageAtMs, controllerAtMs),
      adopted,
      {
        fact: `${name} began nothing of its own`,
        held: epoch === 1 && operation === null && history.length === 1,
        detail: `epoch ${epoch} in the journal, ${history.length} in its history`,
      },
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

/** By the journal the secondary is active, whatever the file says: that is the site which the controller judges. */
function followsJournal({ world, events }: Stage, sinceMs: number): Fact {
  const judged = events.flatMap((event) =>
    event.kind === 'Verdict' && event.actor.startsWith('controller/') && event.atMs >= sinceMs ? [event.site] : [],
  );
  return {
    fact: `the controller took ${world.app.spec.secondary.region} for the active site from its first word on`,
    held: judged.length > 0 && judged.every((site) => site === 'secondary'),
    detail: `verdicts on ${[...new Set(judged)].join(', ')}`,
  };
}
