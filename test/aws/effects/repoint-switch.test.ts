import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openKey, switchObjectBody, takeoverKey } from '../../../src/api/switch-objects.ts';
import { AwsClients } from '../../../src/aws/clients.ts';
import { EffectContext } from '../../../src/aws/effects/effect-context.ts';
import { RepointSwitch } from '../../../src/aws/effects/repoint-switch.ts';
import { systemClock } from '../../../src/aws/system-clock.ts';
import { PortError } from '../../../src/failover/port-error.ts';
import { defaultTiming } from '../../../src/failover/timing.ts';
import {
  awsUpstream,
  createSwitchboard,
  route53Upstream,
  type Switchboard,
} from '../../../src/sandbox/network/switchboard.ts';
import { type Route53Api, startRoute53Api } from '../../../src/sandbox/route53/api/route53-api.ts';
import { checkStatus } from '../../../src/sandbox/route53/check-status.ts';
import { type Route53, startRoute53 } from '../../../src/sandbox/route53/route53.ts';
import { switchCheckIds, switchRecords } from '../../../src/sandbox/route53/switch-records.ts';
import { examplePlan } from '../example-plan.ts';
import { credentials } from '../local-aws.ts';

// Real checkers look at real objects: what is re-pointed wrongly, or too early, shows in DNS.

const domain = 'trading.example.com';
const east = site('us-east-1', 'switch-east');
const west = site('us-west-2', 'switch-west');
const witness = { region: 'us-east-2', bucket: 'witness-ohio' };
const effect = { kind: 'repoint-switch', active: 'secondary', activationTerm: 2 } as const;

let board: Switchboard;
let route53: Route53;
let api: Route53Api;
let clients: AwsClients;
let servers: Server[];
/** `<bucket>/<key>` to content. */
let objects: Map<string, string>;
/** Every site that the records led to while the test ran, by what is in the buckets: a slow probe changes nothing. */
let answers: Set<string>;
let watching: NodeJS.Timeout;

function site(region: string, bucket: string) {
  const loadBalancer = `lb.${region}.elb.amazonaws.com`;
  return { region, bucket, loadBalancer, databaseEndpoint: `db.${region}.rds.amazonaws.com` };
}

function put(bucket: string, key: string, term: number): void {
  objects.set(`/${bucket}/${key}`, switchObjectBody('trading', term));
}

beforeEach(async () => {
  servers = [];
  objects = new Map();
  const regions = [east.region, west.region, witness.region];
  board = await createSwitchboard({ locations: [...regions, 'operations', 'internet'] });
  for (const region of regions) board.setUpstream(awsUpstream(region), await serve((path) => objects.get(path)));
  for (const { region, loadBalancer } of [east, west]) {
    board.setUpstream(`lb.${region}`, await serve(() => 'ok'));
    await board.expose({ hostname: loadBalancer, region, port: 'http', upstream: `lb.${region}` });
  }
  route53 = await startRoute53({
    locations: ['internet'],
    addressOf: board.addressOf,
    httpPort: board.httpPort,
    // 10 s become 200 ms.
    speed: 50,
    checkerCount: 3,
  });
  api = await startRoute53Api(route53, 'example.com');
  board.setUpstream(route53Upstream, api.port);
  // A failover has happened: the secondary took over in term 2, and the old site is fenced.
  put(west.bucket, takeoverKey(2), 2);
  put(witness.bucket, takeoverKey(2), 2);
  route53.upsert(
    switchRecords({
      domain,
      primary: east,
      secondary: west,
      active: 'primary',
      witness,
      term: 1,
      open: { key: openKey(1), content: switchObjectBody('trading', 1) },
      takeover: { key: takeoverKey(2), content: switchObjectBody('trading', 2) },
    }),
  );
  const endpoint = board.awsEndpointUrl('operations');
  clients = new AwsClients({ actor: 'controller/1', callMs: 5_000, endpoint, credentials });
  await until(() => route53.statuses().every(({ settled }) => settled));
  expect(answer()).toBe(west.region);
  answers = new Set();
  watching = setInterval(() => answers.add(entitled()), 1);
}, 30_000);

afterEach(async () => {
  clearInterval(watching);
  clients.close();
  await api.close();
  await route53.close();
  await board.close();
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(reply: (path: string) => string | undefined): Promise<number> {
  const server = createServer((request, response) => {
    const body = reply(request.url ?? '/');
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function answer(): string | undefined {
  const address = route53.resolve('internet', domain, 'A').answers.at(-1)?.value;
  return [east, west].find(({ loadBalancer }) => board.addressOf('internet', loadBalancer) === address)?.region;
}

/** Whom the health checks would give the traffic to if their checkers knew everything. */
function entitled(): string {
  const checks = new Map(route53.healthChecks().map((check) => [check.id, check]));
  const isThere = (id: string): boolean => {
    const check = checks.get(id);
    return (
      check?.kind === 'Endpoint' && objects.get(`/${check.hostname.split('.')[0]}${check.path}`) === check.searchString
    );
  };
  const isHealthy = ({ region }: typeof east) => checkStatus(switchCheckIds.traffic(region), checks, isThere);
  // Where none is healthy, Route 53 answers with the primary.
  return isHealthy(east) || !isHealthy(west) ? east.region : west.region;
}

async function until(condition: () => boolean | Promise<boolean>, limitMs = 120_000): Promise<void> {
  const startMs = performance.now();
  while (!(await condition())) {
    if (performance.now() - startMs > limitMs) throw new Error(`not within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function handlerFor(changes: { dns?: null } = {}): RepointSwitch {
  const dns = { name: domain, healthName: `_health.${domain}`, databaseName: `db.${domain}` };
  const plan = examplePlan({ spec: changes.dns === null ? {} : { dns } });
  const at = (name: 'primary' | 'secondary') => {
    const { region } = name === 'primary' ? east : west;
    return { ...plan.sites[name], endpointUrl: `http://${region}.${domain}/healthz` };
  };
  const fast = { ...plan, intervalMs: 200, sites: { primary: at('primary'), secondary: at('secondary') } };
  return new RepointSwitch(new EffectContext(fast, defaultTiming, clients), systemClock);
}

/** As the engine does it: look, act, look again, until it is done. */
async function repoint(handler: RepointSwitch, wanted = effect): Promise<void> {
  await until(async () => {
    const look = await handler.check(wanted);
    if (look.state !== 'NotDone') return look.state === 'Done';
    try {
      await handler.perform(wanted);
    } catch (error) {
      if (!(error instanceof PortError) || error.kind === 'Refused') throw error;
    }
    return false;
  });
}

const callsOf = (operation: string) => api.calls.filter((call) => call.operation === operation);
const health = () => route53.resolve('internet', `_health.${domain}`, 'TXT').answers[0]?.value;

describe('repoint-switch', () => {
  it('gives the new active its own switch, while every client is led to it all the time', async () => {
    put(west.bucket, openKey(2), 2);
    const before = new Set(route53.healthChecks().map(({ id }) => id));
    const handler = handlerFor();
    expect(await handler.check(effect)).toMatchObject({ state: 'NotDone', detail: expect.stringContaining('term 2') });
    await repoint(handler);

    expect([...answers]).toEqual([west.region]);
    expect(health()).toBe(`up ${west.region}`);
    // What the old term looked for is gone, what the records follow never went.
    const left = route53.healthChecks().map(({ id }) => id);
    expect(left).not.toContain(switchCheckIds.open(east.region, 1));
    expect(left).not.toContain(switchCheckIds.marker(west.region, 1));
    expect(left).toContain(switchCheckIds.traffic(east.region));
    expect(left.filter((id) => !before.has(id))).toHaveLength(5);
    expect(callsOf('UpdateHealthCheck').map(({ parameters }) => parameters)).toEqual([
      expect.objectContaining({ HealthCheckId: switchCheckIds.traffic(west.region), HealthThreshold: 3 }),
      expect.objectContaining({ HealthCheckId: switchCheckIds.traffic(east.region), HealthThreshold: 1 }),
    ]);

    // And it works: a marker of the next term moves the traffic back.
    put(east.bucket, takeoverKey(3), 3);
    put(witness.bucket, takeoverKey(3), 3);
    await until(() => answer() === east.region);
  }, 300_000);

  it('waits, and changes nothing, as long as a new check does not see what it should', async () => {
    const handler = handlerFor();
    await expect(handler.perform(effect)).rejects.toMatchObject({ kind: 'NotYet', code: 'Settling' });
    // The entitlement is missing: the new active would be taken out of DNS.
    await until(() => route53.healthChecks().every(({ id }) => route53.status(id)?.settled === true));
    await until(async () => (await handler.check(effect)).state === 'NotDone');
    await expect(handler.perform(effect)).rejects.toMatchObject({ message: expect.stringContaining('open: 0 of 3') });
    expect(callsOf('UpdateHealthCheck')).toEqual([]);
    put(west.bucket, openKey(2), 2);
    await repoint(handler);
    expect([...answers]).toEqual([west.region]);
  }, 300_000);

  it('makes each check once, though two actors do it, and one dies in the middle', async () => {
    put(west.bucket, openKey(2), 2);
    api.addFault({ service: 'route53', operation: 'CreateHealthCheck', kind: 'LostReply', count: 1 });
    await expect(handlerFor().perform(effect)).rejects.toMatchObject({ kind: 'OutcomeUnknown' });
    await expect(handlerFor().perform(effect)).rejects.toMatchObject({ code: 'Settling' });
    const count = route53.healthChecks().length;
    await Promise.all([repoint(handlerFor()), repoint(handlerFor())]);
    expect(count).toBe(9 + 5);
    expect(route53.healthChecks()).toHaveLength(9);
    expect([...answers]).toEqual([west.region]);
  }, 300_000);

  it('has nothing to do for a plan without a name', async () => {
    expect(await handlerFor({ dns: null }).check(effect)).toMatchObject({ state: 'Done' });
    expect(api.calls).toEqual([]);
  });

  it('refuses records that are no switch', async () => {
    for (const record of route53.records()) if (record.name === domain) route53.deleteRecord(record);
    await expect(handlerFor().check(effect)).rejects.toMatchObject({ kind: 'Refused', code: 'NoSwitch' });
  });
});
