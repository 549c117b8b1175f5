import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AwsClients } from '../../../src/aws/clients.ts';
import { EffectContext } from '../../../src/aws/effects/effect-context.ts';
import { VerifyTraffic } from '../../../src/aws/effects/verify-traffic.ts';
import { createResolver } from '../../../src/aws/resolver.ts';
import { createSiteEndpoints } from '../../../src/aws/site-endpoint.ts';
import { defaultTiming } from '../../../src/failover/timing.ts';
import { type Listener, listen } from '../../../src/sandbox/region/listener.ts';
import { type DnsServer, startDnsServer } from '../../../src/sandbox/route53/dns-server.ts';
import { examplePlan } from '../example-plan.ts';
import { credentials } from '../local-aws.ts';

const names = { application: 'trade.example.com', secondary: 'us-west-2.example.com' };
let dns: DnsServer;
let web: Listener;
let addresses: Record<string, string[]>;
let status: number;
let hosts: (string | undefined)[];

beforeAll(async () => {
  dns = await startDnsServer((name, type) => {
    const found = type === 'A' ? (addresses[name] ?? []) : [];
    if (addresses[name] === undefined) return { code: 'NXDOMAIN', answers: [] };
    return { code: 'NOERROR', answers: found.map((value) => ({ name, type: 'A', ttlSeconds: 0, value })) };
  });
  web = await listen(
    createServer((request, response) => {
      hosts.push(request.headers.host);
      response.writeHead(status).end();
    }),
  );
});
afterAll(async () => {
  await Promise.all([dns.close(), web.close()]);
});
beforeEach(() => {
  addresses = { [names.application]: ['127.0.0.1'], [names.secondary]: ['127.0.0.9', '127.0.0.1'] };
  status = 200;
  hosts = [];
});

function handler(spec = { dns: { name: names.application } }): VerifyTraffic {
  const endpointUrl = `http://${names.secondary}:${web.port}/healthz`;
  const plan = examplePlan({ site: { endpointUrl }, spec });
  const clients = new AwsClients({ actor: 'test', callMs: 1_000, credentials });
  const resolver = createResolver({ server: `${dns.address}:${dns.port}`, timeoutMs: 5_000 });
  return new VerifyTraffic(
    new EffectContext(plan, defaultTiming, clients),
    createSiteEndpoints(plan, clients),
    resolver,
  );
}

const effect = { kind: 'verify-traffic', site: 'secondary' } as const;

describe('verify-traffic', () => {
  it("is done when the application's name leads to the site and answers by that name", async () => {
    expect(await handler().check(effect)).toMatchObject({ state: 'Done' });
    expect(hosts).toEqual([`${names.application}:${web.port}`]);
  });

  it('waits while the name still leads elsewhere, and asks nobody there', async () => {
    addresses[names.application] = ['127.0.0.2'];
    expect(await handler().check(effect)).toMatchObject({
      state: 'NotYet',
      detail: expect.stringContaining('127.0.0.2'),
    });
    expect(hosts).toEqual([]);
  });

  it('sees the name move: nothing is cached', async () => {
    const one = handler();
    addresses[names.application] = ['127.0.0.2'];
    expect(await one.check(effect)).toMatchObject({ state: 'NotYet' });
    addresses[names.application] = ['127.0.0.1'];
    expect(await one.check(effect)).toMatchObject({ state: 'Done' });
  });

  it('waits while the site answers that it is not healthy', async () => {
    status = 503;
    expect(await handler().check(effect)).toMatchObject({ state: 'NotYet', detail: expect.stringContaining('503') });
  });

  it('cannot tell without an answer from DNS', async () => {
    addresses = {};
    expect(await handler().check(effect)).toMatchObject({ state: 'CannotTell' });
  });

  it('cannot tell when nobody listens there', async () => {
    addresses = { [names.application]: ['127.0.0.3'], [names.secondary]: ['127.0.0.3'] };
    expect(await handler().check(effect)).toMatchObject({ state: 'CannotTell' });
  });
});
