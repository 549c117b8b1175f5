import {
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  type Filter,
  ModifyDBInstanceCommand,
  PromoteReadReplicaCommand,
  RebootDBInstanceCommand,
  StartDBInstanceCommand,
  StopDBInstanceCommand,
  type Tag,
} from '@aws-sdk/client-rds';
import { AwsError, notImplemented } from '../wire/aws-error.ts';
import { operation } from '../wire/operation.ts';
import { queryService } from '../wire/query-service.ts';
import type { Service } from '../wire/service.ts';
import type { DatabaseInstance } from './database-instance.ts';
import { type DatabaseRecord, parseDatabaseArn } from './database-record.ts';
import type { Databases } from './databases.ts';
import { describeDatabase, describeSnapshot } from './describe-database.ts';

/** Source: Amazon RDS API Reference, each action's own page and errors. */
export function rdsService(databases: Databases): Service {
  const { snapshots } = databases;
  const describe = (record: DatabaseRecord) => ({
    DBInstance: describeDatabase(record, databases.replicasOf(record.identifier), databases.address(record)),
  });
  /** Asks an instance for something and shows what became of it. */
  const ask = async (identifier: string | undefined, call: (instance: DatabaseInstance) => Promise<void>) => {
    const instance = databases.find(required('DBInstanceIdentifier', identifier));
    await call(instance);
    return describe(instance.record);
  };

  return queryService({
    signingName: 'rds',
    xmlNamespace: 'http://rds.amazonaws.com/doc/2014-10-31/',
    operations: [
      operation(DescribeDBInstancesCommand, ({ DBInstanceIdentifier, Filters }) => {
        const wanted = DBInstanceIdentifier === undefined ? undefined : identifierOf(DBInstanceIdentifier);
        const records = wanted === undefined ? databases.records : [databases.find(wanted).record];
        const fitting = records.filter((record) => (Filters ?? []).every((filter) => fits(record, filter)));
        return { DBInstances: fitting.map((record) => describe(record).DBInstance) };
      }),
      operation(CreateDBInstanceCommand, async (input) => {
        if (input.Engine !== 'postgres') throw notImplemented('rds', `CreateDBInstance with Engine ${input.Engine}`);
        const record = await databases.create({
          identifier: required('DBInstanceIdentifier', input.DBInstanceIdentifier),
          masterUsername: required('MasterUsername', input.MasterUsername),
          masterPassword: required('MasterUserPassword', input.MasterUserPassword),
          databaseName: input.DBName ?? 'postgres',
          backupRetentionDays: input.BackupRetentionPeriod ?? 1,
          ...commonOptions(input),
          ...(input.EngineVersion === undefined ? {} : { engineVersion: input.EngineVersion }),
        });
        return describe(record);
      }),
      operation(CreateDBInstanceReadReplicaCommand, async (input) => {
        const sourceArn = required('SourceDBInstanceIdentifier', input.SourceDBInstanceIdentifier);
        const local = databases.records.find(({ identifier, arn }) => identifier === sourceArn || arn === sourceArn);
        if (local !== undefined && local.backupRetentionDays === 0) {
          const message = `Automated backups are not enabled for this database instance: ${local.identifier}.`;
          throw new AwsError('InvalidDBInstanceState', message);
        }
        const record = await databases.create({
          identifier: required('DBInstanceIdentifier', input.DBInstanceIdentifier),
          sourceArn: local?.arn ?? sourceArn,
          backupRetentionDays: 0,
          ...commonOptions(input),
        });
        return describe(record);
      }),
      operation(PromoteReadReplicaCommand, ({ DBInstanceIdentifier, BackupRetentionPeriod }) =>
        ask(DBInstanceIdentifier, (instance) => instance.promote(BackupRetentionPeriod)),
      ),
      operation(ModifyDBInstanceCommand, (input) => {
        if (input.NewDBInstanceIdentifier !== undefined) {
          throw notImplemented('rds', 'ModifyDBInstance with NewDBInstanceIdentifier');
        }
        const { DBInstanceClass, BackupRetentionPeriod, MultiAZ, DeletionProtection, MasterUserPassword } = input;
        const modification = {
          ...(MasterUserPassword === undefined ? {} : { masterPassword: MasterUserPassword }),
          changes: {
            ...(DBInstanceClass === undefined ? {} : { instanceClass: DBInstanceClass }),
            ...(BackupRetentionPeriod === undefined ? {} : { backupRetentionDays: BackupRetentionPeriod }),
            ...(MultiAZ === undefined ? {} : { multiAz: MultiAZ }),
            ...(DeletionProtection === undefined ? {} : { deletionProtection: DeletionProtection }),
          },
        };
        return ask(input.DBInstanceIdentifier, (instance) => instance.modify(modification));
      }),
      operation(DeleteDBInstanceCommand, (input) => {
        const { DBInstanceIdentifier, SkipFinalSnapshot, FinalDBSnapshotIdentifier } = input;
        return ask(DBInstanceIdentifier, async (instance) => {
          if (SkipFinalSnapshot && FinalDBSnapshotIdentifier !== undefined) {
            const message = 'FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is true.';
            throw new AwsError('InvalidParameterCombination', message);
          }
          if (FinalDBSnapshotIdentifier !== undefined) {
            snapshots.requireFree(FinalDBSnapshotIdentifier);
            await instance.delete();
            await snapshots.takeFinal({ identifier: FinalDBSnapshotIdentifier }, instance);
            return;
          }
          if (!SkipFinalSnapshot && instance.record.sourceArn === undefined) {
            const message = 'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.';
            throw new AwsError('InvalidParameterCombination', message);
          }
          await instance.delete();
        });
      }),
      operation(StopDBInstanceCommand, ({ DBInstanceIdentifier }) =>
        ask(DBInstanceIdentifier, (instance) => instance.stop()),
      ),
      operation(StartDBInstanceCommand, ({ DBInstanceIdentifier }) =>
        ask(DBInstanceIdentifier, (instance) => instance.start()),
      ),
      operation(RebootDBInstanceCommand, ({ DBInstanceIdentifier }) =>
        ask(DBInstanceIdentifier, (instance) => instance.reboot()),
      ),
      operation(CreateDBSnapshotCommand, async ({ DBSnapshotIdentifier, DBInstanceIdentifier, Tags }) => {
        const identifier = required('DBSnapshotIdentifier', DBSnapshotIdentifier);
        const instance = databases.find(required('DBInstanceIdentifier', DBInstanceIdentifier));
        return { DBSnapshot: describeSnapshot(await snapshots.take({ identifier, tags: tagsOf(Tags) }, instance)) };
      }),
      operation(DescribeDBSnapshotsCommand, ({ DBSnapshotIdentifier, DBInstanceIdentifier, Filters }) => {
        if (Filters?.length) throw notImplemented('rds', 'DescribeDBSnapshots with filters');
        const records = DBSnapshotIdentifier === undefined ? snapshots.records : [snapshots.find(DBSnapshotIdentifier)];
        return {
          DBSnapshots: records
            .filter(({ instance }) => DBInstanceIdentifier === undefined || instance === DBInstanceIdentifier)
            .map(describeSnapshot),
        };
      }),
      operation(DeleteDBSnapshotCommand, async ({ DBSnapshotIdentifier }) => ({
        DBSnapshot: describeSnapshot(await snapshots.delete(required('DBSnapshotIdentifier', DBSnapshotIdentifier))),
      })),
    ],
  });
}

interface CommonInput {
  readonly DBInstanceClass?: string | undefined;
  readonly MultiAZ?: boolean | undefined;
  readonly DeletionProtection?: boolean | undefined;
  readonly Tags?: readonly Tag[] | undefined;
}

function commonOptions(input: CommonInput) {
  return {
    ...(input.DBInstanceClass === undefined ? {} : { instanceClass: input.DBInstanceClass }),
    ...(input.MultiAZ === undefined ? {} : { multiAz: input.MultiAZ }),
    ...(input.DeletionProtection === undefined ? {} : { deletionProtection: input.DeletionProtection }),
    tags: tagsOf(input.Tags),
  };
}

function tagsOf(tags: readonly Tag[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

function fits(record: DatabaseRecord, { Name, Values = [] }: Filter): boolean {
  switch (Name) {
    case 'db-instance-id':
      return Values.includes(record.identifier) || Values.includes(record.arn);
    case 'dbi-resource-id':
      return Values.includes(record.resourceId);
    case 'engine':
      return Values.includes('postgres');
    default:
      throw new AwsError('InvalidParameterValue', `Unrecognized filter name: ${Name}`);
  }
}

/** DescribeDBInstances takes an ARN as well. */
function identifierOf(text: string): string {
  return parseDatabaseArn(text)?.identifier ?? text;
}

function required(name: string, value: string | undefined): string {
  if (value) return value;
  throw new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
}
