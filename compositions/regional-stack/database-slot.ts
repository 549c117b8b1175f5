import type { DatabaseEngine } from '../../src/api/database-engines.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { type DatabaseSlot, databaseSecret, firstDatabase, regionalName, scopeOf } from '../../src/api/names.ts';
import type { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { cloudwatchlogs, rds } from '../builder/aws-kinds.ts';
import type { CapabilityScope } from '../builder/capability.ts';
import { format, small } from '../builder/format.ts';
import { required } from '../builder/policies.ts';
import { ref } from '../builder/references.ts';
import { externalName } from '../external-name.ts';
import { logRetentionDays } from '../log-retention.ts';
import { named } from './stack.ts';

/**
 * One of the two templates of the database instance. It is there while the controller says so in
 * `spec.failover.databases`, as a replica of `source`, or as a writer where that is empty. A promoted instance stays in
 * its slot: only `source` changes, to what AWS then says as well, so there is nothing to update.
 *
 * `source` is passed on even where it is empty: without the field the provider would read the old one back. And nothing
 * is late-initialised: an instance that changed zones by itself would be held to the zone that it started in.
 */
export function databaseSlot(
  app: MultiRegionApp,
  slot: DatabaseSlot,
  { xr, resource }: CapabilityScope<typeof regionalStackSchema>,
): void {
  const { deletion, database } = app.spec;
  const scope = scopeOf(app);
  const { region, failover } = xr.spec;
  const { source } = failover.databases[slot];
  const generation = small(failover.databases[slot].generation);
  const base = `${regionalName(scope, 'db')}-${slot}`;
  const identifier = format`${base}${generation}`;
  const labels = { 'understudy.dev/database-slot': slot };
  const isProtected = deletion === 'Protected';

  const instance = resource(
    `database-${slot}`,
    rds.Instance,
    {
      managementPolicies: ['Observe', 'Create', 'Update', 'Delete'],
      forProvider: {
        region,
        identifier: required(identifier),
        replicateSourceDb: required(source),
        engine: database.engine,
        engineVersion: database.version,
        instanceClass: database.instanceClass,
        multiAz: database.multiAz,
        port: database.port,
        allocatedStorage: database.storageGiB,
        storageType: 'gp3',
        storageEncrypted: true,
        kmsKeyIdRef: ref('database-key'),
        dbSubnetGroupNameRef: ref('database-subnets'),
        parameterGroupNameRef: ref('database-parameters'),
        vpcSecurityGroupIdRefs: [ref('database-security-group')],
        publiclyAccessible: false,
        backupRetentionPeriod: database.backupRetentionDays,
        deleteAutomatedBackups: !isProtected,
        copyTagsToSnapshot: true,
        enabledCloudwatchLogsExports: exportedLogs[database.engine],
        deletionProtection: isProtected,
        ...(isProtected ? { finalSnapshotIdentifier: required(format`${base}${generation}-final`) } : {}),
        tags: named(xr, regionalName(scope, 'db')),
      },
    },
    {
      labels,
      waitsFor: [failover.term],
      variations: [
        ...(slot === firstDatabase.slot ? [firstWriter()] : []),
        // AWS takes no final snapshot of a replica.
        { by: source, cases: { '': { skipFinalSnapshot: !isProtected } }, otherwise: { skipFinalSnapshot: true } },
      ],
    },
  );
  const status = xr.status.databases[slot];
  status.arn.from(instance.status.atProvider.arn);
  status.identifier.from(instance.status.atProvider.identifier);
  status.endpoint.from(instance.status.atProvider.address);
  status.status.from(instance.status.atProvider.status);

  // RDS would make the log groups itself, to be kept for ever and never deleted.
  for (const log of exportedLogs[database.engine]) {
    resource(
      `database-${slot}-${log}-logs`,
      cloudwatchlogs.Group,
      { forProvider: { region, retentionInDays: logRetentionDays, tags: xr.spec.tags } },
      {
        labels,
        annotations: externalName(required(format`/aws/rds/instance/${base}${generation}/${log}`)),
        waitsFor: [failover.term],
      },
    );
  }

  /**
   * The one instance that begins as a writer: the first of the primary. Every other begins as a replica, which takes no
   * user, password or database of its own, and has the source's for ever.
   */
  function firstWriter() {
    return {
      by: format`${xr.spec.site}/${generation}/${source}`,
      cases: {
        [`primary/${firstDatabase.generation}/`]: {
          dbName: database.name,
          username: database.username,
          passwordSecretRef: databaseSecret(scope),
          autoGeneratePassword: true,
        },
      },
    };
  }
}

/** Source: "Publishing database logs to Amazon CloudWatch Logs", Amazon RDS User Guide, for each engine. */
const exportedLogs: Readonly<Record<DatabaseEngine, string[]>> = {
  postgres: ['postgresql', 'upgrade'],
  mysql: ['error', 'slowquery'],
  mariadb: ['error', 'slowquery'],
};
