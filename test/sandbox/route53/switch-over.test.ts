import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { awsUpstream, createSwitchboard, type Switchboard } from '../../../src/sandbox/network/switchboard.ts';
import { type Route53, startRoute53 } from '../../../src/sandbox/route53/route53.ts';
import { switchCheckIds, switchRecords } from '../../../src/sandbox/route53/switch-records.ts';
import { eventually } from '../eventually.ts';

const domain = 'trading.example.com';
const site = (region: string) => ({
  region,
  bucket: 'markers',
  loadBalancer: `lb.${region}.elb.amazonaws.com`,
  databaseEndpoint: `db.${region}.rds.amazonaws.com`,
});
const east = site('us-east-1');
const west = site('us-west-2');
const witness = { region: 'eu-west-1', bucket: 'markers' };
const open = { key: 'open/1', content: 'trading term 1' };
const takeover = { key: 'takeover/2', content: 'trading term 2' };

let board: Switchboard;
let route53: Route53;
let servers: Server[];
/** `<region>/<bucket>/<key>` to content: what the buckets hold. */
let objects: Map<string, string>;

beforeEach(async () => {
  servers = [];
  objects = new Map([['us-east-1/markers/open/1', open.content]]);
  const regions = ['us-east-1', 'us-west-2', 'eu-west-1'];
  board = await createSwitchboard({ locations: [...regions, 'operations', 'internet'] });
  for (const region of regions) board.setUpstream(awsUpstream(region), await startS3(region));
  for (const { region, loadBalancer } of [east, west]) {
    board.setUpstream(`lb.${region}`, await serve(() => 'ok'));
    await board.expose({ hostname: loadBalancer, region, port: 'http', upstream: `lb.${region}` });
  }
  route53 = await startRoute53({
    locations: board.locations,
    addressOf: board.addressOf,
    httpPort: board.httpPort,
    // 10 s become 200 ms; and three checkers, of which one is more than 18 %.
    speed: 50,
    checkerCount: 3,
  });
  route53.upsert(
    switchRecords({ domain, primary: east, secondary: west, active: 'primary', witness, term: 1, open, takeover }),
  );
  await eventually('checks that know', () => route53.statuses().every(({ settled }) => settled), 20_000);
});

afterEach(async () => {
  await route53.close();
  await board.close();
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

function startS3(region: string): Promise<number> {
  return serve((path) => objects.get(`${region}${path}`));
}

/** Answers 404 to what `answer` has nothing for. */
async function serve(answer: (path: string) => string | undefined): Promise<number> {
  const server = createServer((request, response) => {
    const body = answer(request.url ?? '/');
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const answerAt = (location: string) => route53.resolve(location, domain, 'A').answers.at(-1)?.value;
const healthText = () => route53.resolve('operations', `_health.${domain}`, 'TXT').answers[0]?.value;
const serves = (region: string) => route53.status(switchCheckIds.traffic(region))?.healthy;

function expectAnswer({ loadBalancer }: typeof east): void {
  for (const location of ['internet', 'operations', 'us-west-2']) {
    expect(answerAt(location)).toBe(board.addressOf(location, loadBalancer));
  }
}

it('gives the traffic to the active site while all is well', async () => {
  await eventually('calm', () => serves('us-east-1') === true && serves('us-west-2') === false);
  expectAnswer(east);
  expect(healthText()).toBe('up us-east-1');
});

it('moves nothing when the active region goes dark, and says that it is down', async () => {
  board.setUpstream(awsUpstream('us-east-1'), null);
  board.setUpstream('lb.us-east-1', null);
  await eventually('a verdict', () => healthText() === 'down us-east-1' && serves('us-east-1') === false);
  expectAnswer(east);
});

it('moves the traffic by the marker alone, with the active region dark, and keeps it there', async () => {
  board.partition('internet', 'us-east-1', 'blackhole');
  objects.set('us-west-2/markers/takeover/2', takeover.content);
  objects.set('eu-west-1/markers/takeover/2', takeover.content);
  await eventually('traffic in the standby', () => serves('us-west-2') === true && serves('us-east-1') === false);
  expectAnswer(west);

  // The old region returns, not fenced yet, while the standby's S3 is lost: the witness holds the traffic.
  board.healAll();
  board.setUpstream(awsUpstream('us-west-2'), null);
  const standbyMarker = switchCheckIds.marker('us-west-2', 1);
  await eventually(
    'the loss',
    () => route53.status(standbyMarker)?.healthy === false && healthText() === 'up us-east-1',
  );
  expectAnswer(west);
});
