import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import dnsPacket from 'dns-packet';
import type { EndpointCheck } from '../../../src/sandbox/route53/health-check.ts';
import { type HealthCheckChange, type Route53, startRoute53 } from '../../../src/sandbox/route53/route53.ts';
import { eventually } from '../eventually.ts';

let route53: Route53;
let web: Server;
let serve: RequestListener;
let seen: string[];

// 10 s become 25 ms.
const speed = 400;

beforeEach(async () => {
  serve = (_, response) => response.end('ok');
  seen = [];
  web = createServer((request, response) => {
    seen.push(`${request.headers.host}${request.url}`);
    serve(request, response);
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  route53 = await startRoute53({
    locations: ['internet', 'operations'],
    addressOf: (location, hostname) => {
      if (hostname !== 'lb.amazonaws.com') return null;
      return location === 'internet' ? '127.0.0.1' : '127.9.9.9';
    },
    httpPort: (web.address() as AddressInfo).port,
    speed,
  });
});

afterEach(async () => {
  await route53.close();
  web.closeAllConnections();
  await new Promise((resolve) => web.close(resolve));
});

function check(settings: Partial<EndpointCheck> = {}): EndpointCheck {
  return {
    kind: 'Endpoint',
    id: 'check',
    hostname: 'lb.amazonaws.com',
    path: '/healthz',
    intervalSeconds: 10,
    failureThreshold: 3,
    ...settings,
  };
}

const healthy = (id = 'check') => route53.status(id)?.healthy;
const settled = (id = 'check') => eventually(`${id} settled`, () => route53.status(id)?.settled === true);

describe('a health check', () => {
  it('asks the endpoint by its name', async () => {
    route53.upsert({ healthChecks: [check()] });
    await settled();
    expect(healthy()).toBe(true);
    expect(new Set(seen)).toEqual(new Set(['lb.amazonaws.com/healthz']));
  });

  it('starts healthy, and unhealthy if it is inverted, until data arrives', () => {
    serve = (_, response) => response.writeHead(500).end();
    route53.upsert({ healthChecks: [check(), check({ id: 'inverted', inverted: true })] });
    expect([healthy(), healthy('inverted')]).toEqual([true, false]);
    expect(route53.status('check')?.settled).toBe(false);
  });

  it.each([
    ['status 503', (_, response) => response.writeHead(503).end('ok'), false],
    ['status 404', (_, response) => response.writeHead(404).end('ok'), false],
    ['status 302', (_, response) => response.writeHead(302, { location: '/' }).end(), true],
    ['a connection that is closed', (request) => request.socket.destroy(), false],
    ['no answer in time', () => {}, false],
  ] satisfies [string, RequestListener, boolean][])('with %s: healthy %3$s', async (_, listener, expected) => {
    serve = listener;
    route53.upsert({ healthChecks: [check({ failureThreshold: 1 })] });
    await settled();
    expect(healthy()).toBe(expected);
    if (!expected) expect(route53.status('check')?.lastFailure).toEqual(expect.any(String));
  });

  it.each([
    ['the string', 'term 2', true],
    ['the string at the end of the first 5,120 bytes', `${' '.repeat(5114)}term 2`, true],
    ['the string one byte beyond', `${' '.repeat(5115)}term 2`, false],
    ['another string', 'term 3', false],
    ['nothing', '', false],
  ])('that searches a body with %s: healthy %3$s', async (_, body, expected) => {
    serve = (__, response) => response.end(body);
    route53.upsert({ healthChecks: [check({ failureThreshold: 1, searchString: 'term 2' })] });
    await settled();
    expect(healthy()).toBe(expected);
  });

  it('fails while its name does not resolve', async () => {
    route53.upsert({ healthChecks: [check({ failureThreshold: 1, hostname: 'nowhere.example.com' })] });
    await settled();
    expect(route53.status('check')).toMatchObject({
      healthy: false,
      checkers: { healthy: 0, total: 8 },
      lastFailure: 'nowhere.example.com does not resolve',
    });
  });

  it('reports each change once, with its parent’s, and follows the endpoint back', async () => {
    const changes: HealthCheckChange[] = [];
    const stop = route53.onChange((change) => changes.push(change));
    const parent = {
      kind: 'Calculated',
      id: 'parent',
      children: ['check'],
      healthThreshold: 1,
      inverted: true,
    } as const;
    route53.upsert({ healthChecks: [check({ failureThreshold: 1 }), parent] });
    serve = (_, response) => response.writeHead(500).end();
    await eventually('both changes', () => changes.length === 2);
    serve = (_, response) => response.end();
    await eventually('both changes back', () => changes.length === 4);
    stop();
    expect(changes.map(({ id, healthy: now }) => `${id} ${now}`)).toEqual([
      'check false',
      'parent true',
      'check true',
      'parent false',
    ]);
    expect(changes[0]?.lastFailure).toBe('status 500');
  });

  it('keeps what it knows when it is put again unchanged, and starts anew when it is changed', async () => {
    serve = (_, response) => response.writeHead(500).end();
    route53.upsert({ healthChecks: [check({ failureThreshold: 1 })] });
    await eventually('unhealthy', () => healthy() === false);
    route53.upsert({ healthChecks: [check({ failureThreshold: 1 })] });
    expect(healthy()).toBe(false);
    route53.upsert({ healthChecks: [check({ failureThreshold: 1, path: '/other' })] });
    expect(healthy()).toBe(true);
  });

  it('stops asking when it is disabled or deleted', async () => {
    route53.upsert({ healthChecks: [check(), check({ id: 'other', path: '/other' })] });
    await settled();
    route53.upsert({ healthChecks: [check({ disabled: true })] });
    route53.deleteHealthCheck('other');
    // What had been sent before is in by the time that a later check has all its answers.
    route53.upsert({ healthChecks: [check({ id: 'third', path: '/third' })] });
    await settled('third');
    route53.deleteHealthCheck('third');
    seen = [];
    route53.upsert({ healthChecks: [check({ id: 'third', path: '/third' })] });
    await settled('third');
    expect(new Set(seen)).toEqual(new Set(['lb.amazonaws.com/third']));
    expect([healthy(), route53.status('other')]).toEqual([true, null]);
  });
});

describe('the DNS server of a place', () => {
  function resolver(location: string): Resolver {
    const asking = new Resolver({ timeout: 2_000, tries: 2 });
    asking.setServers([route53.dnsServer(location)]);
    return asking;
  }

  beforeEach(() => {
    route53.upsert({
      records: [
        {
          name: 'app.example.com',
          type: 'CNAME',
          routing: { policy: 'Simple' },
          data: { kind: 'Values', ttlSeconds: 10, values: ['lb.amazonaws.com'] },
        },
        {
          name: '_health.app.example.com',
          type: 'TXT',
          routing: { policy: 'Simple' },
          data: { kind: 'Values', ttlSeconds: 5, values: ['up'] },
        },
      ],
    });
  });

  it('answers a name with the address that this place sees, for the shortest TTL on the way', async () => {
    expect(await resolver('internet').resolve4('app.example.com', { ttl: true })).toEqual([
      { address: '127.0.0.1', ttl: 10 },
    ]);
    expect(await resolver('operations').resolve4('app.example.com')).toEqual(['127.9.9.9']);
  });

  it('answers CNAME and TXT', async () => {
    expect(await resolver('internet').resolveCname('app.example.com')).toEqual(['lb.amazonaws.com']);
    expect(await resolver('internet').resolveTxt('_health.app.example.com')).toEqual([['up']]);
  });

  it.each([
    ['nowhere.example.com', 'ENOTFOUND'],
    ['_health.app.example.com', 'ENODATA'],
  ])('answers an A question for %s with %s', async (name, code) => {
    await expect(resolver('internet').resolve4(name)).rejects.toMatchObject({ code });
  });

  it('forgets a deleted record', async () => {
    route53.deleteRecord({ name: 'app.example.com', type: 'CNAME' });
    await expect(resolver('internet').resolve4('app.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('sends an answer that is too long for UDP by TCP', async () => {
    const values = Array.from({ length: 20 }, (_, index) => `${index} ${'x'.repeat(60)}`);
    const name = 'long.example.com';
    route53.upsert({
      records: [{ name, type: 'TXT', routing: { policy: 'Simple' }, data: { kind: 'Values', ttlSeconds: 5, values } }],
    });
    expect((await resolver('internet').resolveTxt(name)).flat()).toEqual(values);
  });

  it.each([
    ['rubbish', Buffer.from('not a question at all')],
    [
      'a packet that is cut short',
      dnsPacket.encode({ type: 'query', questions: [{ type: 'A', name: 'a.b' }] }).subarray(0, 14),
    ],
    ['an answer', dnsPacket.encode({ type: 'response', id: 7, questions: [{ type: 'A', name: 'app.example.com' }] })],
  ])('survives %s, and leaves it unanswered', async (_, message) => {
    const [host = '', port = ''] = route53.dnsServer('internet').split(':');
    const socket = createSocket('udp4');
    const ids: number[] = [];
    socket.on('message', (reply) => ids.push(reply.readUInt16BE(0)));
    const questions = [{ type: 'A', name: 'app.example.com' } as const];
    socket.send(message, Number(port), host);
    socket.send(dnsPacket.encode({ type: 'query', id: 99, questions }), Number(port), host);
    await eventually('the answer to the question after it', () => ids.includes(99));
    expect(ids).toEqual([99]);
    socket.close();
  });

  it('answers types that it does not have with nothing', async () => {
    const [host = '', port = ''] = route53.dnsServer('internet').split(':');
    const socket = createSocket('udp4');
    const replies: Buffer[] = [];
    socket.on('message', (reply) => replies.push(reply));
    const question = dnsPacket.encode({ type: 'query', id: 5, questions: [{ type: 'A', name: 'app.example.com' }] });
    // HTTPS (65), which browsers and curl ask for, and a type that nobody has.
    for (const type of [65, 65_280]) {
      question.writeUInt16BE(type, question.length - 4);
      socket.send(Buffer.from(question), Number(port), host);
    }
    await eventually('two answers', () => replies.length === 2);
    for (const reply of replies)
      expect(dnsPacket.decode(reply).answers?.every(({ type }) => type === 'CNAME')).toBe(true);
    socket.close();
  });

  it('answers several questions on one TCP connection, however they are cut into packets', async () => {
    const [host = '', port = ''] = route53.dnsServer('internet').split(':');
    const socket = connect(Number(port), host);
    const questions = [{ type: 'TXT', name: '_health.app.example.com' } as const];
    const bytes = Buffer.concat([1, 2].map((id) => dnsPacket.streamEncode({ type: 'query', id, questions })));
    for (const byte of bytes) socket.write(Buffer.of(byte));
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
    });
    const expected = dnsPacket.streamEncode({
      type: 'response',
      questions,
      answers: [{ type: 'TXT', name: '_health.app.example.com', ttl: 5, data: 'up' }],
    }).length;
    await eventually('both answers', () => received.length >= 2 * expected);
    expect([received.readUInt16BE(2), received.readUInt16BE(expected + 2)]).toEqual([1, 2]);
    socket.destroy();
  });
});
