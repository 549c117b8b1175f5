import type { Journal } from '../../failover/journal.ts';
import { lossEstimate } from '../../failover/loss-estimate.ts';
import { grantConsent } from '../../failover/person.ts';
import { replicationHost } from '../world/wiring.ts';
import { untilCalm } from './calm.ts';
import { lostOnlyBefore, nameLeadsTo, promotedOnce, promotionCalls, succeeded, takesWrites } from './facts.ts';
import { strike, untilOperationEnds, untilServed } from './fail-over.ts';
import type { FinishedOperation } from './journal-desk.ts';
import { type Count, countWrites, outageNumbersOf } from './measure.ts';
import type { Fact, ScenarioReport } from './report.ts';
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

/** What may be lost without asking. Seconds of writes are seconds at every speed. */
const maxDataLoss = '2s';
/** How far behind the replica falls, milliseconds: more than that, and halfway between two whole seconds. */
const behindMs = 6_500;
/** For how long the engine is watched waiting, milliseconds at speed 1. */
const waitingMs = 20_000;

/** Too much would be lost: the operation waits until a person has accepted the measured number, and then goes on. */
export const lag: Scenario = {
  app: (app) => ({ ...app, spec: { ...app.spec, failover: { ...app.spec.failover, maxDataLoss } } }),
  play: playLag,
};

async function playLag(stage: Stage): Promise<ScenarioReport> {
  const { world, clients, journal, story, say, until, pass } = stage;
  const { primary, secondary } = world.app.spec;
  await untilCalm(stage);

  world.switchboard.slowDown(replicationHost(primary.region), behindMs);
  say('lag', `${secondary.region} falls ${(behindMs / 1000).toFixed(1)} s behind; ${maxDataLoss} may be lost`);
  story.status('waiting for the vantages to measure it');
  await until('the lag to be measured', 300_000, () => isMeasured(stage));

  // What is still under way when the region dies is lost with it.
  world.switchboard.link(primary.region, secondary.region).cut('blackhole');
  const outageAtMs = await strike(stage, 'primary');
  await until('the operation to wait for consent', 300_000, async () => waitsForConsent(await journal.read()));
  story.status('nothing is promoted while a person thinks it over');
  await pass(waitingMs);
  const waiting = (await journal.read()).operation;
  const promotedMeanwhile = promotionCalls(world, 'secondary').length;
  const acceptUpToSeconds = Math.ceil(waiting?.decision.observedLossSeconds ?? 0);
  const consentAtMs = Date.now();
  await journal.write((found) => grantConsent(found, acceptUpToSeconds));
  say('person', `accepts a loss of up to ${acceptUpToSeconds} s`);
  await untilServed(stage, outageAtMs);
  await untilOperationEnds(stage, outageAtMs);

  const count = await countWrites(stage, 'secondary');
  const history = await journal.history();
  const [calledMs] = promotionCalls(world, 'secondary').map(({ atMs }) => atMs);
  return {
    ...outageNumbersOf(stage, 'lag', count, outageAtMs),
    facts: [
      {
        fact: 'the operation waited for consent, naming the measured number, and promoted nothing meanwhile',
        held: promotedMeanwhile === 0 && waiting?.phase === 'WaitingForConsent' && namesTheNumber(waiting),
        detail: waiting?.steps.find(({ name }) => name === 'consent')?.message ?? 'no operation waited',
      },
      promotedOnce(world, 'secondary'),
      {
        fact: 'it was promoted only after a person had accepted exactly that',
        held: calledMs !== undefined && calledMs >= consentAtMs && acceptedExactly(history, acceptUpToSeconds),
        detail: history[0]?.steps.find(({ name }) => name === 'consent')?.message ?? '',
      },
      succeeded(history, 'Failover'),
      lostNoMoreThan(count, acceptUpToSeconds),
      ...lostOnlyBefore(clients, count, outageAtMs),
      takesWrites(count.content),
      nameLeadsTo(world, 'secondary'),
    ],
  };
}

/** A heartbeat more or less. */
const toleranceMs = 300;

/**
 * Whoever measures the lag has seen all of it, so that the number of the decision is no older and smaller one: those who
 * read CloudWatch, and the engine, which goes by the heartbeat where it can.
 */
async function isMeasured({ journal }: Stage): Promise<boolean> {
  const observations = await journal.observations();
  const lags = observations.flatMap(({ replication }) => (replication === null ? [] : [replication.lagSeconds]));
  const seen = observations.map((observation) => ({ observation, unchangedMs: 0, atLeastMs: 0, atMostMs: 0 }));
  const { observedLossSeconds } = lossEstimate('primary', seen);
  const isAll = (seconds: number | null): boolean => seconds !== null && seconds * 1_000 >= behindMs - toleranceMs;
  return lags.length > 0 && lags.every(isAll) && isAll(observedLossSeconds);
}

function waitsForConsent({ operation }: Journal): boolean {
  return operation?.phase === 'WaitingForConsent';
}

function namesTheNumber({ decision, steps }: NonNullable<Journal['operation']>): boolean {
  const { observedLossSeconds } = decision;
  const message = steps.find(({ name }) => name === 'consent')?.message ?? '';
  return observedLossSeconds !== null && message.includes(`${observedLossSeconds.toFixed(1)} s`);
}

function acceptedExactly(history: readonly FinishedOperation[], seconds: number): boolean {
  return history[0]?.consent.acceptUpToSeconds === seconds;
}

/** Something was lost, and in time no more than was accepted; the report lists every one of them. */
function lostNoMoreThan({ trades, rows }: Count, acceptedSeconds: number): Fact {
  const seconds = Math.max(trades.rpoSeconds, rows.rpoSeconds);
  return {
    fact: 'writes were lost, and in time no more than was accepted',
    held: trades.lostCount > 0 && seconds <= acceptedSeconds,
    detail: `${seconds.toFixed(1)} s of ${acceptedSeconds} s, ${trades.lostCount} trades and ${rows.lostCount} rows`,
  };
}
