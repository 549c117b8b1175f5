import { describe, expect, it } from '@jest/globals';
import { parameterGroupFamily } from '../../../compositions/regional-stack/database.ts';
import type { StackFailover } from '../../../src/api/regional-stack.ts';
import { appOf, firstRoles, forProvider, namesOf, renderBeforeJournal, renderSite } from './rendered-site.ts';

const source = 'arn:aws:rds:us-east-1:111122223333:db:trading-db-dev-a1';
const bornWith = ['username', 'dbName', 'passwordSecretRef', 'autoGeneratePassword'];

function withDatabases(databases: StackFailover['databases']): StackFailover {
  return { term: 2, databases };
}

describe('the database of a site', () => {
  it('does not exist before the journal was asked, nor before the slot has an instance', () => {
    expect(namesOf(renderBeforeJournal(appOf(), 'primary'), 'Instance')).toEqual([]);
    expect(namesOf(renderSite(appOf(), 'primary', { term: 1 }), 'Instance')).toEqual([]);
    expect(namesOf(renderSite(appOf(), 'primary'), 'Instance')).toEqual(['database-a']);
  });

  it('begins in the primary as a writer, with a password that is generated into a secret', () => {
    const writer = forProvider(
      renderSite(appOf({ database: { name: 'orders', username: 'owner' } }), 'primary'),
      'database-a',
    );
    expect(writer).toMatchObject({
      identifier: 'trading-db-dev-a1',
      replicateSourceDb: '',
      dbName: 'orders',
      username: 'owner',
      passwordSecretRef: { name: 'trading-database', key: 'password' },
      autoGeneratePassword: true,
    });
    expect(writer).not.toHaveProperty('manageMasterUserPassword');
  });

  it('begins in the secondary as a replica, with nothing that a replica takes from its source', () => {
    const replica = forProvider(renderSite(appOf(), 'secondary'), 'database-a');
    expect(replica).toMatchObject({ identifier: 'trading-db-dev-a1', replicateSourceDb: source });
    for (const field of [...bornWith, 'finalSnapshotIdentifier']) {
      expect(replica).not.toHaveProperty(field);
    }
    expect(replica).toMatchObject({ kmsKeyIdRef: { name: 'trading-secondary-database-key' } });
  });

  it.each<['primary' | 'secondary', 'a' | 'b', number]>([
    ['secondary', 'a', 1],
    ['primary', 'b', 2],
    ['primary', 'a', 3],
    ['secondary', 'a', 3],
  ])('is not changed by a promotion in the %s, slot %s, generation %d', (site, slot, generation) => {
    const at = (from: string) =>
      forProvider(
        renderSite(appOf(), site, withDatabases({ [slot]: { generation, source: from } })),
        `database-${slot}`,
      );
    const { replicateSourceDb: before, ...replica } = at(source);
    const { replicateSourceDb: after, ...promoted } = at('');
    expect([before, after]).toEqual([source, '']);
    expect(promoted).toEqual(replica);
    expect(promoted).toHaveProperty('identifier', `trading-db-dev-${slot}${generation}`);
  });

  it('has room for the next instance beside the retired one', () => {
    const site = renderSite(
      appOf(),
      'primary',
      withDatabases({ a: { generation: 1, source: '' }, b: { generation: 2, source } }),
    );
    expect(namesOf(site, 'Instance').map((name) => forProvider(site, name).identifier)).toEqual([
      'trading-db-dev-a1',
      'trading-db-dev-b2',
    ]);
    const exported = site.resources.get('database-b-postgresql-logs')?.metadata;
    expect(exported).toHaveProperty(
      ['annotations', 'crossplane.io/external-name'],
      '/aws/rds/instance/trading-db-dev-b2/postgresql',
    );
  });

  it('is private, encrypted, backed up, in two zones, and takes TLS alone', () => {
    for (const site of ['primary', 'secondary'] as const) {
      const rendered = renderSite(appOf(), site);
      expect(forProvider(rendered, 'database-a')).toMatchObject({
        publiclyAccessible: false,
        storageEncrypted: true,
        backupRetentionPeriod: 7,
        multiAz: true,
        enabledCloudwatchLogsExports: ['postgresql', 'upgrade'],
        dbSubnetGroupNameRef: { name: `trading-${site}-database-subnets` },
      });
      expect(forProvider(rendered, 'database-subnets').subnetIdRefs).toEqual([
        { name: `trading-${site}-subnet-data-1` },
        { name: `trading-${site}-subnet-data-2` },
      ]);
      expect(forProvider(rendered, 'database-parameters')).toMatchObject({
        family: 'postgres16',
        parameter: [{ name: 'rds.force_ssl', value: '1' }],
      });
    }
  });

  it('leaves nothing behind where it may be destroyed', () => {
    expect(forProvider(renderSite(appOf(), 'primary'), 'database-a')).toMatchObject({
      deletionProtection: false,
      skipFinalSnapshot: true,
      deleteAutomatedBackups: true,
    });
  });

  it('refuses to go and keeps a last snapshot where it is protected', () => {
    const app = appOf({ deletion: 'Protected' });
    expect(forProvider(renderSite(app, 'primary'), 'database-a')).toMatchObject({
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: 'trading-db-dev-a1-final',
      deleteAutomatedBackups: false,
    });
    expect(forProvider(renderSite(app, 'secondary'), 'database-a')).toMatchObject({
      deletionProtection: true,
      skipFinalSnapshot: true,
    });
    expect(forProvider(renderSite(app, 'primary'), 'journal')).toHaveProperty('deletionProtectionEnabled', true);
    expect(forProvider(renderSite(app, 'primary'), 'load-balancer')).toHaveProperty('enableDeletionProtection', true);
  });

  it('reports the instance of each slot', () => {
    const atProvider = { arn: 'arn', identifier: 'trading-db-dev-a1', address: 'a1.rds', status: 'available' };
    const observed = new Map([['database-a', { status: { atProvider } }]]);
    const { composite } = renderSite(appOf(), 'primary', firstRoles.primary, observed);
    expect(composite).toHaveProperty('status.databases', {
      a: { arn: 'arn', identifier: 'trading-db-dev-a1', endpoint: 'a1.rds', status: 'available' },
    });
  });
});

describe('parameterGroupFamily', () => {
  it.each([
    ['postgres', '16', 'postgres16'],
    ['postgres', '16.4', 'postgres16'],
    ['mysql', '8.0.36', 'mysql8.0'],
    ['mysql', '8.4', 'mysql8.4'],
    ['mariadb', '10.11.8', 'mariadb10.11'],
  ] as const)('of %s %s is %s', (engine, version, family) => {
    expect(parameterGroupFamily(engine, version)).toBe(family);
  });

  it('does not take one version for the start of another', () => {
    expect(() => parameterGroupFamily('mysql', '8.40')).toThrow('mysql has no version 8.40');
  });
});

describe('the journal’s table', () => {
  it('has the keys that the journal is read by, on demand, restorable to any point in time', () => {
    expect(forProvider(renderSite(appOf(), 'secondary'), 'journal')).toMatchObject({
      region: 'us-west-2',
      billingMode: 'PAY_PER_REQUEST',
      hashKey: 'plan',
      rangeKey: 'item',
      pointInTimeRecovery: { enabled: true },
    });
  });
});
