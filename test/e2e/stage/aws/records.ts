import {
  type Change,
  ChangeResourceRecordSetsCommand,
  ListHostedZonesByNameCommand,
  type ResourceRecordSet,
  type RRType,
} from '@aws-sdk/client-route-53';
import type { AwsClients } from '../../../../src/aws/clients.ts';
import type { ApiClient, KubernetesObject } from '../../rig/kubernetes/api-client.ts';
import type { Provider } from '../../rig/provider/reconcile-managed.ts';
import { checkId } from './health-checks.ts';
import { forProvider, type Reference } from './managed.ts';

interface RecordFields {
  readonly name: string;
  readonly type: RRType;
  readonly ttl: number;
  readonly records: readonly string[];
  readonly setIdentifier: string;
  readonly healthCheckIdRef: Reference;
  readonly failoverRoutingPolicy: { readonly type: 'PRIMARY' | 'SECONDARY' };
}

/** The world has one hosted zone, which is there already. */
export function zones(clients: AwsClients): Provider {
  return {
    observe: async () => {
      const zoneId = await theZone(clients);
      return { externalName: zoneId, atProvider: { zoneId, nameServers: ['ns-1.awsdns-00.com'] } };
    },
  };
}

/** `Record` of provider-aws over the world's Route 53. */
export function records(clients: AwsClients, api: ApiClient): Provider {
  const change = async (Action: Change['Action'], ResourceRecordSet: ResourceRecordSet): Promise<void> => {
    const HostedZoneId = await theZone(clients);
    const ChangeBatch = { Changes: [{ Action, ResourceRecordSet }] };
    await clients.route53().send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch }));
  };
  return {
    async observe(managed) {
      const set = await recordSet(api, managed);
      await change('UPSERT', set);
      return { atProvider: { fqdn: set.Name } };
    },
    remove: async (managed) => change('DELETE', await recordSet(api, managed)),
  };
}

async function recordSet(api: ApiClient, managed: KubernetesObject): Promise<ResourceRecordSet> {
  const fields = forProvider<RecordFields>(managed);
  const { healthCheckIdRef: check, setIdentifier, failoverRoutingPolicy: routing } = fields;
  return {
    Name: fields.name,
    Type: fields.type,
    TTL: fields.ttl,
    ResourceRecords: (fields.records ?? []).map((Value) => ({ Value })),
    ...(setIdentifier === undefined ? {} : { SetIdentifier: setIdentifier }),
    ...(routing === undefined ? {} : { Failover: routing.type }),
    ...(check === undefined ? {} : { HealthCheckId: await checkId(api, managed, check) }),
  };
}

async function theZone(clients: AwsClients): Promise<string> {
  const { HostedZones = [] } = await clients.route53().send(new ListHostedZonesByNameCommand({}));
  const id = HostedZones[0]?.Id?.replace('/hostedzone/', '');
  if (id === undefined) throw new Error('the world has no hosted zone');
  return id;
}
