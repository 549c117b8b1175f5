import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSwitchboard, type Switchboard } from '../../../src/sandbox/network/switchboard.ts';
import { eventually } from '../eventually.ts';
import { TcpClient, tcpUpstream, type Upstream } from './upstreams.ts';

const database = { hostname: 'db.rds.example', region: 'us-east-1', port: 'database', upstream: 'db' } as const;

let board: Switchboard;
let clients: TcpClient[];
let upstreams: Upstream[];

beforeEach(async () => {
  board = await createSwitchboard({ locations: ['us-east-1', 'us-west-2', 'internet'] });
  clients = [];
  upstreams = [];
});

afterEach(async () => {
  for (const client of clients) client.socket.destroy();
  await board.close();
  await Promise.all(upstreams.map((upstream) => upstream.close()));
});

function connectFrom(location: string, hostname: string = database.hostname): TcpClient {
  const client = new TcpClient(board.addressOf(location, hostname) ?? 'no address', board.databasePort);
  clients.push(client);
  return client;
}

async function exposeEcho(): Promise<void> {
  const echo = await tcpUpstream((socket) => socket.pipe(socket));
  upstreams.push(echo);
  board.setUpstream('db', echo.port);
  await board.expose(database);
}

describe('an exposed name', () => {
  it('has an address of its own in each place, and one port', async () => {
    await exposeEcho();
    const addresses = board.locations.map((location) => board.addressOf(location, 'DB.rds.example'));
    expect(new Set(addresses).size).toBe(3);
    for (const location of board.locations) {
      const client = connectFrom(location);
      client.socket.write(location);
      await eventually('an echo', () => client.received === location);
    }
  });

  it('is gone when it is withdrawn', async () => {
    await exposeEcho();
    const address = board.addressOf('internet', database.hostname) ?? '';
    await board.withdraw(database.hostname);
    expect(board.addressOf('internet', database.hostname)).toBeNull();
    const client = new TcpClient(address, board.databasePort);
    await eventually('a refusal', () => client.ending === 'reset');
  });

  it('resets callers while nothing serves it, and serves them again when something does', async () => {
    await exposeEcho();
    board.setUpstream('db', null);
    const early = connectFrom('internet');
    await eventually('a reset', () => early.ending === 'reset');

    const restarted = await tcpUpstream((socket) => socket.end('hello again'));
    upstreams.push(restarted);
    board.setUpstream('db', restarted.port);
    const late = connectFrom('internet');
    await eventually('an answer', () => late.received === 'hello again');
  });

  it('resets connections whose server dies', async () => {
    const server = await tcpUpstream((socket) => socket.write('hello'));
    board.setUpstream('db', server.port);
    await board.expose(database);
    const client = connectFrom('internet');
    await eventually('a greeting', () => client.received === 'hello');
    await server.close();
    await eventually('a reset', () => client.ending === 'reset');
  });

  it('carries the end of one side while the other still talks', async () => {
    const server = await tcpUpstream((socket) => {
      let question = '';
      socket.on('data', (bytes) => {
        question += bytes.toString();
      });
      socket.on('end', () => socket.end(`${question.length} bytes`));
    });
    upstreams.push(server);
    board.setUpstream('db', server.port);
    await board.expose(database);
    const client = connectFrom('internet');
    client.socket.end('question');
    await eventually('the answer', () => client.ending === 'ended');
    expect(client.received).toBe('8 bytes');
  });

  it('carries much data unharmed to a reader that is slow to start', async () => {
    const sent = randomBytes(24 * 1024 * 1024);
    const server = await tcpUpstream((socket) => socket.end(sent));
    upstreams.push(server);
    board.setUpstream('db', server.port);
    await board.expose(database);
    const client = connectFrom('internet');
    client.socket.removeAllListeners('data').pause();
    board.link('us-east-1', 'internet').cut('blackhole');
    await new Promise((resolve) => client.socket.once('connect', resolve));
    board.link('us-east-1', 'internet').heal();
    const received = createHash('sha256');
    for await (const chunk of client.socket) received.update(chunk);
    expect(received.digest('hex')).toBe(createHash('sha256').update(sent).digest('hex'));
  });
});

describe('a link', () => {
  it('that is cut with reset resets connections, old and new, of this direction only', async () => {
    await exposeEcho();
    const cutOff = connectFrom('us-west-2');
    const elsewhere = connectFrom('internet');
    cutOff.socket.write('before');
    elsewhere.socket.write('before');
    await eventually('both echoes', () => cutOff.received + elsewhere.received === 'beforebefore');

    board.link('us-west-2', 'us-east-1').cut('reset');
    await eventually('a reset of the old one', () => cutOff.ending === 'reset');
    const late = connectFrom('us-west-2');
    await eventually('a reset of the new one', () => late.ending === 'reset');
    elsewhere.socket.write(', after');
    await eventually('the other echo', () => elsewhere.received === 'before, after');
  });

  it('that is a blackhole keeps everybody waiting, and delivers all of it in order once healed', async () => {
    await exposeEcho();
    const client = connectFrom('us-west-2');
    client.socket.write('1');
    await eventually('the first echo', () => client.received === '1');
    board.partition('us-west-2', 'us-east-1', 'blackhole');
    client.socket.write('2');
    const late = connectFrom('us-west-2');
    late.socket.write('new');
    await new Promise((resolve) => late.socket.once('connect', resolve));
    client.socket.write('3');
    expect([client.received, client.ending, late.received, late.ending]).toEqual(['1', 'open', '', 'open']);
    board.healAll();
    await eventually('what was held back', () => client.received === '123' && late.received === 'new');
  });

  it('that is a blackhole for answers only lets questions through', async () => {
    const questions: string[] = [];
    const server = await tcpUpstream((socket) => {
      socket.on('data', (bytes) => {
        questions.push(bytes.toString());
        socket.write('answer');
      });
    });
    upstreams.push(server);
    board.setUpstream('db', server.port);
    await board.expose(database);
    board.link('us-east-1', 'internet').cut('blackhole');
    const client = connectFrom('internet');
    client.socket.write('question');
    await eventually('the question', () => questions.length === 1);
    expect(client.received).toBe('');
    board.link('us-east-1', 'internet').heal();
    await eventually('the answer', () => client.received === 'answer');
  });

  it('that is a blackhole hides the death of the other side until it is healed', async () => {
    const server = await tcpUpstream((socket) => socket.write('hello'));
    board.setUpstream('db', server.port);
    await board.expose(database);
    const client = connectFrom('internet');
    const witness = connectFrom('us-west-2');
    await eventually('both greetings', () => client.received + witness.received === 'hellohello');
    board.partition('internet', 'us-east-1', 'blackhole');
    await server.close();
    await eventually('the death, where it can be seen', () => witness.ending === 'reset');
    expect(client.ending).toBe('open');
    board.healAll();
    await eventually('the death, where it could not', () => client.ending === 'reset');
  });

  it('delays its own direction, and keeps the order when the delay shrinks', async () => {
    await exposeEcho();
    const client = connectFrom('us-west-2');
    client.socket.write('0');
    await eventually('the first echo', () => client.received === '0');
    board.link('us-west-2', 'us-east-1').delay(150);
    const startMs = performance.now();
    client.socket.write('1');
    await new Promise(setImmediate);
    board.link('us-west-2', 'us-east-1').delay(0);
    client.socket.write('2');
    await eventually('the delayed echo', () => client.received === '012');
    // A lower bound only: how long it takes beyond the delay is the machine's affair.
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(149);
  });
});

describe('a switchboard', () => {
  // For documentation (RFC 5737): no machine has an address in it.
  const noNetwork = '192.0.2';

  it('leaves nothing open when it is closed, connections and held requests included', async () => {
    const before = process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length;
    const other = await createSwitchboard({ locations: ['us-east-1', 'internet'] });
    await other.expose(database);
    other.partition('internet', 'us-east-1', 'blackhole');
    const client = new TcpClient(other.addressOf('internet', database.hostname) ?? '', other.databasePort);
    const authorization = 'AWS4-HMAC-SHA256 Credential=K/20261121/us-east-1/s3/aws4_request';
    const held = new Promise((resolve) => {
      const call = request(`${other.awsEndpointUrl('internet')}/key`, { headers: { authorization }, agent: false });
      call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code)).end();
    });
    await new Promise((resolve) => client.socket.once('connect', resolve));
    await other.close();
    await expect(held).resolves.toBe('ECONNRESET');
    const open = () => process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length;
    await eventually('no sockets left', () => open() <= before);
  });

  it.each([
    ['on networks of their own', {}],
    ['on one network', { prefixes: ['127.77.7'] }],
  ])('lives beside others %s', async (_, network) => {
    const others = await Promise.all(
      [1, 2, 3].map(() => createSwitchboard({ locations: ['us-east-1', 'internet'], ...network })),
    );
    const urls = others.flatMap((other) => other.locations.map((location) => other.awsEndpointUrl(location)));
    await Promise.all(others.map((other) => other.close()));
    expect(new Set(urls).size).toBe(6);
  });

  it('says what to do where loopback has one address only', async () => {
    await expect(createSwitchboard({ locations: ['internet'], prefixes: [noNetwork] })).rejects.toMatchObject({
      code: 'US5001',
      message: 'no address of 192.0.2.0/24 can be bound',
    });
  });

  it('falls back to the next network where loopback lacks the first', async () => {
    const other = await createSwitchboard({ locations: ['internet'], prefixes: [noNetwork, '127.77.7'] });
    expect(other.awsEndpointUrl('internet')).toBe(`http://127.77.7.1:${other.httpPort}`);
    await other.close();
  });

  it('names a place that does not exist', () => {
    expect(() => board.link('internet', 'mars')).toThrow('mars is not one of us-east-1, us-west-2, internet');
  });
});
