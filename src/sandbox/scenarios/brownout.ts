import { durationMs } from '../../api/duration.ts';
import { untilCalm, verdictsOf } from './calm.ts';
import { nameLeadsTo, nothingHappened, nothingLost } from './facts.ts';
import { countWrites, numbersOf } from './measure.ts';
import type { Fact, ScenarioReport } from './report.ts';
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

const dips = 3;
/** How much of the tolerance window each dip lasts. */
const dipShare = 0.4;

/** The active answers nobody for a while, and then all is well, several times. One success closes the window. */
export const brownout: Scenario = { play: playBrownout };

async function playBrownout(stage: Stage): Promise<ScenarioReport> {
  const { world, clients, events, say, until, pass } = stage;
  const { region } = world.app.spec.primary;
  const { interval, failureThreshold } = world.plan.spec.detection;
  const dipMs = durationMs(interval) * failureThreshold * dipShare;
  await untilCalm(stage);

  const beganAtMs = Date.now();
  for (let dip = 1; dip <= dips; dip += 1) {
    say('brownout', `${region} answers nobody for ${(dipMs / 1000 / world.speed).toFixed(1)} s (SIGSTOP)`);
    await world.region('primary').pause();
    await pass(dipMs);
    await world.region('primary').resume();
    const resumedAtMs = Date.now();
    say('brownout', `${region} answers again`);
    await until('trades to be served again', 120_000, () => {
      const last = clients.trades.acknowledged.at(-1);
      return last !== undefined && last.atMs > resumedAtMs;
    });
    // Everyone has seen it well before it falters again: each vantage looks once an interval.
    await pass(durationMs(interval) * 2);
  }
  await until('the engine to see the active well', 120_000, () => verdictsOf(events).at(-1) === 'Up');

  const count = await countWrites(stage, 'primary');
  return {
    ...numbersOf(stage, 'brownout', count, beganAtMs),
    facts: [
      ...(await nothingHappened(stage)),
      noticed(events, beganAtMs),
      ...nothingLost(count),
      nameLeadsTo(world, 'primary'),
    ],
  };
}

function noticed(events: Stage['events'], sinceMs: number): Fact {
  const verdicts = verdictsOf(events, sinceMs);
  return {
    fact: 'the engine noticed, and never called it down',
    held: verdicts.includes('Suspect') && !verdicts.includes('Down'),
    detail: verdicts.join(', '),
  };
}
