import { durationMs } from '../../api/duration.ts';
import type { Site } from '../../api/site.ts';
import type { RowComparison } from '../clients/compare-rows.ts';
import type { AwsCall } from '../region/wire/call-log.ts';
import { internetLocation } from '../world/locations.ts';
import { loadBalancerHost } from '../world/wiring.ts';
import type { World } from '../world/world.ts';
import type { DatabaseContent } from './database-content.ts';
import type { FinishedOperation } from './journal-desk.ts';
import type { Count } from './measure.ts';
import type { Fact, ScenarioReport } from './report.ts';
import type { Stage } from './stage.ts';

// Claims that several scenarios make. Each looks at the world, and not at what an actor says of it.

/** PromoteReadReplica as it reached a region, refused ones included. */
export function promotionCalls(world: World, site: Site): readonly AwsCall[] {
  return world.region(site).calls.filter(({ operation }) => operation === 'PromoteReadReplica');
}

/** Calls about one instance that a region accepted. */
export function callsOf(world: World, site: Site, operation: string, identifier: string): readonly AwsCall[] {
  return world
    .region(site)
    .calls.filter(
      ({ operation: name, parameters, result }) =>
        name === operation && result === 'OK' && identifierOf(parameters) === identifier,
    );
}

function identifierOf(parameters: unknown): unknown {
  return (parameters as { readonly DBInstanceIdentifier?: unknown } | null)?.DBInstanceIdentifier;
}

export function promotedOnce(world: World, site: Site): Fact {
  const accepted = promotionCalls(world, site).filter(({ result }) => result === 'OK');
  return {
    fact: `${world.app.spec[site].region} was promoted exactly once`,
    held: accepted.length === 1,
    detail: `${accepted.length} accepted PromoteReadReplica in the region's call log`,
  };
}

/** Neither called nor even begun. */
export async function nothingHappened({ world, journal, events }: Stage): Promise<Fact[]> {
  const calls = [...promotionCalls(world, 'primary'), ...promotionCalls(world, 'secondary')];
  const { epoch, operation, activation } = await journal.read();
  const started = events.filter(({ kind }) => kind === 'OperationStarted').length;
  return [
    {
      fact: 'no operation began',
      held: epoch === 0 && operation === null && started === 0 && activation.active === 'primary',
      detail: `epoch ${epoch} in the journal, ${activation.active} active`,
    },
    {
      fact: 'nobody called PromoteReadReplica',
      held: calls.length === 0,
      detail: `${calls.length} in both regions' call logs`,
    },
  ];
}

/** @param history as the journal's table keeps it. */
export function succeeded(history: readonly FinishedOperation[], action: string, nth = 0): Fact {
  const operation = history.filter((each) => each.action === action)[nth];
  const actors = operation?.actors.map(({ actor }) => actor).join(', then ');
  return {
    fact: `the ${action.toLowerCase()} succeeded`,
    held: operation?.outcome === 'Succeeded',
    detail: operation === undefined ? 'the history has none' : `${operation.id}, by ${actors}`,
  };
}

export function takesWrites({ name, inRecovery }: DatabaseContent): Fact {
  return { fact: `${name} takes writes`, held: !inRecovery, detail: `pg_is_in_recovery() = ${inRecovery}` };
}

export function nameLeadsTo({ app, plan, route53, switchboard }: World, site: Site): Fact {
  const name = plan.spec.dns?.name ?? '';
  const answers = route53.resolve(internetLocation, name, 'A').answers.map(({ value }) => value);
  const address = switchboard.addressOf(internetLocation, loadBalancerHost(app, site));
  return {
    fact: `${name} leads to ${app.spec[site].region}`,
    held: address !== null && answers.includes(address),
    detail: answers.join(', '),
  };
}

export function markersInPlace({ route53 }: World): Fact {
  const markers = route53.statuses().filter(({ id }) => id.startsWith('marker@'));
  return {
    fact: 'the takeover markers are in place, in the standby and in the witness',
    held: markers.length > 0 && markers.every(({ healthy }) => healthy),
    detail: markers.map(({ id, healthy }) => `${id} ${healthy ? 'seen' : 'missing'}`).join(', '),
  };
}

/** What an outage may cost: writes from before the takeover, and none from after it. */
export function lostOnlyBefore(clients: Stage['clients'], count: Count, outageAtMs: number): Fact[] {
  const lostLate = ({ lastLostAtMs }: RowComparison, takeoverMs: number | null): boolean =>
    lastLostAtMs !== null && (takeoverMs === null || lastLostAtMs >= takeoverMs);
  const fact = (what: 'trade' | 'row', comparison: RowComparison, takeoverMs: number | null): Fact => ({
    fact: `every lost ${what} had been acknowledged before the takeover, none after it`,
    held: comparison.acknowledgedCount > 0 && !lostLate(comparison, takeoverMs),
    detail: subtraction(comparison),
  });
  return [
    fact('trade', count.trades, clients.trades.outage(outageAtMs).firstGoodAfterMs),
    fact('row', count.rows, clients.rows.outage(outageAtMs).firstGoodAfterMs),
  ];
}

export function nothingLost({ trades, rows }: Count): Fact[] {
  const fact = (what: string, comparison: RowComparison): Fact => ({
    fact: `no acknowledged ${what} is lost`,
    held: comparison.acknowledgedCount > 0 && comparison.lostCount === 0,
    detail: subtraction(comparison),
  });
  return [fact('trade', trades), fact('row', rows)];
}

/** From a moment on; what an outage before it cost is another fact. */
export function nothingLostSince({ trades, rows }: Count, sinceMs: number): Fact[] {
  const fact = (what: string, { lastLostAtMs, lostCount }: RowComparison): Fact => ({
    fact: `no ${what} is lost that was acknowledged after the request`,
    held: lastLostAtMs === null || lastLostAtMs < sinceMs,
    detail: `${lostCount} lost, all of them in the outage before`,
  });
  return [fact('trade', trades), fact('row', rows)];
}

function subtraction({ acknowledgedCount, lostCount }: RowComparison): string {
  return `${acknowledgedCount} acknowledged − ${acknowledgedCount - lostCount} present = ${lostCount} lost`;
}

export function withinObjective({ plan, speed }: World, { rto }: Pick<ScenarioReport, 'rto'>): Fact {
  const { rto: objective } = plan.spec.objectives;
  return {
    fact: `service came back within the objective of ${objective}`,
    held: rto !== null && rto <= durationMs(objective) / 1000,
    detail: rto === null ? 'it did not come back' : `${rto.toFixed(1)} s${speed === 1 ? '' : ` at speed ${speed}`}`,
  };
}

export function partsAddUp({ rto, parts }: Pick<ScenarioReport, 'rto' | 'parts'>): Fact {
  const sum = parts === null ? null : Object.values(parts).reduce((total, part) => total + part, 0);
  return {
    fact: 'the parts add up to the whole',
    held: sum !== null && rto !== null && Math.abs(sum - rto) < 0.01,
    detail: sum === null ? 'a moment is missing' : `${sum.toFixed(3)} s`,
  };
}

/**
 * Neither client ever waited for longer than the tolerance window, which is what an outage would have been.
 *
 * @param gaps measured over the whole scenario.
 */
export function neverStopped({ plan, speed }: World, { writeGaps }: Pick<ScenarioReport, 'writeGaps'>): Fact {
  const { interval, failureThreshold } = plan.spec.detection;
  const windowSeconds = (durationMs(interval) * failureThreshold) / 1000 / speed;
  const { name, connection } = writeGaps;
  const within = (gap: number | null): boolean => gap !== null && gap < windowSeconds;
  const text = (gap: number | null): string => (gap === null ? 'never ended' : `${gap.toFixed(2)} s`);
  return {
    fact: 'writes went on all the time, by the name and by the connection',
    held: within(name) && within(connection),
    detail: `the longest pauses were ${text(name)} and ${text(connection)}`,
  };
}
