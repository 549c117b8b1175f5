import { describe, expect, it } from '@jest/globals';
import { globalServices } from '../../../compositions/global-services/global-services.ts';
import { servicesObject } from '../../../compositions/global-services/services-object.ts';
import { globalServicesSchema } from '../../../src/api/global-services.ts';
import type { JsonObject } from '../../../src/render/json.ts';
import { providerCrdsFolder } from '../../e2e/rig/provider/provider-crds.ts';
import { ProviderCrds, violations } from '../provider-crd.ts';
import { appOf, forProvider, namesOf } from '../regional-stack/rendered-site.ts';
import { firstShared, renderShared } from './rendered-services.ts';

const domain = { name: 'trading.example.com' };
const carts = {
  name: 'carts',
  partitionKey: 'userId',
  sortKey: 'addedAt',
  attributeTypes: { addedAt: 'N' },
  timeToLive: 'expiresAt',
  globalIndexes: [{ name: 'by-item', partitionKey: 'itemId', sortKey: 'addedAt' }],
};

describe('the zone of an application', () => {
  it('is made, and its name servers reported', () => {
    const observed = new Map([['zone', { status: { atProvider: { zoneId: 'Z1', nameServers: ['a', 'b'] } } }]]);
    const { composite, ...shared } = renderShared(appOf({ domain }), firstShared, observed);
    expect(forProvider({ composite, ...shared }, 'zone')).toMatchObject({ name: domain.name, forceDestroy: true });
    expect(composite).toHaveProperty('status.zoneId', 'Z1');
    expect(composite).toHaveProperty('status.nameServers', ['a', 'b']);
  });

  it('is left alone where it is somebody else’s', () => {
    const shared = renderShared(appOf({ domain: { ...domain, existingZoneId: 'Z0123456789ABC' } }));
    expect(namesOf(shared, 'Zone')).toEqual([]);
    expect(forProvider(shared, 'health-up')).toHaveProperty('zoneId', 'Z0123456789ABC');
  });
});

describe('a global table', () => {
  it('is one table with a replica, with streams and point-in-time recovery in both regions', () => {
    const shared = renderShared(appOf({ tables: [carts] }));
    expect(forProvider(shared, 'table-carts')).toMatchObject({
      region: 'us-east-1',
      billingMode: 'PAY_PER_REQUEST',
      hashKey: 'userId',
      rangeKey: 'addedAt',
      attribute: [
        { name: 'userId', type: 'S' },
        { name: 'addedAt', type: 'N' },
        { name: 'itemId', type: 'S' },
      ],
      globalSecondaryIndex: [{ name: 'by-item', hashKey: 'itemId', rangeKey: 'addedAt', projectionType: 'ALL' }],
      ttl: { attributeName: 'expiresAt', enabled: true },
      streamEnabled: true,
      streamViewType: 'NEW_AND_OLD_IMAGES',
      pointInTimeRecovery: { enabled: true },
      replica: [{ regionName: 'us-west-2', pointInTimeRecovery: true }],
    });
    expect(shared.resources.get('table-carts')?.metadata).toHaveProperty(
      ['annotations', 'crossplane.io/external-name'],
      'trading-carts-dev',
    );
    expect(namesOf(shared, 'GlobalTable')).toEqual([]);
  });

  it('reports its ARNs and streams in both regions', () => {
    const atProvider = { arn: 'a', streamArn: 's', replica: [{ arn: 'ra', streamArn: 'rs' }] };
    const observed = new Map([['table-carts', { status: { atProvider } }]]);
    expect(renderShared(appOf({ tables: [carts] }), firstShared, observed).composite).toHaveProperty('status.tables', {
      carts: { arn: 'a', streamArn: 's', replicaArn: 'ra', replicaStreamArn: 'rs' },
    });
  });

  it('refuses to be deleted in either region where it is protected', () => {
    const table = forProvider(renderShared(appOf({ tables: [carts], deletion: 'Protected' })), 'table-carts');
    expect(table).toMatchObject({ deletionProtectionEnabled: true, replica: [{ deletionProtectionEnabled: true }] });
  });
});

describe('the witness', () => {
  it('is a bucket in a third region that the health checkers may read', () => {
    const shared = renderShared(appOf());
    expect(forProvider(shared, 'witness-bucket')).toHaveProperty('region', 'us-east-2');
    expect(String(forProvider(shared, 'witness-bucket-policy').policy)).toContain(
      'arn:aws:s3:::trading-witness-dev-111122223333-us-east-2/takeover/*',
    );
  });

  it('is not there where the file does without', () => {
    expect(namesOf(renderShared(appOf({ witness: 'none' })), 'Bucket')).toEqual([]);
  });
});

describe('the DNS vantage', () => {
  it.each([
    ['primary', 'us-east-1'],
    ['secondary', 'us-west-2'],
  ] as const)('speaks of the %s, by its region, while that is watched', (watched, region) => {
    const shared = renderShared(appOf({ domain }), { watched });
    expect(forProvider(shared, 'health-up')).toMatchObject({
      name: '_health.trading.example.com',
      type: 'TXT',
      records: [`up ${region}`],
      setIdentifier: 'up',
      failoverRoutingPolicy: { type: 'PRIMARY' },
      healthCheckIdRef: { name: `trading-${watched}-check-endpoint`, policy: { resolve: 'Always' } },
    });
    expect(forProvider(shared, 'health-down')).toMatchObject({
      records: [`down ${region}`],
      setIdentifier: 'down',
      failoverRoutingPolicy: { type: 'SECONDARY' },
    });
    expect(forProvider(shared, 'health-down')).not.toHaveProperty('healthCheckIdRef');
  });

  it('says nothing before somebody is active', () => {
    expect(namesOf(renderShared(appOf({ domain }), null), 'Record')).toEqual([]);
  });
});

describe('the alarms on health checks', () => {
  it('are where the metrics are, and tell a topic there', () => {
    const shared = renderShared(
      appOf({ domain, primary: { region: 'eu-west-1' }, notifications: { emails: ['ops@example.com'] } }),
    );
    expect(namesOf(shared, 'MetricAlarm')).toEqual(['endpoint-alarm-primary', 'endpoint-alarm-secondary']);
    expect(forProvider(shared, 'endpoint-alarm-secondary')).toMatchObject({
      region: 'us-east-1',
      dimensions: { HealthCheckId: 'check-s' },
      alarmActions: ['arn:aws:sns:us-east-1:111122223333:trading-alerts-dev'],
    });
    expect(forProvider(shared, 'alerts-us-east-1')).toHaveProperty('region', 'us-east-1');
    expect(namesOf(shared, 'TopicSubscription')).toHaveLength(1);
  });

  it('use the topic of the site that is there', () => {
    expect(namesOf(renderShared(appOf({ domain })), 'Topic')).toEqual([]);
  });
});

describe('GlobalServices', () => {
  it('is not there where the sites share nothing', () => {
    expect(globalServices(appOf({ tables: [], witness: 'none' }))).toBeUndefined();
  });

  it('is applied without anything that the controller decides', () => {
    const object = servicesObject(appOf({ domain }));
    expect(object.spec).not.toHaveProperty('failover');
    expect(globalServicesSchema.parse(object)).toMatchObject({ metadata: { name: 'trading-global' } });
  });
});

const folder = providerCrdsFolder();
const crds = folder === undefined ? undefined : new ProviderCrds(folder);
if (crds === undefined) {
  process.stderr.write('Skipped: shared resources against the provider’s CRDs, which are not here.\n');
}

(crds === undefined ? describe.skip : describe)('shared resources, against the provider’s CRDs', () => {
  it.each(
    Object.entries({
      'every default': {},
      'a witness that looks, in a region without a site': { domain, detection: { witness: true } },
      'a domain, tables with indexes, topics, protection': {
        domain,
        tables: [carts],
        primary: { region: 'eu-west-1' },
        deletion: 'Protected',
        notifications: { emails: ['ops@example.com'] },
      },
    }),
  )('are accepted, and tagged wherever the kind takes tags: %s', (_, spec) => {
    const problems = [...renderShared(appOf(spec)).resources].flatMap(([name, resource]) => {
      const schema = crds?.schemaOf(resource);
      if (schema === undefined) return [`${name}: the provider has no ${resource.apiVersion} ${resource.kind}`];
      const parameters = schema.properties?.spec?.properties?.forProvider?.properties ?? {};
      const { tags } = (resource.spec as { forProvider: JsonObject }).forProvider;
      const isTagged = !('tags' in parameters) || (tags as JsonObject | undefined)?.['DR-Role'] === 'shared';
      return [
        ...violations(resource, schema).map((problem) => `${name}: ${problem}`),
        ...(isTagged ? [] : [`${name} has no tags`]),
      ];
    });
    expect(problems).toEqual([]);
  });
});
