import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { checkMultiRegionApp } from '../../src/api/checks/multi-region-app.ts';
import { load } from '../../src/api/load.ts';
import { appOf } from './app-of.ts';

describe('MultiRegionApp', () => {
  it('has the documented default in every field', () => {
    expect(appOf({}).spec).toEqual({
      environment: 'dev',
      accountId: '000000000000',
      domain: 'none',
      tags: {},
      primary: { region: 'us-east-1', vpcCidr: '10.0.0.0/16', zones: ['a', 'b'] },
      secondary: { region: 'us-west-2', vpcCidr: '10.1.0.0/16', zones: ['a', 'b'] },
      network: { zones: 2, natGateways: 'PerZone' },
      instances: {
        instanceType: 't3.small',
        count: 2,
        standbyCount: 2,
        maxCount: 4,
        port: 8080,
        healthCheckPath: '/healthz',
        imageParameter: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
      },
      database: {
        engine: 'postgres',
        version: '16',
        instanceClass: 'db.t3.medium',
        storageGiB: 100,
        multiAz: true,
        name: 'app',
        username: 'app',
        port: 5432,
        backupRetentionDays: 7,
      },
      tables: [
        {
          name: 'sessions',
          partitionKey: 'userId',
          sortKey: 'sessionId',
          globalIndexes: [],
          timeToLive: 'expiresAt',
          attributeTypes: {},
        },
      ],
      notifications: { emails: [] },
      objectives: { rto: '5m', rpo: '1m' },
      detection: { interval: '10s', failureThreshold: 3, minHealthyTargetsPercent: 50, witness: false },
      failover: {
        mode: 'Automatic',
        maxDataLoss: '60s',
        cooldown: '30m',
        reprotect: 'Manual',
        abortIfRecovered: true,
        singleDomain: 'Hold',
        priority: 0,
      },
      operations: { credentials: { source: 'IRSA', role: 'understudy-crossplane', secret: 'aws-credentials' } },
      witness: 'us-east-2',
      deletion: 'Destroyable',
      routing: 'failover',
      traffic: { follow: 'Marker' },
      certificate: 'None',
    });
  });

  it('is, as the example spells it, the default but for what is your own', async () => {
    const path = 'examples/trading-rds.yaml';
    const [loaded] = load([{ path, text: await readFile(path, 'utf8') }]).objects;
    const own = {
      accountId: '111122223333',
      domain: { name: 'trading.example.com', zoneName: 'example.com' },
      tags: { 'Cost-Center': '4711' },
      notifications: { emails: ['ops@example.com'] },
    };
    expect(loaded?.object.spec).toEqual({ ...appOf({}).spec, ...own });
  });

  it('resolves defaults that depend on other fields', () => {
    expect(appOf({ instances: { count: 5 } }).spec.instances).toMatchObject({ standbyCount: 5, maxCount: 10 });
    expect(appOf({ instances: { count: 2, standbyCount: 0 } }).spec.instances.standbyCount).toBe(0);
    expect(appOf({ database: { engine: 'mysql' } }).spec.database).toMatchObject({ version: '8.4', port: 3306 });
    expect(appOf({ network: { zones: 3 }, primary: { region: 'ap-northeast-1' } }).spec.primary.zones).toEqual([
      'a',
      'c',
      'd',
    ]);
    expect(appOf({ secondary: { region: 'us-east-2' } }).spec.witness).toBe('us-west-2');
    const existing = appOf({ domain: { name: 'a.example.com', existingZoneId: 'Z0123456789' } }).spec;
    expect(existing.certificate).toBe('Managed');
    expect(existing.domain).toMatchObject({ zoneName: 'example.com' });
  });

  it('finds nothing but the missing account wrong with the defaults', () => {
    expect(checkMultiRegionApp(appOf({})).map(({ code }) => code)).toEqual(['US1019']);
  });
});
