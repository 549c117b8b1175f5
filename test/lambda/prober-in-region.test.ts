import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { functionPermissions } from '../../compositions/permissions/function-permissions.ts';
import { policyOf } from '../../compositions/policy-document.ts';
import { bundleFunction } from '../../scripts/lambda/bundle.ts';
import { failoverPlanOf } from '../../src/api/failover-plan-of.ts';
import { functionSettings } from '../../src/api/function-settings.ts';
import { scopeOf, siteNames } from '../../src/api/names.ts';
import { AwsClients } from '../../src/aws/clients.ts';
import { DynamoDbJournal } from '../../src/aws/dynamodb-journal.ts';
import { firstJournal } from '../../src/failover/journal.ts';
import { type Region, startRegion } from '../../src/sandbox/region/region.ts';
import type { RegionEvent } from '../../src/sandbox/region/region-events.ts';
import { appOf } from '../compositions/regional-stack/rendered-site.ts';
import { replay } from '../iam/policy-replay.ts';
import { eventually } from '../sandbox/eventually.ts';
import { makeFolder } from '../sandbox/region/a-folder.ts';

/** The prober as it is deployed: its bundle, its environment, its schedule, in the standby's region without a database. */
const app = appOf({ domain: { name: 'trading.example.com', existingZoneId: 'Z0123456789' } });
const own = { ...scopeOf(app), region: 'us-west-2' };
const peer = { ...scopeOf(app), region: 'us-east-1' };
const names = siteNames(own);
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
let folder: Awaited<ReturnType<typeof makeFolder>>;
let region: Region;
let clients: AwsClients;
const events: RegionEvent[] = [];

beforeAll(async () => {
  folder = await makeFolder();
  const { zip } = await bundleFunction('prober');
  const code = path.join(folder.path, 'prober.zip');
  await writeFile(code, zip);
  const { everySeconds, retries } = functionSettings.prober;
  region = await startRegion(
    {
      region: own.region,
      accountId: own.accountId,
      directory: path.join(folder.path, 'region'),
      speed: 10,
      tables: [{ name: names.journalTable, partitionKey: 'plan', sortKey: { name: 'item', type: 'S' } }],
      parameters: [
        { name: `${names.parameterPrefix}/plan`, type: 'String', value: JSON.stringify(failoverPlanOf(app)) },
        { name: `${names.parameterPrefix}/database/username`, type: 'String', value: 'understudy' },
        { name: `${names.parameterPrefix}/database/password`, type: 'SecureString', value: 'secret' },
        { name: `${names.parameterPrefix}/database/name`, type: 'String', value: 'trading' },
      ],
      functions: [
        {
          name: names.functions.prober,
          code,
          timeoutMs: 60_000,
          environment: {
            UNDERSTUDY_SITE: 'secondary',
            UNDERSTUDY_PARAMETERS: names.parameterPrefix,
            UNDERSTUDY_LOOK_SECONDS: '0',
            UNDERSTUDY_DATABASE_CA: 'none',
            // Nothing resolves: what it sees of the sites does not matter here.
            UNDERSTUDY_DNS_SERVER: '127.0.0.1:9',
          },
          // One container, so that whatever it remembers is seen.
          reservedConcurrency: 1,
          retries,
          maximumEventAgeSeconds: everySeconds,
        },
      ],
      schedules: [{ name: 'each-minute', functionName: names.functions.prober, everySeconds }],
    },
    (event) => events.push(event),
  );
  clients = new AwsClients({ actor: 'test', callMs: 5_000, endpoint: region.info.endpoint, credentials });
});
afterAll(async () => {
  clients?.close();
  await region?.stop();
  await folder?.remove();
});

function journal(): DynamoDbJournal {
  const client = clients.dynamoDb(own.region);
  return new DynamoDbJournal({ client, table: names.journalTable, plan: 'trading', callMs: 5_000, trouble: () => {} });
}

const ends = () => events.flatMap((event) => (event.type === 'Invocation' ? [event.invocation] : []));

describe('the prober as it is deployed', () => {
  it('looks each minute, and its words stand in the table', async () => {
    await journal().replace(firstJournal('trading', 'Automatic', false));
    await eventually('two starts', () => ends().filter(({ outcome }) => outcome === 'Succeeded').length >= 2, 25_000);
    expect(ends().filter(({ outcome }) => outcome === 'Failed')).toEqual([]);
    const [observation] = await journal().observations();
    // A container that is kept goes on with its session.
    expect(observation).toMatchObject({ vantage: 'prober-secondary', domain: 'us-west-2' });
    expect(observation?.sequence).toBeGreaterThan(0);
  });

  it('says in its log what came of each start', async () => {
    const lambda = new LambdaClient({
      region: own.region,
      endpoint: region.info.endpoint,
      credentials,
      maxAttempts: 8,
    });
    const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: names.functions.prober }));
    lambda.destroy();
    expect(FunctionError).toBeUndefined();
    const result = JSON.parse(Payload?.transformToString() ?? '');
    expect(result).toMatchObject({ plan: 'trading', looks: 1, written: 1 });
    const lines = events.flatMap((event) => (event.type === 'FunctionLog' ? [JSON.parse(event.line)] : []));
    expect(lines.filter(({ message }) => message === 'prober ended').length).toBeGreaterThan(0);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('calls nothing that its role may not', async () => {
    const policy = policyOf(functionPermissions(app, 'prober', own, peer));
    const calls = region.calls.filter(({ principal }) => principal === names.functions.prober);
    const { denied, allowed, unused } = await replay(policy, calls, { accountId: own.accountId });
    expect(denied).toEqual([]);
    expect(new Set(allowed.map(({ action }) => action))).toEqual(
      new Set([
        'ssm:GetParameter',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'cloudwatch:GetMetricData',
        'rds:DescribeDBInstances',
      ]),
    );
    // For an application without a domain, and for a site that has its database.
    expect(unused).toEqual([
      'elasticloadbalancing:DescribeLoadBalancers',
      'elasticloadbalancing:DescribeTargetGroups',
      'ssm:GetParameters',
    ]);
  });
});
