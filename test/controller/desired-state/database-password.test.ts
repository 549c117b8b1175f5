import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { stackObject } from '../../../compositions/regional-stack/stack-object.ts';
import { restorePassword } from '../../../controller/desired-state/database-password.ts';
import type { StackObject } from '../../../controller/kinds.ts';
import { ApiClient } from '../../../controller/runtime/api-client.ts';
import type { KubernetesObject } from '../../../controller/runtime/kubernetes-object.ts';
import { failoverPlanOf } from '../../../src/api/failover-plan-of.ts';
import { multiRegionAppSchema } from '../../../src/api/multi-region-app.ts';
import { systemClock } from '../../../src/aws/system-clock.ts';
import { firstJournal } from '../../../src/failover/journal.ts';
import { planOf } from '../../../src/failover/plan.ts';
import { AwsError } from '../../../src/sandbox/region/wire/aws-error.ts';
import { jsonService } from '../../../src/sandbox/region/wire/json-service.ts';
import { operation } from '../../../src/sandbox/region/wire/operation.ts';
import { queryService } from '../../../src/sandbox/region/wire/query-service.ts';
import { type LocalAws, startLocalAws } from '../../aws/local-aws.ts';
import { FakeApiServer } from '../runtime/fake-api-server.ts';

const app = multiRegionAppSchema.parse({
  apiVersion: 'understudy.dev/v1alpha1',
  kind: 'MultiRegionApp',
  metadata: { name: 'trading', namespace: 'trading' },
  spec: { accountId: '111122223333', domain: 'none' },
});
const plan = planOf(failoverPlanOf(app));
const stack = stackObject(app, 'primary') as StackObject;
const journal = firstJournal('trading', 'Automatic', false);

/** What AWS has: `refused` is a Parameter Store that may not be read. */
let parameter: string | null | 'refused';
let lives: boolean;
let aws: LocalAws;
let server: FakeApiServer;
let restore: () => Promise<string | null>;

beforeAll(async () => {
  const ssm = jsonService({
    signingName: 'ssm',
    version: '1.1',
    namespace: 'com.amazonaws.ssm',
    operations: [
      operation(GetParameterCommand, ({ Name }) => {
        if (parameter === 'refused') throw new AwsError('AccessDeniedException', 'not authorized', 400);
        if (parameter === null) throw new AwsError('ParameterNotFound', '', 400);
        return { Parameter: { Name, Value: parameter } };
      }),
    ],
  });
  const rds = queryService({
    signingName: 'rds',
    xmlNamespace: 'http://rds.amazonaws.com/doc/2014-10-31/',
    operations: [
      operation(DescribeDBInstancesCommand, ({ DBInstanceIdentifier }) => {
        if (!lives) throw new AwsError('DBInstanceNotFound', 'not found', 404);
        return { DBInstances: [{ DBInstanceIdentifier, DBInstanceStatus: 'available' }] };
      }),
    ],
  });
  aws = await startLocalAws([ssm, rds]);
});
afterAll(() => aws.close());
beforeEach(async () => {
  parameter = null;
  lives = true;
  server = await FakeApiServer.start();
  const api = new ApiClient({ kubeConfig: server.kubeConfig(), clock: systemClock });
  restore = () => restorePassword({ api, clients: aws.clients, callMs: 5_000 }, plan, journal, stack);
});
afterEach(() => server.stop());

function secret(): (KubernetesObject & { readonly data?: Record<string, string> }) | undefined {
  return server.table('secrets').get('trading/trading-database');
}

describe('the password of the databases', () => {
  it('comes back from SSM into a cluster that has lost it', async () => {
    parameter = 'correct horse';
    expect(await restore()).toBeNull();
    expect(Buffer.from(secret()?.data?.password ?? '', 'base64').toString()).toBe('correct horse');
  });

  it('comes back into a secret that was made empty', async () => {
    parameter = 'correct horse';
    server
      .table('secrets')
      .put({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'trading-database', namespace: 'trading' } });
    expect(await restore()).toBeNull();
    expect(secret()?.data?.password).toBeDefined();
  });

  it('is left alone where it is', async () => {
    parameter = 'another';
    const data = { password: Buffer.from('mine').toString('base64') };
    server.table('secrets').put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'trading-database', namespace: 'trading' },
      data,
    } as KubernetesObject);
    expect(await restore()).toBeNull();
    expect(secret()?.data).toEqual(data);
  });

  it('is not there yet before the first database is', async () => {
    lives = false;
    expect(await restore()).toBeNull();
    expect(secret()).toBeUndefined();
  });

  it('is never made anew for a database that lives', async () => {
    expect(await restore()).toMatch(/trading-db-dev-a1 .* lives, .*\/trading\/dev\/database\/password/);
  });

  it('is waited for while nobody can tell whether there is one', async () => {
    parameter = 'refused';
    lives = false;
    expect(await restore()).toMatch(/SSM cannot be asked.*us-east-1.*us-west-2/);
    expect(secret()).toBeUndefined();
  });
});
