import type { Reason } from '../../failover/assess.ts';
import type { EngineEvent } from '../../failover/events.ts';
import { operationsLocation } from '../world/locations.ts';
import { isController, untilCalm, verdictsOf } from './calm.ts';
import { nameLeadsTo, neverStopped, nothingHappened, nothingLost } from './facts.ts';
import { countWrites, numbersOf } from './measure.ts';
import type { Fact, ScenarioReport } from './report.ts';
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

/** For how long the controller is cut off, milliseconds at speed 1: two tolerance windows of the defaults. */
const cutMs = 60_000;

/** One domain alone sees the active dark. The others see it, so it is the controller's own trouble. */
export const partition: Scenario = { play: playPartition };

async function playPartition(stage: Stage): Promise<ScenarioReport> {
  const { world, events, story, say, until, pass } = stage;
  const { app, switchboard } = world;
  const { region } = app.spec.primary;
  const controllerPlace = app.spec.operations.region ?? operationsLocation;
  await untilCalm(stage);

  const cutAtMs = Date.now();
  switchboard.partition(controllerPlace, region, 'blackhole');
  say('partition', `nothing passes between the controller and ${region}`);
  await until('the controller to miss the active', 120_000, () => holdsSince(events, cutAtMs).length > 0);
  story.status('the controller is cut off, everyone else is not');
  await pass(cutMs);
  await until('the controller to be sure of what it sees', 120_000, () =>
    holdsSince(events, cutAtMs).some(({ code }) => code === 'NoMajority'),
  );

  const healedAtMs = Date.now();
  switchboard.link(controllerPlace, region).heal();
  switchboard.link(region, controllerPlace).heal();
  say('partition', 'healed');
  await until('the controller to see the active again', 180_000, () => verdictsOf(events, healedAtMs).includes('Up'));
  story.status('');

  const count = await countWrites(stage, 'primary');
  const numbers = numbersOf(stage, 'partition', count, cutAtMs);
  return {
    ...numbers,
    facts: [
      ...(await nothingHappened(stage)),
      saidWhy(holdsSince(events, cutAtMs)),
      neverStopped(world, numbers),
      ...nothingLost(count),
      nameLeadsTo(world, 'primary'),
    ],
  };
}

/** What the controller gave as reasons for doing nothing. */
function holdsSince(events: readonly EngineEvent[], sinceMs: number): Reason[] {
  return events.flatMap((event) =>
    event.kind === 'Hold' && isController(event.actor) && event.atMs >= sinceMs ? event.reasons : [],
  );
}

function saidWhy(reasons: readonly Reason[]): Fact {
  const codes = [...new Set(reasons.map(({ code, vantage }) => (vantage === undefined ? code : `${code} ${vantage}`)))];
  return {
    fact: 'the controller said why it does nothing: who sees the active, and that one domain is no majority',
    held: codes.includes('NoMajority') && codes.some((code) => code.startsWith('SeenHealthy')),
    detail: codes.join(', '),
  };
}
