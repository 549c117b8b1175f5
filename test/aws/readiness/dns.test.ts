import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { recordsAndChecks } from '../../../src/aws/readiness/dns.ts';
import { known } from '../../../src/failover/readiness/fact.ts';
import { type LocalAws, startLocalAws } from '../local-aws.ts';
import { type Route53Content, route53Service } from './route53-service.ts';

let content: Route53Content;
let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws([route53Service(() => content)]);
});
afterAll(() => aws.close());
beforeEach(() => {
  aws.faults.clear();
  const half = (region: string, HealthCheckId: string) => [
    { Name: 'db.trading.example.com.', Type: 'CNAME' as const, SetIdentifier: region, TTL: 5, HealthCheckId },
    { Name: 'trading.example.com.', Type: 'CNAME' as const, SetIdentifier: region, TTL: 10, HealthCheckId },
  ];
  content = {
    zones: [
      { id: 'ZPRIVATE', name: 'example.com.', isPrivate: true },
      { id: 'ZPUBLIC', name: 'example.com.', isPrivate: false },
    ],
    records: [
      ...half('us-east-1', 'east'),
      ...half('us-west-2', 'west'),
      { Name: 'trading.example.com.', Type: 'TXT', TTL: 60 },
      { Name: 'us-east-1.trading.example.com.', Type: 'CNAME', TTL: 10 },
    ],
    checks: {
      east: { Type: 'HTTPS', ResourcePath: '/healthz', RequestInterval: 10, FailureThreshold: 3 },
      west: { Type: 'CALCULATED', ChildHealthChecks: ['marker', 'gone'] },
      marker: {
        Type: 'HTTPS_STR_MATCH',
        ResourcePath: '/takeover/2',
        RequestInterval: 30,
        FailureThreshold: 1,
        Disabled: true,
      },
    },
    checkerRanges: [],
  };
});

function look(names: readonly string[] = ['trading.example.com']) {
  const looks = { client: aws.clients.route53(), clock: { sleep: async () => {} }, callMs: 5_000 };
  return recordsAndChecks(looks, names, AbortSignal.timeout(10_000));
}

describe('records and checks', () => {
  it('are those that move clients under each name, without the dot', async () => {
    const { records } = await look(['trading.example.com', 'db.trading.example.com']);
    expect(records.map(({ name, setIdentifier, ttlSeconds }) => [name, setIdentifier, ttlSeconds])).toEqual([
      ['trading.example.com', 'us-east-1', 10],
      ['trading.example.com', 'us-west-2', 10],
      ['db.trading.example.com', 'us-east-1', 5],
      ['db.trading.example.com', 'us-west-2', 5],
    ]);
  });

  it.each([
    ['of a parent', [], 'ZPUBLIC'],
    ['of the name itself', [{ id: 'ZCHILD', name: 'trading.example.com.', isPrivate: false }], 'ZCHILD'],
  ])('come from the public zone %s', async (_what, more, expected) => {
    content.zones.push(...more);
    await look();
    const asked = aws.calls.filter(({ operation }) => operation === 'ListResourceRecordSets');
    expect(asked.at(-1)?.parameters).toEqual({ zone: expected });
  });

  it('cannot be told without such a zone', async () => {
    content.zones = [{ id: 'ZOTHER', name: 'other.org.', isPrivate: false }];
    await expect(look()).rejects.toMatchObject({ code: 'NoHostedZone' });
  });

  it('say of an alias whether it evaluates its target, and that its TTL is not its own', async () => {
    const target = { HostedZoneId: 'Z1', DNSName: 'alb.example.com', EvaluateTargetHealth: true };
    content.records = [
      { Name: 'trading.example.com.', Type: 'A', SetIdentifier: 'a', Failover: 'PRIMARY', AliasTarget: target },
    ];
    const { records } = await look();
    expect(records).toEqual([
      {
        name: 'trading.example.com',
        setIdentifier: 'a',
        failover: 'PRIMARY',
        ttlSeconds: null,
        evaluatesTarget: true,
        healthCheckId: null,
      },
    ]);
  });

  it('follow calculated checks to their children, and miss what is gone', async () => {
    const { checks } = await look();
    expect(Object.keys(checks).sort()).toEqual(['east', 'gone', 'marker', 'west']);
    expect(checks.gone).toEqual(known(null));
    expect(checks.west).toEqual(
      known(expect.objectContaining({ children: ['marker', 'gone'], intervalSeconds: null })),
    );
    expect(checks.marker).toEqual(
      known({
        type: 'HTTPS_STR_MATCH',
        isDisabled: true,
        intervalSeconds: 30,
        failureThreshold: 1,
        path: '/takeover/2',
        children: [],
      }),
    );
  });

  it('end where a check names itself', async () => {
    content.checks.west = { Type: 'CALCULATED', ChildHealthChecks: ['west'] };
    expect(Object.keys((await look()).checks).sort()).toEqual(['east', 'west']);
  });

  it('lose only the check that cannot be read', async () => {
    aws.faults.add({ service: 'route53', operation: 'GetHealthCheck', kind: 'Throttle', count: 1 });
    const { checks } = await look();
    expect(checks.east).toEqual({ known: false, why: expect.stringContaining('Rate exceeded') });
    expect(checks.west?.known).toBe(true);
  });

  it('leave a pause after each call', async () => {
    const pauses: number[] = [];
    const clock = { sleep: async (ms: number) => void pauses.push(ms) };
    const before = aws.calls.length;
    await recordsAndChecks(
      { client: aws.clients.route53(), clock, callMs: 5_000 },
      ['trading.example.com'],
      AbortSignal.timeout(10_000),
    );
    expect(pauses).toEqual(Array(aws.calls.length - before).fill(250));
  });
});
