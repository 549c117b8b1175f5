import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AwsClients } from '../../src/aws/clients.ts';
import { startDynamoDb } from '../../src/sandbox/region/dynamodb/dynamodb-service.ts';
import { ec2Service } from '../../src/sandbox/region/ec2/ec2-service.ts';
import { NetworkAcl } from '../../src/sandbox/region/ec2/network-acl.ts';
import { listen } from '../../src/sandbox/region/listener.ts';
import { ObjectStore } from '../../src/sandbox/region/s3/object-store.ts';
import { s3Service } from '../../src/sandbox/region/s3/s3-service.ts';
import { type Notification, snsService } from '../../src/sandbox/region/sns/sns-service.ts';
import { createApiServer } from '../../src/sandbox/region/wire/api-server.ts';
import { type AwsCall, CallLog } from '../../src/sandbox/region/wire/call-log.ts';
import { Faults } from '../../src/sandbox/region/wire/faults.ts';
import type { Service } from '../../src/sandbox/region/wire/service.ts';
import { planBuckets, planTable, planTopics } from './example-plan.ts';

/** The sandbox's AWS services over HTTP, without databases: what an adapter talks to in a test. */
export interface LocalAws {
  readonly endpoint: string;
  readonly clients: AwsClients;
  readonly faults: Faults;
  readonly calls: readonly AwsCall[];
  readonly acl: NetworkAcl;
  readonly notifications: readonly Notification[];
  close(): Promise<void>;
}

export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/**
 * @param more services in place of, or beside, the sandbox's own: a double of RDS in one state, say.
 * @param callMs as of the clients.
 */
export async function startLocalAws(more: readonly Service[] = [], callMs = 5_000): Promise<LocalAws> {
  const directory = await mkdtemp(path.join(tmpdir(), 'understudy-aws-'));
  const store = new ObjectStore(path.join(directory, 's3'));
  for (const bucket of planBuckets) await store.createBucket(bucket);
  const dynamoDb = await startDynamoDb({
    directory: path.join(directory, 'dynamodb'),
    tables: [{ name: planTable, partitionKey: 'plan', sortKey: { name: 'item', type: 'S' } }],
  });
  const notifications: Notification[] = [];
  const sns = snsService({
    region: 'us-west-2',
    accountId: '111122223333',
    topics: planTopics,
    onNotification: (notification) => notifications.push(notification),
  });
  const acl = new NetworkAcl({
    id: 'acl-0a1b2c3d',
    name: 'trading-db-acl',
    vpcId: 'vpc-1',
    subnetIds: ['subnet-1'],
    applicationCidr: '10.0.10.0/24',
  });
  const ec2 = ec2Service({ accountId: '111122223333', acls: [acl], onChange: async () => {} });
  const calls: AwsCall[] = [];
  const faults = new Faults();
  const server = createApiServer({
    region: 'us-west-2',
    services: [dynamoDb.service, s3Service(store), sns, ec2, ...more],
    anonymousService: 's3',
    faults,
    callLog: new CallLog((call) => calls.push(call)),
  });
  const listener = await listen(server);
  const endpoint = `http://127.0.0.1:${listener.port}`;
  const clients = new AwsClients({ actor: 'controller/1', callMs, endpoint, credentials });
  return {
    endpoint,
    clients,
    faults,
    calls,
    acl,
    notifications,
    async close() {
      clients.close();
      await listener.close();
      await dynamoDb.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
