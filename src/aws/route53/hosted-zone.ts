import {
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import { PortError } from '../../failover/port-error.ts';
import { readCall } from '../bounded-call.ts';

/**
 * The public hosted zone that a name is in: the one with the longest name that it ends with.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByName.html
 * @throws PortError; `Refused` if there is none.
 */
export async function hostedZoneOf(client: Route53Client, name: string, limit: AbortSignal): Promise<string> {
  const labels = name.split('.');
  for (let cut = 0; cut < labels.length - 1; cut += 1) {
    const candidate = labels.slice(cut).join('.');
    const command = new ListHostedZonesByNameCommand({ DNSName: candidate, MaxItems: 10 });
    const { HostedZones = [] } = await readCall(limit, (options) => client.send(command, options));
    const zone = HostedZones.find(
      ({ Name = '', Config }) => withoutDot(Name) === candidate && Config?.PrivateZone !== true,
    );
    if (zone?.Id !== undefined) return zone.Id;
  }
  throw new PortError('Refused', 'NoHostedZone', `no public hosted zone of this account holds ${name}`);
}

/** The records of one name, whatever their type. A name has no more than a few. @throws PortError */
export async function recordSetsOf(
  client: Route53Client,
  zoneId: string,
  name: string,
  limit: AbortSignal,
): Promise<ResourceRecordSet[]> {
  const command = new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, StartRecordName: name, MaxItems: 20 });
  const { ResourceRecordSets = [] } = await readCall(limit, (options) => client.send(command, options));
  return ResourceRecordSets.filter(({ Name = '' }) => withoutDot(Name) === name);
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, '');
}
