import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createCachedResolver } from '../../../src/sandbox/clients/cached-resolver.ts';
import { type DnsServer, startDnsServer } from '../../../src/sandbox/route53/dns-server.ts';

let dns: DnsServer;
let questions: number;
let address: string | null;
let nowMs: number;

beforeEach(async () => {
  questions = 0;
  address = '192.0.2.1';
  nowMs = 0;
  dns = await startDnsServer((name) => {
    questions += 1;
    return address === null
      ? { code: 'NXDOMAIN', answers: [] }
      : { code: 'NOERROR', answers: [{ name, type: 'A', ttlSeconds: 10, value: address }] };
  });
});

afterEach(() => dns.close());

function resolver(speed = 1) {
  return createCachedResolver({ server: `${dns.address}:${dns.port}`, speed, nowMs: () => nowMs });
}

it('keeps an answer as long as its TTL allows, and no longer', async () => {
  const resolve = resolver();
  await resolve('app.example.com');
  address = '192.0.2.2';
  nowMs = 9_999;
  expect(await resolve('app.example.com')).toBe('192.0.2.1');
  nowMs = 10_000;
  expect(await resolve('app.example.com')).toBe('192.0.2.2');
  expect(questions).toBe(2);
});

it('keeps it for a shorter time in a faster world', async () => {
  const resolve = resolver(10);
  await resolve('app.example.com');
  address = '192.0.2.2';
  nowMs = 1_000;
  expect(await resolve('app.example.com')).toBe('192.0.2.2');
});

it('asks once for all who ask at once', async () => {
  const resolve = resolver();
  await Promise.all([1, 2, 3].map(() => resolve('app.example.com')));
  expect(questions).toBe(1);
});

it('says what kind of failure it met, and keeps none', async () => {
  const resolve = resolver();
  address = null;
  await expect(resolve('app.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  address = '192.0.2.3';
  expect(await resolve('app.example.com')).toBe('192.0.2.3');
});
