import { ask } from './ask.ts';
import { untilCalm } from './calm.ts';
import { callsOf, nameLeadsTo, neverStopped, nothingLost, succeeded } from './facts.ts';
import { deniedRanges } from './fence-facts.ts';
import type { FinishedOperation } from './journal-desk.ts';
import { countWrites, numbersOf } from './measure.ts';
import type { Fact, ScenarioReport } from './report.ts';
import { seconds } from './report.ts';
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

/** A rehearsal with real calls on a copy; production does not notice. */
export const drill: Scenario = { play: playDrill };

async function playDrill(stage: Stage): Promise<ScenarioReport> {
  const { world } = stage;
  await untilCalm(stage);
  const askedAtMs = Date.now();
  const history = await ask(stage, 'Drill', 'the monthly rehearsal');
  for (const { name, tookMs } of timesOf(history)) stage.say('drill', `${name} took ${seconds(tookMs).toFixed(1)} s`);

  const rehearsed = await rehearsedOnCopy(stage, history);
  const untouched = await productionUntouched(stage);
  const count = await countWrites(stage, 'primary');
  const numbers = numbersOf(stage, 'drill', count, askedAtMs);
  return {
    ...numbers,
    facts: [
      succeeded(history, 'Drill'),
      ...rehearsed,
      ...untouched,
      neverStopped(world, numbers),
      ...nothingLost(count),
      nameLeadsTo(world, 'primary'),
    ],
  };
}

/** What each step took, from its begin to its end. */
function timesOf(history: readonly FinishedOperation[]): { name: string; tookMs: number }[] {
  return history.flatMap(({ steps }) =>
    steps.flatMap(({ name, phase, startedAtMs, completedAtMs }) =>
      phase === 'Done' && startedAtMs !== null && completedAtMs !== null && completedAtMs > startedAtMs
        ? [{ name, tookMs: completedAtMs - startedAtMs }]
        : [],
    ),
  );
}

async function rehearsedOnCopy({ world, journal }: Stage, history: readonly FinishedOperation[]): Promise<Fact[]> {
  const copy = history[0]?.databases.to ?? '';
  const inUse = world.plan.spec.sites.secondary.database.identifier;
  const step = (name: string) => history[0]?.steps.find((each) => each.name === name);
  const accepted = (operation: string): number => callsOf(world, 'secondary', operation, copy).length;
  const { databases } = await world.region('secondary').refresh();
  const left = databases.map(({ identifier }) => identifier);
  const { rehearsal } = await journal.read();
  return [
    {
      fact: 'a copy was made and promoted, each by one call, and took a write',
      held:
        accepted('CreateDBInstanceReadReplica') === 1 &&
        accepted('PromoteReadReplica') === 1 &&
        step('verify-writable')?.phase === 'Done',
      detail: `${copy}: ${step('verify-writable')?.message}`,
    },
    {
      fact: 'the copy is gone again, and the standby is as it was',
      held: accepted('DeleteDBInstance') >= 1 && !left.includes(copy) && left.includes(inUse),
      detail: `${left.join(', ')} in ${world.app.spec.secondary.region}`,
    },
    {
      fact: 'the next prediction rests on what it took',
      held: rehearsal !== null && rehearsal.operation === history[0]?.id,
      detail: rehearsal === null ? 'nothing was learned' : `a promotion takes ${seconds(rehearsal.promotionMs)} s`,
    },
  ];
}

async function productionUntouched(stage: Stage): Promise<Fact[]> {
  const { world, journal } = stage;
  const inUse = world.plan.spec.sites.secondary.database.identifier;
  const promoted = callsOf(world, 'secondary', 'PromoteReadReplica', inUse).length;
  const { activation, fenced, pendingFence } = await journal.read();
  const denied = await deniedRanges(stage, 'primary');
  const markers = world.route53.statuses().filter(({ id, healthy }) => id.startsWith('marker@') && healthy);
  return [
    {
      fact: 'production was not touched: same roles, no fence, no marker, no promotion of the standby itself',
      held:
        activation.active === 'primary' &&
        activation.term === 1 &&
        fenced === null &&
        pendingFence === null &&
        denied.length === 0 &&
        markers.length === 0 &&
        promoted === 0,
      detail: `${activation.active} is active in term ${activation.term}`,
    },
  ];
}
