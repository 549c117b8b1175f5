import { describe, expect, it } from '@jest/globals';
import { healthCheckerRanges } from '../../../src/api/health-checker-ranges.ts';
import type { StackFailover } from '../../../src/api/regional-stack.ts';
import type { JsonObject } from '../../../src/render/json.ts';
import { appOf, everything, forProvider, namesOf, renderBeforeJournal, renderSite } from './rendered-site.ts';

const domain = { name: 'trading.example.com', zoneName: 'example.com' };
const loadBalancer = { dnsName: 'alb.elb.amazonaws.com', zoneId: 'Z35SXDOTRQ7X7K' };
const halves = ['record', 'database-record'];

/** Everything that the records of an active primary wait for. */
const ready: StackFailover = {
  term: 1,
  loadBalancer,
  databaseEndpoint: 'db.rds.amazonaws.com',
  switch: {
    a: { active: { term: 1, takeoverTerm: 2 } },
    follows: { slot: 'a', role: 'active' },
    ready: true,
  },
};

function childrenOf(failover: StackFailover): unknown {
  const { childHealthchecksRefs } = forProvider(renderSite(appOf({ domain }), 'primary', failover), 'check-traffic');
  return (childHealthchecksRefs as JsonObject[]).map(({ name, policy }) => {
    expect(policy).toEqual({ resolve: 'Always' });
    return name;
  });
}

describe('the records of a site', () => {
  it('exist once the controller has seen everything settle', () => {
    const site = renderSite(appOf({ domain }), 'primary', ready);
    expect(namesOf(site, 'Record')).toEqual([...halves, 'site-record']);
    expect(forProvider(site, 'record')).toMatchObject({
      zoneIdRef: { name: 'trading-global-zone' },
      setIdentifier: 'us-east-1',
      healthCheckIdRef: { name: 'trading-primary-check-traffic' },
    });
  });

  const { ready: _ready, ...unsettled } = ready.switch ?? {};
  const { term: _term, ...beforeTerm } = ready;
  const { loadBalancer: _balancer, ...withoutBalancer } = ready;
  it.each<[string, StackFailover, string[]]>([
    ['checks that have not settled', { ...ready, switch: unsettled }, ['site-record']],
    ['a journal that was not asked', beforeTerm, ['site-record']],
    ['a load balancer that was not verified', withoutBalancer, ['database-record']],
    ['nothing at all', {}, []],
  ])('wait for %s', (_, failover, present) => {
    expect(namesOf(renderSite(appOf({ domain }), 'primary', failover), 'Record')).toEqual(present);
  });

  it('are an alias where the name is the top of its zone', () => {
    const apex = appOf({ domain: { name: 'example.com' } });
    const record = forProvider(renderSite(apex, 'secondary', ready), 'record');
    expect(record).toMatchObject({
      type: 'A',
      alias: { name: loadBalancer.dnsName, zoneId: loadBalancer.zoneId, evaluateTargetHealth: false },
      failoverRoutingPolicy: { type: 'SECONDARY' },
    });
    expect(record).not.toHaveProperty('ttl');
    expect(record).not.toHaveProperty('records');
  });

  it('follow the sites themselves where Route 53 alone is to move traffic', () => {
    const app = appOf({ domain, traffic: { follow: 'Endpoint' } });
    const site = renderSite(app, 'primary', ready);
    expect(namesOf(site, 'HealthCheck')).toEqual(['check-endpoint']);
    expect(forProvider(site, 'record').healthCheckIdRef).toEqual({ name: 'trading-primary-check-endpoint' });
  });

  it('and their checks do not exist without a domain', () => {
    const site = renderSite(appOf(), 'primary', everything);
    expect([...namesOf(site, 'Record'), ...namesOf(site, 'HealthCheck')]).toEqual([]);
    expect(namesOf(site, 'Bucket')).toContain('switch-bucket');
  });
});

describe('the checks of a site', () => {
  it('are those of its role, and none before the controller says which', () => {
    const checks = (failover: StackFailover): string[] =>
      namesOf(renderSite(appOf({ domain }), 'primary', failover), 'HealthCheck');
    expect(checks({})).toEqual(['check-endpoint']);
    expect(namesOf(renderBeforeJournal(appOf({ domain }), 'primary'), 'HealthCheck')).toEqual(['check-endpoint']);
    expect(checks(ready).sort()).toEqual([
      'check-endpoint',
      'check-no-marker-at-peer-a',
      'check-no-marker-at-witness-a',
      'check-open-a',
      'check-traffic',
    ]);
    expect(checks({ term: 1, switch: { b: { standby: { takeoverTerm: 2 } } } }).sort()).toEqual([
      'check-endpoint',
      'check-marker-at-witness-b',
      'check-marker-b',
    ]);
  });

  it('change by making the new set, following it, and dropping the old, so that no attached one is touched', () => {
    const next = { standby: { takeoverTerm: 4 } };
    const before = renderSite(appOf({ domain }), 'primary', ready);
    const beside = renderSite(appOf({ domain }), 'primary', { ...ready, switch: { ...ready.switch, b: next } });
    for (const [name, resource] of before.resources) {
      expect(beside.resources.get(name)).toEqual(resource);
    }
    expect(forProvider(beside, 'check-marker-b')).toMatchObject({
      resourcePath: '/takeover/4',
      searchString: '{"plan":"trading","term":4}',
      invertHealthcheck: false,
      failureThreshold: 1,
    });
    const followed: StackFailover = {
      ...ready,
      switch: { ...ready.switch, b: next, follows: { slot: 'b', role: 'standby' } },
    };
    const after = renderSite(appOf({ domain }), 'primary', followed);
    expect(childrenOf(followed)).toEqual([
      'trading-primary-check-marker-b',
      'trading-primary-check-marker-at-witness-b',
    ]);
    expect(forProvider(after, 'check-traffic')).toHaveProperty('childHealthThreshold', 1);
    for (const half of halves) {
      expect(after.resources.get(half)).toEqual(before.resources.get(half));
    }
  });

  it('ask a site by its own name and scheme', () => {
    expect(forProvider(renderSite(appOf({ domain }), 'primary'), 'check-endpoint')).toMatchObject({
      type: 'HTTP',
      port: 80,
      fqdn: 'us-east-1.trading.example.com',
    });
    const existing = appOf({ domain: { ...domain, existingZoneId: 'Z0123456789ABC' } });
    expect(forProvider(renderSite(existing, 'secondary'), 'check-endpoint')).toMatchObject({
      type: 'HTTPS',
      port: 443,
      enableSni: true,
      fqdn: 'us-west-2.trading.example.com',
    });
  });
});

describe('the bucket of the switch', () => {
  it('keeps versions, encrypts with S3’s keys, and blocks public access', () => {
    const site = renderSite(appOf(), 'secondary');
    expect(site.resources.get('switch-bucket')?.metadata).toHaveProperty(
      ['annotations', 'crossplane.io/external-name'],
      'trading-switch-dev-111122223333-us-west-2',
    );
    expect(forProvider(site, 'switch-bucket-versions')).toHaveProperty('versioningConfiguration.status', 'Enabled');
    expect(forProvider(site, 'switch-bucket-encryption').rule).toEqual([
      { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } },
    ]);
    expect(forProvider(site, 'switch-bucket-access-block')).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
  });

  it('lets Route 53’s checkers read the objects of the switch, and says nothing else', () => {
    const { Statement } = JSON.parse(
      String(forProvider(renderSite(appOf(), 'primary'), 'switch-bucket-policy').policy),
    );
    const arn = 'arn:aws:s3:::trading-switch-dev-111122223333-us-east-1';
    expect(Statement).toEqual([
      expect.objectContaining({
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: [`${arn}/open/*`, `${arn}/takeover/*`],
        Condition: { IpAddress: { 'aws:SourceIp': healthCheckerRanges } },
      }),
    ]);
    // S3 counts a range wider than a /8 as everybody, and then Block Public Access refuses the policy.
    expect(healthCheckerRanges.filter((range) => Number(range.split('/')[1]) < 16)).toEqual([]);
    expect(new Set(healthCheckerRanges).size).toBe(healthCheckerRanges.length);
  });

  it('goes with its objects where the application may be destroyed, and stays where it is protected', () => {
    expect(forProvider(renderSite(appOf(), 'primary'), 'switch-bucket').forceDestroy).toBe(true);
    const app = appOf({ deletion: 'Protected' });
    expect(forProvider(renderSite(app, 'primary'), 'switch-bucket').forceDestroy).toBe(false);
  });
});
