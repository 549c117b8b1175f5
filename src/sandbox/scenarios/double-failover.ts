import type { Outage } from '../clients/outage-log.ts';
import { ask } from './ask.ts';
import { untilCalm } from './calm.ts';
import { comeBack } from './come-back.ts';
import { lostOnlyBefore, nameLeadsTo, promotedOnce, succeeded, takesWrites, withinObjective } from './facts.ts';
import { strike, untilOperationEnds, untilServed } from './fail-over.ts';
import type { FinishedOperation } from './journal-desk.ts';
import { type Count, countWrites, outageNumbersOf } from './measure.ts';
import { type Fact, type ScenarioReport, seconds } from './report.ts';
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

/** Shorter than the default: between the two outages nobody should have to sit out half an hour. */
const cooldown = '1m';

/** There, and back again by force: each region dies once, and each takes over once. */
export const doubleFailover: Scenario = {
  app: (app) => ({ ...app, spec: { ...app.spec, failover: { ...app.spec.failover, cooldown } } }),
  play: playDoubleFailover,
};

async function playDoubleFailover(stage: Stage): Promise<ScenarioReport> {
  const { world, clients, journal, story, until } = stage;
  await untilCalm(stage);
  const firstAtMs = await strike(stage, 'primary');
  await untilServed(stage, firstAtMs);
  await untilOperationEnds(stage, firstAtMs);
  const firstOutage = clients.trades.outage(firstAtMs);
  await comeBack(stage, 'primary');
  const reprotected = await ask(stage, 'Reprotect', 'the old region is well again');
  story.status('waiting for the cooldown to end');
  await until('the end of the cooldown', 180_000, async () => (await journal.read()).cooldownUntilMs < Date.now());

  const secondAtMs = await strike(stage, 'secondary');
  await untilServed(stage, secondAtMs);
  await untilOperationEnds(stage, secondAtMs);
  const count = await countWrites(stage, 'primary');
  const numbers = outageNumbersOf(stage, 'double-failover', count, secondAtMs);
  const history = await journal.history();
  return {
    ...numbers,
    facts: [
      firstServedAgain(firstOutage),
      succeeded(reprotected, 'Reprotect'),
      secondSucceeded(history, firstAtMs, secondAtMs),
      promotedOnce(world, 'secondary'),
      promotedOnce(world, 'primary'),
      takesWrites(count.content),
      nameLeadsTo(world, 'primary'),
      ...lostOnlyBefore(clients, count, secondAtMs),
      keptBetween(count, firstOutage, secondAtMs),
      withinObjective(world, numbers),
    ],
  };
}

function firstServedAgain({ durationMs }: Outage): Fact {
  return {
    fact: 'the first outage ended',
    held: durationMs !== null,
    detail: durationMs === null ? 'it did not' : `${seconds(durationMs).toFixed(1)} s without a trade`,
  };
}

/** The record of the first is with the region that is gone, unless it moved with the journal. */
function secondSucceeded(history: readonly FinishedOperation[], firstAtMs: number, secondAtMs: number): Fact {
  const failovers = history.filter(({ action, startedAtMs }) => action === 'Failover' && startedAtMs >= firstAtMs);
  const second = failovers.find(({ startedAtMs }) => startedAtMs >= secondAtMs);
  return {
    fact: 'the second failover succeeded, back to where it began',
    held: second?.outcome === 'Succeeded' && second.to === 'primary',
    detail: second === undefined ? 'the history has none' : `${second.id}, ${second.reason}`,
  };
}

/** How far before the second outage a write can have been acknowledged and not replicated, milliseconds. */
const inFlightMs = 10_000;

/** The rebuilt replica has all that was written while nothing protected the application. */
function keptBetween({ trades }: Count, first: Outage, secondAtMs: number): Fact {
  const { firstLostAtMs, lastLostAtMs } = trades;
  const isBetween = (atMs: number | null): boolean =>
    atMs !== null && atMs >= (first.firstGoodAfterMs ?? 0) && atMs < secondAtMs - inFlightMs;
  return {
    fact: 'what was written between the two outages is there, but for what was on its way in the second',
    held: !isBetween(firstLostAtMs) && !isBetween(lastLostAtMs),
    detail: `${trades.lostCount} trades lost in both`,
  };
}
