import {
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHealthCheckCommand,
  DeleteHealthCheckCommand,
  GetHealthCheckCommand,
  GetHealthCheckStatusCommand,
  type HealthCheckConfig,
  ListHealthChecksCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand,
  ListTrafficPoliciesCommand,
  Route53Client,
  UpdateHealthCheckCommand,
} from '@aws-sdk/client-route-53';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Route53Api, startRoute53Api } from '../../../../src/sandbox/route53/api/route53-api.ts';
import { type Route53, startRoute53 } from '../../../../src/sandbox/route53/route53.ts';
import { eventually } from '../../eventually.ts';

let route53: Route53;
let api: Route53Api;
let client: Route53Client;

beforeEach(async () => {
  // Nothing has an address: every endpoint check fails once it has looked.
  route53 = await startRoute53({
    locations: ['internet'],
    addressOf: () => null,
    httpPort: 1,
    speed: 100,
    checkerCount: 3,
  });
  api = await startRoute53Api(route53, 'example.com');
  client = new Route53Client({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${api.port}`,
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await api.close();
  await route53.close();
});

const marker: HealthCheckConfig = {
  Type: 'HTTPS_STR_MATCH',
  FullyQualifiedDomainName: 'switch.s3.us-east-1.amazonaws.com',
  ResourcePath: '/takeover/2',
  SearchString: '{"plan":"a<b","term":2}',
  RequestInterval: 10,
  FailureThreshold: 1,
};

async function create(CallerReference: string, HealthCheckConfig: HealthCheckConfig = marker): Promise<string> {
  const { HealthCheck } = await client.send(new CreateHealthCheckCommand({ CallerReference, HealthCheckConfig }));
  return HealthCheck?.Id ?? '';
}

async function get(HealthCheckId: string) {
  return (await client.send(new GetHealthCheckCommand({ HealthCheckId }))).HealthCheck;
}

describe('health checks', () => {
  it('are what was asked for, and keep their kind', async () => {
    const id = await create('one');
    expect(await get(id)).toMatchObject({
      Id: id,
      CallerReference: 'one',
      HealthCheckVersion: 1,
      HealthCheckConfig: marker,
    });
    await expect(get('nobody')).rejects.toMatchObject({ name: 'NoSuchHealthCheck' });
  });

  it('are the same for the same reference and settings, and refused for others', async () => {
    const id = await create('one');
    expect(await create('one')).toBe(id);
    expect(await create('two')).not.toBe(id);
    const other = create('one', { ...marker, FailureThreshold: 3 });
    await expect(other).rejects.toMatchObject({ name: 'HealthCheckAlreadyExists' });
    await client.send(new DeleteHealthCheckCommand({ HealthCheckId: id }));
    await expect(create('one')).rejects.toMatchObject({ name: 'HealthCheckAlreadyExists' });
  });

  it('begin healthy, inverted ones unhealthy, and nobody reports before having looked', async () => {
    // On a busy machine its checkers may have looked before this test hears that it is there.
    const begins = (id: string) => {
      const status = route53.status(id);
      return status?.settled === false ? status.healthy : 'settled';
    };
    const plain = await create('plain');
    expect([true, 'settled']).toContain(begins(plain));
    const inverted = await create('inverted', { ...marker, Inverted: true });
    expect([false, 'settled']).toContain(begins(inverted));
    const startMs = performance.now();
    for (;;) {
      const { HealthCheckObservations = [] } = await client.send(
        new GetHealthCheckStatusCommand({ HealthCheckId: plain }),
      );
      if (HealthCheckObservations.length === 3) {
        // It says what was seen, whatever the check makes of it.
        expect(HealthCheckObservations[0]?.StatusReport?.Status).toMatch(/^Failure: /);
        break;
      }
      if (performance.now() - startMs > 10_000) throw new Error('nobody looks');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const isTurned = () => route53.status(plain)?.healthy === false && route53.status(inverted)?.healthy === true;
    await eventually('a verdict', isTurned);
  });

  it('change by version, and with them what their parents see', async () => {
    const [one, two] = [await create('one'), await create('two')];
    const parent = await create('parent', { Type: 'CALCULATED', ChildHealthChecks: [one], HealthThreshold: 1 });
    const update = (HealthCheckVersion: number, ChildHealthChecks: string[]) =>
      client.send(new UpdateHealthCheckCommand({ HealthCheckId: parent, HealthCheckVersion, ChildHealthChecks }));
    await update(1, [two]);
    expect(await get(parent)).toMatchObject({
      HealthCheckVersion: 2,
      HealthCheckConfig: { Type: 'CALCULATED', ChildHealthChecks: [two], HealthThreshold: 1 },
    });
    await expect(update(1, [one])).rejects.toMatchObject({ name: 'HealthCheckVersionMismatch' });
    await expect(update(2, ['nobody'])).rejects.toMatchObject({ name: 'InvalidInput' });
    const remove = (HealthCheckId: string) => client.send(new DeleteHealthCheckCommand({ HealthCheckId }));
    await expect(remove(two)).rejects.toMatchObject({ name: 'HealthCheckInUse' });
    await remove(one);
    const status = new GetHealthCheckStatusCommand({ HealthCheckId: parent });
    await expect(client.send(status)).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  it('are listed in pages, those of the world included, and carry tags', async () => {
    route53.upsert({
      healthChecks: [{ kind: 'Calculated', id: 'traffic@us-east-1', children: [], healthThreshold: 0 }],
    });
    const id = await create('one');
    const first = await client.send(new ListHealthChecksCommand({ MaxItems: 1 }));
    const rest = await client.send(new ListHealthChecksCommand({ MaxItems: 1, Marker: first.NextMarker ?? '' }));
    expect([first, rest].flatMap(({ HealthChecks = [] }) => HealthChecks.map(({ Id }) => Id))).toEqual([
      'traffic@us-east-1',
      id,
    ]);
    expect(rest.IsTruncated).toBe(false);
    const resource = { ResourceType: 'healthcheck', ResourceId: id } as const;
    await client.send(new ChangeTagsForResourceCommand({ ...resource, AddTags: [{ Key: 'App', Value: 'x' }] }));
    const { ResourceTagSet } = await client.send(new ListTagsForResourceCommand(resource));
    expect(ResourceTagSet?.Tags).toEqual([{ Key: 'App', Value: 'x' }]);
  });
});

describe('records', () => {
  const HostedZoneId = async (): Promise<string> => {
    const { HostedZones } = await client.send(new ListHostedZonesByNameCommand({ DNSName: 'example.com' }));
    expect(HostedZones).toMatchObject([{ Name: 'example.com.', Config: { PrivateZone: false } }]);
    return HostedZones?.[0]?.Id ?? '';
  };
  const health = (Failover: 'PRIMARY' | 'SECONDARY', SetIdentifier: string, text: string, HealthCheckId?: string) => ({
    Name: '_health.app.example.com',
    Type: 'TXT' as const,
    SetIdentifier,
    Failover,
    TTL: 5,
    ResourceRecords: [{ Value: `"${text}"` }],
    ...(HealthCheckId === undefined ? {} : { HealthCheckId }),
  });
  const change = async (Action: 'CREATE' | 'UPSERT' | 'DELETE', ...sets: ReturnType<typeof health>[]) => {
    const Changes = sets.map((ResourceRecordSet) => ({ Action, ResourceRecordSet }));
    const ChangeBatch = { Changes };
    return client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: await HostedZoneId(), ChangeBatch }));
  };
  const text = () => route53.resolve('internet', '_health.app.example.com', 'TXT').answers[0]?.value;

  it('are answered as they were written, and listed from a name on', async () => {
    await change('CREATE', health('PRIMARY', 'up', 'up us-east-1'), health('SECONDARY', 'down', 'down us-east-1'));
    expect(text()).toBe('up us-east-1');
    await change('UPSERT', health('PRIMARY', 'up', 'up us-west-2'));
    expect(text()).toBe('up us-west-2');
    const from = async (StartRecordName: string) =>
      client.send(new ListResourceRecordSetsCommand({ HostedZoneId: await HostedZoneId(), StartRecordName }));
    const { ResourceRecordSets = [] } = await from('_health.app.example.com');
    expect(ResourceRecordSets).toEqual([
      { ...health('SECONDARY', 'down', 'down us-east-1'), Name: '_health.app.example.com.' },
      { ...health('PRIMARY', 'up', 'up us-west-2'), Name: '_health.app.example.com.' },
    ]);
    expect((await from('zzz.example.com')).ResourceRecordSets ?? []).toEqual([]);
  });

  it('change all or not at all', async () => {
    await change('CREATE', health('PRIMARY', 'up', 'one'));
    const twice = change('CREATE', health('SECONDARY', 'down', 'two'), health('PRIMARY', 'up', 'three'));
    await expect(twice).rejects.toMatchObject({ name: 'InvalidChangeBatch' });
    const twins = change('CREATE', health('PRIMARY', 'other', 'two'));
    await expect(twins).rejects.toMatchObject({ name: 'InvalidChangeBatch' });
    const unchecked = change('UPSERT', health('PRIMARY', 'up', 'two', 'nobody'));
    await expect(unchecked).rejects.toMatchObject({ name: 'NoSuchHealthCheck' });
    expect(route53.records()).toHaveLength(1);
    expect(text()).toBe('one');
    await change('DELETE', health('PRIMARY', 'up', 'one'));
    expect(route53.records()).toEqual([]);
  });
});

it('names what it does not emulate', async () => {
  await expect(client.send(new ListTrafficPoliciesCommand({}))).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('trafficpolicies'),
  });
});
