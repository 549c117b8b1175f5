import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DBInstance, DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { functionPermissions } from '../../compositions/permissions/function-permissions.ts';
import { validatorFunction } from '../../lambda/validator/validator-function.ts';
import type { FailoverPlan } from '../../src/api/failover-plan.ts';
import { scopeOf } from '../../src/api/names.ts';
import { cloudWatchService } from '../../src/sandbox/region/cloudwatch/cloudwatch-service.ts';
import { MetricStore } from '../../src/sandbox/region/cloudwatch/metric-store.ts';
import { type Listener, listen } from '../../src/sandbox/region/listener.ts';
import { ParameterStore } from '../../src/sandbox/region/ssm/parameter-store.ts';
import { ssmService } from '../../src/sandbox/region/ssm/ssm-service.ts';
import { AwsError } from '../../src/sandbox/region/wire/aws-error.ts';
import { operation } from '../../src/sandbox/region/wire/operation.ts';
import { queryService } from '../../src/sandbox/region/wire/query-service.ts';
import { planBuckets, planTable } from '../aws/example-plan.ts';
import { type LocalAws, startLocalAws } from '../aws/local-aws.ts';
import { appOf } from '../compositions/regional-stack/rendered-site.ts';
import { iamRequestsOf } from '../iam/call-requests.ts';
import { contextWith, planText, prefix, surroundingsIn, tick } from './site.ts';

const writer: DBInstance = {
  DBInstanceIdentifier: 'trading-db-dev-a1',
  DBInstanceArn: 'arn:aws:rds:us-east-1:111122223333:db:trading-db-dev-a1',
  DBInstanceStatus: 'available',
  Engine: 'postgres',
  BackupRetentionPeriod: 7,
};
const replica: DBInstance = {
  DBInstanceIdentifier: 'trading-db-dev-b1',
  DBInstanceStatus: 'available',
  Engine: 'postgres',
  BackupRetentionPeriod: 7,
  ReadReplicaSourceDBInstanceIdentifier: 'arn:aws:rds:us-east-1:111122223333:db:trading-db-dev-a1',
};
let source = writer;
let standby: DBInstance | null = replica;
const rds = queryService({
  signingName: 'rds',
  xmlNamespace: 'http://rds.amazonaws.com/doc/2014-10-31/',
  operations: [
    operation(DescribeDBInstancesCommand, ({ DBInstanceIdentifier }) => {
      if (DBInstanceIdentifier === writer.DBInstanceIdentifier) return { DBInstances: [source] };
      if (standby === null) throw new AwsError('DBInstanceNotFound', 'DBInstance not found.', 404);
      return { DBInstances: [standby] };
    }),
  ],
});

type Scope = ReturnType<typeof scopeOf> & { readonly region: string };
const kept = { ...process.env };
let folder: string;
let aws: LocalAws;
let application: { readonly listener: Listener; answer: number };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-validator-'));
  const server = createServer((_, reply) => void reply.writeHead(application.answer).end());
  application = { listener: await listen(server), answer: 200 };
  const store = new ParameterStore(path.join(folder, 'parameters.json'));
  const url = `http://127.0.0.1:${application.listener.port}/`;
  const value = JSON.stringify(planIn(JSON.parse(planText({ primary: url, secondary: url }))));
  await store.put({ name: `${prefix}/plan`, type: 'String', value, overwrite: false, tier: 'Standard' });
  const metrics = new MetricStore();
  const dimensions = { DBInstanceIdentifier: 'trading-db-dev-b1' };
  metrics.add({ namespace: 'AWS/RDS', name: 'ReplicaLag', dimensions }, 0.5, Date.now());
  const ssm = ssmService({ region: 'us-west-2', accountId: '111122223333', store });
  aws = await startLocalAws([rds, ssm, cloudWatchService(metrics)]);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});
afterAll(async () => {
  process.env = { ...kept };
  await aws.close();
  await application.listener.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  aws.faults.clear();
  source = writer;
  standby = replica;
  application.answer = 200;
});

/** The plan, of resources that the local AWS has. */
function planIn({ spec, ...plan }: FailoverPlan): FailoverPlan {
  const [east = '', west = ''] = planBuckets;
  const { primary, secondary } = spec.sites;
  const database = { ...secondary.database, identifier: 'trading-db-dev-b1' };
  const sites = {
    primary: { ...primary, switchBucket: east, journalTable: planTable },
    secondary: { ...secondary, switchBucket: west, journalTable: planTable, database },
  };
  return { ...plan, spec: { ...spec, sites } };
}

async function validated() {
  const within = surroundingsIn({});
  const result = await validatorFunction(within)(tick, contextWith());
  const metrics = within.lines.find((line) => '_aws' in line);
  return { result, metrics, lines: within.lines };
}

describe('the validator', () => {
  it('publishes that a failover would succeed', async () => {
    const { result, metrics } = await validated();
    expect(result).toMatchObject({ healthy: { primary: true, secondary: true }, failoverReady: true, reasons: [] });
    expect(metrics).toMatchObject({
      App: 'trading',
      Environment: 'dev',
      PrimaryHealthy: [1],
      SecondaryHealthy: [1],
      ReplicationLag: [0.5],
      FailoverReady: [1],
    });
  });

  it('publishes that the active does not answer, and no lag then', async () => {
    application.answer = 503;
    const { metrics } = await validated();
    expect(metrics).toMatchObject({ PrimaryHealthy: [0], SecondaryHealthy: [1], FailoverReady: [1] });
    expect(metrics).not.toHaveProperty('ReplicationLag');
  });

  it.each([
    ['does not exist', null, 'does not exist'],
    ['is no replica', { ...replica, ReadReplicaSourceDBInstanceIdentifier: '' }, 'not a replica'],
    ['is backing up', { ...replica, DBInstanceStatus: 'backing-up' }, 'backing-up'],
  ])('publishes that a failover would not succeed where the replica %s', async (_, database, reason) => {
    standby = database;
    const { result, metrics, lines } = await validated();
    expect(metrics).toMatchObject({ PrimaryHealthy: [1], SecondaryHealthy: [0], FailoverReady: [0] });
    expect(result.reasons).toEqual(expect.arrayContaining([expect.stringContaining(reason)]));
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('publishes that a failover would not succeed where a finding says so', async () => {
    source = { ...writer, BackupRetentionPeriod: 0 };
    const { result, metrics, lines } = await validated();
    expect(metrics).toMatchObject({ SecondaryHealthy: [1], FailoverReady: [0] });
    expect(result.findings[0]).toMatchObject({ code: 'SourceBackupsOff', severity: 'Error' });
    expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', code: 'SourceBackupsOff' }));
  });

  it('calls no action that its role does not have', async () => {
    await validated();
    const app = appOf();
    const [own, peer] = ['us-west-2', 'us-east-1'].map((region) => ({ ...scopeOf(app), region })) as [Scope, Scope];
    const granted = functionPermissions(app, 'validator', own, peer).flatMap(({ actions }) => actions);
    const signed = aws.calls.filter(({ principal }) => principal === 'test');
    const asked = signed.flatMap((call) => iamRequestsOf(call, { accountId: '111122223333' }));
    expect(asked.map(({ action }) => action).filter((action) => !granted.includes(action))).toEqual([]);
    expect(new Set(asked.map(({ action }) => action)).size).toBeGreaterThan(6);
  });

  it('tries no permission that it does not need', async () => {
    const before = aws.calls.length;
    await validated();
    const operations = aws.calls.slice(before).map(({ operation: each }) => each);
    expect(operations).toContain('GetBucketPolicy');
    expect(operations).not.toContain('PutItem');
    expect(operations).not.toContain('CreateNetworkAclEntry');
  });

  it('counts a standby that does not answer as not ready', async () => {
    aws.faults.add({ service: 'rds', operation: '*', kind: 'InternalError' });
    expect((await validated()).metrics).toMatchObject({ FailoverReady: [0] });
  });

  it('publishes nothing where it may not look', async () => {
    aws.faults.add({ service: 'rds', operation: '*', kind: 'AccessDenied' });
    const within = surroundingsIn({});
    await expect(validatorFunction(within)(tick, contextWith())).rejects.toMatchObject({ name: 'US2007' });
    expect(within.lines.filter((line) => '_aws' in line)).toEqual([]);
  });
});
