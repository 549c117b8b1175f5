import { untilCalm } from './calm.ts';
import {
  lostOnlyBefore,
  markersInPlace,
  nameLeadsTo,
  promotedOnce,
  promotionCalls,
  succeeded,
  takesWrites,
  withinObjective,
} from './facts.ts';
import { strike, untilOperationEnds, untilServed } from './fail-over.ts';
import type { FinishedOperation } from './journal-desk.ts';
import { countWrites, outageNumbersOf } from './measure.ts';
import type { Fact, ScenarioReport } from './report.ts';
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

/** The worst moment for an actor to die: it has just made the one call that nobody may repeat. */
export const controllerDies: Scenario = { play: playControllerDies };

async function playControllerDies(stage: Stage): Promise<ScenarioReport> {
  const { world, clients, journal, say, until } = stage;
  const { region } = world.app.spec.secondary;
  await untilCalm(stage);
  await untilLambdaRests(stage);
  const outageAtMs = await strike(stage, 'primary');
  await until('the promotion', 300_000, () => promotionCalls(world, 'secondary').length > 0);
  const controller = stage.controller();
  await controller.kill();
  say('outage', `${controller.name} is gone (SIGKILL), its PromoteReadReplica called and nothing else done`);
  await untilServed(stage, outageAtMs);
  await untilOperationEnds(stage, outageAtMs);

  const count = await countWrites(stage, 'secondary');
  const numbers = outageNumbersOf(stage, 'controller-dies', count, outageAtMs);
  const history = await journal.history();
  return {
    ...numbers,
    facts: [
      succeeded(history, 'Failover'),
      promotedOnce(world, 'secondary'),
      changedHands(history, controller.name, `failover/${region}/`),
      takesWrites(count.content),
      nameLeadsTo(world, 'secondary'),
      markersInPlace(world),
      ...lostOnlyBefore(clients, count, outageAtMs),
      withinObjective(world, numbers),
    ],
  };
}

/**
 * Until an invocation of the standby's Lambda has just ended: the next one comes most of a minute later, so that it is
 * the controller that decides.
 */
async function untilLambdaRests({ invocations, story, until }: Stage): Promise<void> {
  const count = (): number => invocations.filter(({ site, quiet }) => site === 'secondary' && quiet).length;
  const before = count();
  story.status('waiting for the Lambda to find nothing to do, and to end');
  await until('an invocation of the Lambda to end', 180_000, () => count() > before);
  story.status('');
}

function changedHands(history: readonly FinishedOperation[], controller: string, lambdas: string): Fact {
  const names = history[0]?.actors.map(({ actor }) => actor) ?? [];
  const [first, ...others] = names;
  const calledBy = history[0]?.steps.find(({ name }) => name === 'promote')?.calls.map(({ actor }) => actor) ?? [];
  return {
    fact: 'the record shows one call, by the controller, and the end in the Lambda’s hands',
    held:
      first === controller &&
      others.length > 0 &&
      others.every((actor) => actor.startsWith(lambdas)) &&
      calledBy.length === 1 &&
      calledBy[0] === controller,
    detail: `actors ${names.join(', ')}; called by ${calledBy.join(', ')}`,
  };
}
