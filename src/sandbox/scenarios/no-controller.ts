import { untilCalm } from './calm.ts';
import { isLambda } from './cast.ts';
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
import type { FinishedOperation } from './journal-desk.ts';
import { countWrites, outageNumbersOf } from './measure.ts';
import { everyStepLogged, outageInMetrics, peopleTold } from './record-facts.ts';
import type { Fact, ScenarioReport } from './report.ts';
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

/** The operations cluster is gone since long ago, and now the active region too. */
export const noController: Scenario = { play: playNoController };

async function playNoController(stage: Stage): Promise<ScenarioReport> {
  await untilCalm(stage);
  await loseController(stage);
  const outageAtMs = await strike(stage, 'primary');
  await untilServed(stage, outageAtMs);
  await untilOperationEnds(stage, outageAtMs);

  const { world, clients, journal } = stage;
  const count = await countWrites(stage, 'secondary');
  const numbers = outageNumbersOf(stage, 'no-controller', count, outageAtMs);
  const history = await journal.history();
  return {
    ...numbers,
    facts: [
      succeeded(history, 'Failover'),
      byLambdaAlone(stage, history, outageAtMs),
      promotedOnce(world, 'secondary'),
      takesWrites(count.content),
      nameLeadsTo(world, 'secondary'),
      markersInPlace(world),
      ...lostOnlyBefore(clients, count, outageAtMs),
      withinObjective(world, numbers),
      everyStepLogged(stage, history[0]),
      peopleTold(stage, history[0], 'secondary'),
      await outageInMetrics(stage, outageAtMs, 'secondary'),
    ],
  };
}

/**
 * Ends the controller for good. It has made the journal, as it does once, at the installation. Returns when the standby's
 * function has looked after the plan since, and found nothing to do.
 */
export async function loseController({ world, controller, invocations, say, story, until }: Stage): Promise<void> {
  const { name, kill } = controller();
  await kill();
  say('outage', `${name} is gone (SIGKILL), and with it the cluster that would start another`);
  const rests = (): number => invocations.filter(({ site, quiet }) => site === 'secondary' && quiet).length;
  const before = rests();
  story.status(`waiting for the function in ${world.app.spec.secondary.region} to look after the plan`);
  // One may have begun before the controller's end.
  await until('an invocation of the function', 240_000, () => rests() > before + 1);
  story.status('');
}

/** Whoever decided, called or took anything over: an invocation of the standby's function. */
export function byLambdaAlone(
  { world, events }: Stage,
  history: readonly FinishedOperation[],
  sinceMs: number,
  untilMs = Number.POSITIVE_INFINITY,
): Fact {
  const { region } = world.app.spec.secondary;
  const actors = history[0]?.actors.map(({ actor }) => actor) ?? [];
  const callers = history[0]?.steps.flatMap(({ calls }) => calls.map(({ actor }) => actor)) ?? [];
  const voices = events.filter(({ atMs }) => atMs >= sinceMs && atMs < untilMs).map(({ actor }) => actor);
  const isOurs = (actor: string): boolean => actor.startsWith(`failover/${region}/`);
  return {
    fact: `the function in ${region} did all of it, from its bundle, and nobody else`,
    held: actors.length > 0 && callers.length > 0 && [...actors, ...callers].every(isOurs) && voices.every(isLambda),
    detail: `${new Set(actors).size} invocations acted, ${new Set(voices).size} told of it`,
  };
}
