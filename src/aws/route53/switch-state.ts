import {
  GetHealthCheckCommand,
  type HealthCheck,
  ListHealthChecksCommand,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import { healthText } from '../../api/dns-names.ts';
import { otherSite, type Site, sites } from '../../api/site.ts';
import type { Plan } from '../../failover/plan.ts';
import { PortError } from '../../failover/port-error.ts';
import { readCall } from '../bounded-call.ts';
import { recordSetsOf } from './hosted-zone.ts';

/** What of Route 53 decides who gets the traffic. */
export interface SwitchState {
  /** The calculated check that a site's records follow. */
  readonly calculated: Readonly<Record<Site, HealthCheck>>;
  /** Both records in which the checkers say whether the active is up; none if the plan names no such record. */
  readonly health: readonly ResourceRecordSet[];
}

/**
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
 * @throws PortError; `Refused` where the records are not those of a switch.
 */
export async function readSwitch(
  client: Route53Client,
  plan: Plan,
  dns: NonNullable<Plan['dns']>,
  zoneId: string,
  limit: AbortSignal,
): Promise<SwitchState> {
  const records = await recordSetsOf(client, zoneId, dns.name, limit);
  const calculated = async (site: Site): Promise<HealthCheck> => {
    const id = records.find((record) => siteOf(plan, record) === site)?.HealthCheckId;
    if (id === undefined) {
      throw new PortError('Refused', 'NoSwitch', `no record of ${dns.name} with a health check belongs to ${site}`);
    }
    const check = await healthCheck(client, id, limit);
    if (check.HealthCheckConfig?.Type === 'CALCULATED') return check;
    throw new PortError('Refused', 'NoSwitch', `the record of ${site} follows ${id}, which is no calculated check`);
  };
  const primary = await calculated('primary');
  const secondary = await calculated('secondary');
  const { healthName } = dns;
  const health = healthName === undefined ? [] : await recordSetsOf(client, zoneId, healthName, limit);
  return { calculated: { primary, secondary }, health: health.filter(({ Type }) => Type === 'TXT') };
}

/** @throws PortError */
export async function healthCheck(client: Route53Client, id: string, limit: AbortSignal): Promise<HealthCheck> {
  const command = new GetHealthCheckCommand({ HealthCheckId: id });
  const { HealthCheck } = await readCall(limit, (options) => client.send(command, options));
  if (HealthCheck !== undefined) return HealthCheck;
  throw new PortError('Refused', 'NoSuchHealthCheck', `there is no health check ${id}`);
}

/** All health checks of the account. @throws PortError */
export async function allHealthChecks(client: Route53Client, limit: AbortSignal): Promise<HealthCheck[]> {
  const found: HealthCheck[] = [];
  for (let Marker: string | undefined; ; ) {
    const command = new ListHealthChecksCommand({ MaxItems: 1_000, ...(Marker === undefined ? {} : { Marker }) });
    const { HealthChecks = [], NextMarker } = await readCall(limit, (options) => client.send(command, options));
    found.push(...HealthChecks);
    if (NextMarker === undefined) return found;
    Marker = NextMarker;
  }
}

/** The check of a site's own health, by the host that its health URL names. */
export function endpointCheckOf(plan: Plan, site: Site, checks: readonly HealthCheck[]): HealthCheck | undefined {
  const { endpointUrl } = plan.sites[site];
  const host = endpointUrl === undefined ? undefined : new URL(endpointUrl).hostname;
  return checks.find(
    ({ HealthCheckConfig: config }) =>
      config?.FullyQualifiedDomainName !== undefined &&
      config.FullyQualifiedDomainName === host &&
      !config.Type?.endsWith('_STR_MATCH'),
  );
}

/** The health records as they have to be while a site is active: its region in the text, its check behind `up`. */
export function healthRecords(
  plan: Plan,
  active: Site,
  records: readonly ResourceRecordSet[],
  endpointCheckId: string,
): ResourceRecordSet[] {
  const { region } = plan.sites[active];
  return records.map((record) => {
    const isUp = record.Failover === 'PRIMARY';
    const Value = `"${healthText(isUp ? 'up' : 'down', region)}"`;
    return { ...record, ResourceRecords: [{ Value }], ...(isUp ? { HealthCheckId: endpointCheckId } : {}) };
  });
}

/** Whether the health records speak of a site. */
export function speakOf(plan: Plan, active: Site, records: readonly ResourceRecordSet[]): boolean {
  const { region } = plan.sites[active];
  return records.every(({ Failover, ResourceRecords }) => {
    const word = Failover === 'PRIMARY' ? 'up' : 'down';
    return ResourceRecords?.[0]?.Value === `"${healthText(word, region)}"`;
  });
}

/** By its set identifier, which names the region; in other people's zones, by the role that it has for ever. */
function siteOf(plan: Plan, { SetIdentifier, Failover, HealthCheckId }: ResourceRecordSet): Site | null {
  if (HealthCheckId === undefined) return null;
  const named = sites.find((site) => plan.sites[site].region === SetIdentifier);
  if (named !== undefined) return named;
  if (Failover === undefined) return null;
  return Failover === 'PRIMARY' ? 'primary' : otherSite('primary');
}
