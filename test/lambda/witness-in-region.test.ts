import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { witnessPermissions } from '../../compositions/permissions/function-permissions.ts';
import { policyOf } from '../../compositions/policy-document.ts';
import { bundleFunction } from '../../scripts/lambda/bundle.ts';
import { failoverPlanOf } from '../../src/api/failover-plan-of.ts';
import { functionSettings } from '../../src/api/function-settings.ts';
import { scopeOf, siteNames, witnessNames } from '../../src/api/names.ts';
import { AwsClients } from '../../src/aws/clients.ts';
import { DynamoDbJournal } from '../../src/aws/dynamodb-journal.ts';
import { firstJournal } from '../../src/failover/journal.ts';
import { awsUpstream, createSwitchboard, type Switchboard } from '../../src/sandbox/network/switchboard.ts';
import { type Region, startRegion } from '../../src/sandbox/region/region.ts';
import type { RegionConfig } from '../../src/sandbox/region/region-config.ts';
import type { RegionEvent } from '../../src/sandbox/region/region-events.ts';
import { appOf } from '../compositions/regional-stack/rendered-site.ts';
import { replay } from '../iam/policy-replay.ts';
import { eventually } from '../sandbox/eventually.ts';
import { makeFolder } from '../sandbox/region/a-folder.ts';

/**
 * The witness as it is deployed: its bundle, its environment, its schedule, in a third region beside two that hold
 * nothing but the journal's tables.
 */
const app = appOf({
  domain: { name: 'trading.example.com', existingZoneId: 'Z0123456789' },
  detection: { witness: true },
});
const scope = { ...scopeOf(app), region: 'us-east-2' };
const names = witnessNames(scope);
const { journalTable } = siteNames(scope);
const location = 'operations';
let folder: Awaited<ReturnType<typeof makeFolder>>;
let board: Switchboard;
let clients: AwsClients;
const regions = new Map<string, Region>();
const events: RegionEvent[] = [];

beforeAll(async () => {
  folder = await makeFolder();
  const { zip } = await bundleFunction('witness');
  const code = path.join(folder.path, 'witness.zip');
  await writeFile(code, zip);
  board = await createSwitchboard({ locations: ['us-east-1', 'us-west-2', 'us-east-2', location, 'internet'] });
  const start = async (region: string, config: Partial<RegionConfig>): Promise<void> => {
    const directory = path.join(folder.path, region);
    const started = await startRegion(
      { region, accountId: scope.accountId, directory, speed: 10, ...config },
      (event) => void events.push(event),
    );
    regions.set(region, started);
    board.setUpstream(awsUpstream(region), started.info.apiPort);
  };
  const tables = [{ name: journalTable, partitionKey: 'plan', sortKey: { name: 'item', type: 'S' } as const }];
  await start('us-east-1', { tables });
  await start('us-west-2', { tables });
  const { everySeconds, retries } = functionSettings.witness;
  await start('us-east-2', {
    parameters: [{ name: `${names.parameterPrefix}/plan`, type: 'String', value: JSON.stringify(failoverPlanOf(app)) }],
    functions: [
      {
        name: names.function,
        code,
        timeoutMs: 60_000,
        environment: {
          AWS_ENDPOINT_URL: board.awsEndpointUrl('us-east-2'),
          UNDERSTUDY_PARAMETERS: names.parameterPrefix,
          UNDERSTUDY_LOOK_SECONDS: '0',
          // Nothing resolves: both sites look dark from here.
          UNDERSTUDY_DNS_SERVER: '127.0.0.1:9',
        },
        reservedConcurrency: 1,
        retries,
        maximumEventAgeSeconds: everySeconds,
      },
    ],
    schedules: [{ name: 'each-minute', functionName: names.function, everySeconds }],
  });
  clients = new AwsClients({
    actor: 'test',
    callMs: 5_000,
    endpoint: board.awsEndpointUrl(location),
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterAll(async () => {
  clients?.close();
  for (const region of regions.values()) await region.stop();
  await board?.close();
  await folder?.remove();
});

/** In the standby's region, where the witness is not. */
function journal(): DynamoDbJournal {
  const client = clients.dynamoDb('us-west-2');
  return new DynamoDbJournal({ client, table: journalTable, plan: 'trading', callMs: 5_000, trouble: () => {} });
}

const ends = () => events.flatMap((event) => (event.type === 'Invocation' ? [event.invocation] : []));

describe('the witness as it is deployed', () => {
  it('looks each minute, and its word stands in the journal of another region as a domain of its own', async () => {
    await journal().replace(firstJournal('trading', 'Automatic', false));
    await eventually('two starts', () => ends().filter(({ outcome }) => outcome === 'Succeeded').length >= 2, 25_000);
    expect(ends().filter(({ outcome }) => outcome === 'Failed')).toEqual([]);
    const observations = await journal().observations();
    expect(observations).toEqual([
      expect.objectContaining({
        vantage: 'witness',
        domain: 'us-east-2',
        sites: expect.objectContaining({ primary: expect.objectContaining({ answer: 'unreachable' }) }),
      }),
    ]);
    // A container that is kept goes on with its session.
    expect(observations[0]?.sequence).toBeGreaterThan(0);
  });

  it('calls nothing that its role may not, and nothing but its own region and the sites’', async () => {
    const calls = [...regions.values()].flatMap((region) =>
      region.calls.filter(({ principal }) => principal === names.function),
    );
    const { denied, allowed, unused } = await replay(policyOf(witnessPermissions(app)), calls, {
      accountId: scope.accountId,
    });
    expect(denied).toEqual([]);
    expect(new Set(allowed.map(({ action, resource }) => `${action} ${resource}`))).toEqual(
      new Set([
        'ssm:GetParameter arn:aws:ssm:us-east-2:111122223333:parameter/trading/dev/plan',
        'dynamodb:GetItem arn:aws:dynamodb:us-east-1:111122223333:table/trading-journal-dev',
        'dynamodb:GetItem arn:aws:dynamodb:us-west-2:111122223333:table/trading-journal-dev',
        'dynamodb:PutItem arn:aws:dynamodb:us-west-2:111122223333:table/trading-journal-dev',
        'cloudwatch:GetMetricData *',
      ]),
    );
    // For an application without a domain.
    expect(unused).toEqual(['elasticloadbalancing:DescribeLoadBalancers', 'elasticloadbalancing:DescribeTargetGroups']);
  });
});
