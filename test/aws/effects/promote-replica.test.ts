import { type DBInstance, DescribeDBInstancesCommand, PromoteReadReplicaCommand } from '@aws-sdk/client-rds';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EffectContext } from '../../../src/aws/effects/effect-context.ts';
import { PromoteReplica, promotionLook } from '../../../src/aws/effects/promote-replica.ts';
import { ReplicaReader } from '../../../src/aws/replica-reader.ts';
import { defaultTiming } from '../../../src/failover/timing.ts';
import { AwsError } from '../../../src/sandbox/region/wire/aws-error.ts';
import { operation } from '../../../src/sandbox/region/wire/operation.ts';
import { queryService } from '../../../src/sandbox/region/wire/query-service.ts';
import { examplePlan } from '../example-plan.ts';
import { type LocalAws, startLocalAws } from '../local-aws.ts';

const sourceArn = 'arn:aws:rds:us-east-1:111122223333:db:trading-db';
const replica: DBInstance = {
  DBInstanceIdentifier: 'trading-db',
  DBInstanceStatus: 'available',
  ReadReplicaSourceDBInstanceIdentifier: sourceArn,
  StatusInfos: [{ StatusType: 'read replication', Normal: true, Status: 'replicating' }],
  BackupRetentionPeriod: 7,
};

/** RDS with one instance in whatever state a test puts it. */
let instance: DBInstance | null = replica;
const rds = queryService({
  signingName: 'rds',
  xmlNamespace: 'http://rds.amazonaws.com/doc/2014-10-31/',
  operations: [
    operation(DescribeDBInstancesCommand, () => {
      if (instance === null) throw new AwsError('DBInstanceNotFound', 'DBInstance trading-db not found.', 404);
      return { DBInstances: [instance] };
    }),
    operation(PromoteReadReplicaCommand, () => {
      if (instance?.DBInstanceStatus !== 'available') {
        throw new AwsError('InvalidDBInstanceState', 'The instance is not in the available state.');
      }
      return { DBInstance: instance };
    }),
  ],
});

let aws: LocalAws;
let handler: PromoteReplica;
beforeAll(async () => {
  aws = await startLocalAws([rds]);
});
afterAll(() => aws.close());
beforeEach(() => {
  aws.faults.clear();
  instance = replica;
  handler = new PromoteReplica(new EffectContext(examplePlan(), defaultTiming, aws.clients));
});

const promote = { kind: 'promote', site: 'secondary', database: 'trading-db' } as const;

describe('promote', () => {
  it.each([
    ['available', sourceArn, true, 'NotDone'],
    ['backing-up', sourceArn, true, 'NotYet'],
    ['modifying', sourceArn, true, 'NotYet'],
    ['rebooting', sourceArn, true, 'NotYet'],
    ['storage-optimization', sourceArn, true, 'NotYet'],
    ['modifying', sourceArn, false, 'Called'],
    ['rebooting', sourceArn, false, 'Called'],
    ['stopped', sourceArn, false, 'NotYet'],
    ['modifying', null, false, 'Called'],
    ['rebooting', null, false, 'Called'],
    ['backing-up', null, false, 'Called'],
    ['available', null, false, 'Done'],
  ])(
    'an instance that is %s with source %s, replication shown: %s, is %s',
    (status, source, showsReplication, state) => {
      const shown = { status, source, showsReplication, backupRetentionDays: 7, endpoint: null };
      expect(promotionLook('trading-db', shown)).toMatchObject({ state });
    },
  );

  it('never invites a call for what is not an available replica', () => {
    for (const status of ['creating', 'deleting', 'failed', 'stopping', 'upgrading', 'incompatible-network']) {
      for (const source of [sourceArn, null]) {
        for (const showsReplication of [true, false]) {
          const shown = { status, source, showsReplication, backupRetentionDays: 0, endpoint: null };
          expect(promotionLook('trading-db', shown).state).not.toBe('NotDone');
        }
      }
    }
  });

  it('waits for an instance that does not exist', async () => {
    instance = null;
    expect(await handler.check(promote)).toMatchObject({ state: 'NotYet' });
  });

  it("passes the replica's own backup retention on", async () => {
    await handler.check(promote);
    await handler.perform(promote);
    const call = aws.calls.findLast(({ operation }) => operation === 'PromoteReadReplica');
    expect(call).toMatchObject({
      parameters: { DBInstanceIdentifier: 'trading-db', BackupRetentionPeriod: 7 },
      caller: 'controller-1',
    });
  });

  it("leaves a replica without backups to RDS's default", async () => {
    instance = { ...replica, BackupRetentionPeriod: 0 };
    await handler.check(promote);
    await handler.perform(promote);
    const call = aws.calls.findLast(({ operation }) => operation === 'PromoteReadReplica');
    expect(call?.parameters).not.toHaveProperty('BackupRetentionPeriod');
  });

  it('is not yet possible for an instance that is backing up', async () => {
    instance = { ...replica, DBInstanceStatus: 'backing-up' };
    await expect(handler.perform(promote)).rejects.toMatchObject({ kind: 'NotYet' });
  });

  it.each([
    ['LostReply', 'OutcomeUnknown'],
    ['LostRequest', 'OutcomeUnknown'],
    ['InternalError', 'OutcomeUnknown'],
    ['Throttle', 'Retryable'],
  ] as const)('comes to %s: %s', async (kind, outcome) => {
    aws.faults.add({ service: 'rds', operation: 'PromoteReadReplica', kind, count: 1 });
    await expect(handler.perform(promote)).rejects.toMatchObject({ kind: outcome });
    expect(aws.calls.filter((call) => call.fault === kind)).toHaveLength(1);
  });
});

describe('the standby reader', () => {
  const look = () => new ReplicaReader({ clients: aws.clients, callMs: 5_000 }).look('trading-db', 'us-west-2');

  it('sees a replica, a database of its own, and nothing', async () => {
    expect(await look()).toEqual({ database: { status: 'available', source: sourceArn } });
    const { ReadReplicaSourceDBInstanceIdentifier: _source, StatusInfos: _infos, ...promoted } = replica;
    instance = promoted;
    expect(await look()).toEqual({ database: { status: 'available', source: null } });
    instance = null;
    expect(await look()).toEqual({ database: null });
  });

  it('throws when RDS does not answer', async () => {
    aws.faults.add({ service: 'rds', operation: 'DescribeDBInstances', kind: 'InternalError', count: 1 });
    await expect(look()).rejects.toMatchObject({ kind: 'Retryable' });
  });
});
