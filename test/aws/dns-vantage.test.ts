import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DnsVantage } from '../../src/aws/dns-vantage.ts';
import { createResolver } from '../../src/aws/resolver.ts';
import { isBlind } from '../../src/failover/observation.ts';
import { type DnsServer, startDnsServer } from '../../src/sandbox/route53/dns-server.ts';
import type { Resolution } from '../../src/sandbox/route53/resolve-question.ts';
import { ManualClock } from './manual-clock.ts';

const healthName = '_health.example.com';
const windowMs = 30_000;
const intervalMs = 10_000;
let clock: ManualClock;
let server: DnsServer;
let text: string | null;

beforeEach(async () => {
  clock = new ManualClock();
  text = 'up us-east-1';
  server = await startDnsServer((name, type): Resolution => {
    if (text === null || name !== healthName || type !== 'TXT') return { code: 'NXDOMAIN', answers: [] };
    return { code: 'NOERROR', answers: [{ name, type: 'TXT', ttlSeconds: 10, value: text }] };
  });
});
afterEach(() => server.close());

function vantage(): DnsVantage {
  return new DnsVantage({
    name: 'dns',
    domain: 'route53',
    healthName,
    clock,
    resolver: createResolver({ server: `${server.address}:${server.port}`, timeoutMs: 5_000 }),
    windowMs,
    maxGapMs: 2.5 * intervalMs,
    regions: { primary: 'us-east-1', secondary: 'us-west-2' },
  });
}

describe('the DNS vantage', () => {
  it('passes on up, for the site that the record names alone', async () => {
    const observation = await vantage().look();
    expect(observation.sites.primary).toMatchObject({ answer: 'healthy', withoutSuccessMs: 0 });
    expect(observation.sites.secondary).toMatchObject({ answer: 'notLooked' });
    text = 'up us-west-2';
    const other = await vantage().look();
    expect(other.sites.secondary).toMatchObject({ answer: 'healthy' });
    expect(other.sites.primary).toMatchObject({ answer: 'notLooked' });
  });

  it("begins down at the whole window, which the checkers' verdict stands for", async () => {
    const one = vantage();
    await one.look();
    text = 'down us-east-1';
    clock.advance(intervalMs);
    const look = (await one.look()).sites.primary;
    expect(look.answer).toBe('unhealthy');
    expect(look.withoutSuccessMs).toBeGreaterThanOrEqual(windowMs);
  });

  it('is blind without an answer', async () => {
    text = null;
    const observation = await vantage().look();
    expect(observation.sites.primary).toMatchObject({ answer: 'unreachable' });
    expect(isBlind(observation)).toBe(true);
  });

  it('is blind when the server is gone', async () => {
    const one = vantage();
    await server.close();
    expect(isBlind(await one.look())).toBe(true);
    server = await startDnsServer(() => ({ code: 'NXDOMAIN', answers: [] }));
  });

  it('does not guess what another text means', async () => {
    text = 'maybe';
    expect((await vantage().look()).sites.primary).toMatchObject({
      answer: 'unreachable',
      detail: expect.stringContaining('neither up nor down'),
    });
  });
});
