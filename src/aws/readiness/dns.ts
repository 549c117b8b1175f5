import {
  GetHealthCheckCommand,
  type HealthCheckConfig,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  NoSuchHealthCheck,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import type { Clock } from '../../failover/clock.ts';
import { PortError } from '../../failover/port-error.ts';
import type { Fact } from '../../failover/readiness/fact.ts';
import type { DnsFacts, HealthCheckFacts, RecordFacts } from '../../failover/readiness/facts.ts';
import { readCall } from '../bounded-call.ts';
import { lookAt } from './look-at.ts';

export interface DnsLooks {
  readonly client: Route53Client;
  readonly clock: Pick<Clock, 'sleep'>;
  /** For the settings of one health check. */
  readonly callMs: number;
  /** Between two calls. @default {@link betweenCallsMs} */
  readonly pauseMs?: number;
}

/** Route 53 takes five calls a second from a whole account; see "Quotas", Amazon Route 53 Developer Guide. */
const betweenCallsMs = 250;

/**
 * The records of some names, and the health checks that they depend on, children included. One call after the other: the
 * account's share of calls belongs to everybody.
 *
 * @param names without a dot at the end.
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
 * @throws PortError
 */
export async function recordsAndChecks(
  looks: DnsLooks,
  names: readonly string[],
  limit: AbortSignal,
): Promise<Omit<DnsFacts, 'states'>> {
  const [first] = names;
  const zoneId = first === undefined ? null : await publicZoneOf(looks, first, limit);
  if (zoneId === null) throw new PortError('Refused', 'NoHostedZone', `no public hosted zone holds ${first}`);
  const records: RecordFacts[] = [];
  for (const name of names) records.push(...(await recordsOfName(looks, zoneId, name, limit)));
  const roots = records.flatMap(({ healthCheckId }) => healthCheckId ?? []);
  return { records, checks: await checksBelow(looks, roots, limit) };
}

/**
 * The zone with the longest name that the record's name ends with.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByName.html
 */
async function publicZoneOf(looks: DnsLooks, name: string, limit: AbortSignal): Promise<string | null> {
  const labels = name.split('.');
  for (let cut = 0; cut < labels.length - 1; cut += 1) {
    const candidate = labels.slice(cut).join('.');
    const command = new ListHostedZonesByNameCommand({ DNSName: candidate, MaxItems: 10 });
    const { HostedZones = [] } = await paced(looks, () =>
      readCall(limit, (options) => looks.client.send(command, options)),
    );
    const zone = HostedZones.find(
      ({ Name, Config }) => withoutDot(Name ?? '') === candidate && Config?.PrivateZone !== true,
    );
    if (zone?.Id !== undefined) return zone.Id;
  }
  return null;
}

async function recordsOfName(
  looks: DnsLooks,
  zoneId: string,
  name: string,
  limit: AbortSignal,
): Promise<readonly RecordFacts[]> {
  const command = new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, StartRecordName: name, MaxItems: 20 });
  const { ResourceRecordSets = [] } = await paced(looks, () =>
    readCall(limit, (options) => looks.client.send(command, options)),
  );
  return ResourceRecordSets.filter((set) => withoutDot(set.Name ?? '') === name && movesClients(set)).map((set) => ({
    name,
    setIdentifier: set.SetIdentifier ?? null,
    failover: set.Failover ?? null,
    ttlSeconds: set.TTL ?? null,
    evaluatesTarget: set.AliasTarget?.EvaluateTargetHealth ?? null,
    healthCheckId: set.HealthCheckId ?? null,
  }));
}

function movesClients({ Type }: ResourceRecordSet): boolean {
  return Type === 'A' || Type === 'AAAA' || Type === 'CNAME';
}

/** Each once; a check that could not be read says so by itself. */
async function checksBelow(looks: DnsLooks, roots: readonly string[], limit: AbortSignal): Promise<DnsFacts['checks']> {
  const checks = new Map<string, Fact<HealthCheckFacts | null>>();
  const left = [...roots];
  for (let id = left.shift(); id !== undefined; id = left.shift()) {
    if (checks.has(id)) continue;
    const command = new GetHealthCheckCommand({ HealthCheckId: id });
    const check = await paced(looks, () =>
      lookAt(looks.callMs, async (each) => {
        const ends = AbortSignal.any([each, limit]);
        try {
          const { HealthCheck } = await readCall(ends, (options) => looks.client.send(command, options));
          return settingsOf(HealthCheck?.HealthCheckConfig);
        } catch (error) {
          if (error instanceof PortError && error.cause instanceof NoSuchHealthCheck) return null;
          throw error;
        }
      }),
    );
    checks.set(id, check);
    if (check.known) left.push(...(check.value?.children ?? []));
  }
  return Object.fromEntries(checks);
}

/** @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html */
function settingsOf(config: HealthCheckConfig | undefined): HealthCheckFacts {
  return {
    type: config?.Type ?? 'unknown',
    isDisabled: config?.Disabled ?? false,
    intervalSeconds: config?.RequestInterval ?? null,
    failureThreshold: config?.FailureThreshold ?? null,
    path: config?.ResourcePath ?? null,
    children: config?.ChildHealthChecks ?? [],
  };
}

async function paced<Value>({ clock, pauseMs = betweenCallsMs }: DnsLooks, call: () => Promise<Value>): Promise<Value> {
  const value = await call();
  if (pauseMs > 0) await clock.sleep(pauseMs);
  return value;
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, '');
}
