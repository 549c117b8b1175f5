import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openKey, switchObjectBody, takeoverKey } from '../../src/api/switch-objects.ts';
import { AwsClients } from '../../src/aws/clients.ts';
import { DynamoDbJournal } from '../../src/aws/dynamodb-journal.ts';
import { addFence, readFence, removeFence } from '../../src/aws/network-acl.ts';
import { SwitchBucket } from '../../src/aws/switch-bucket.ts';
import { firstJournal, type Journal } from '../../src/failover/journal.ts';
import { awsUpstream, createSwitchboard, type Switchboard } from '../../src/sandbox/network/switchboard.ts';
import { type Region, startRegion } from '../../src/sandbox/region/region.ts';
import { simulatedPlan } from '../../src/simulator/plan.ts';
import { siteOf } from '../api/plan-of.ts';
import { begunJournal } from '../failover/operations.ts';
import { makeFolder } from '../sandbox/region/a-folder.ts';
import { captureConsole } from './captured-console.ts';
import { OperatorCluster } from './operator-cluster.ts';

/**
 * A switchover had fenced the primary, in term 3, when the standby's region died with the journal in it. AWS is the
 * sandbox's: three regions, each of which can be dark.
 */
const [east, west, ohio] = ['us-east-1', 'us-west-2', 'us-east-2'] as const;
const table = 'trading-journal';
const networkAcl = 'trading-db-acl';
const applicationCidrs = ['10.0.10.0/24'];
const fence = { networkAcl, applicationCidrs, databasePort: 5432 };
const spec = {
  sites: {
    primary: siteOf(east, { fencing: { networkAcl, applicationCidrs }, stackRef: { name: 'trading-primary' } }),
    secondary: siteOf(west),
  },
  witness: { region: ohio, bucket: 'trading-witness' },
};
/** An operation that may still be aborted, of whatever kind. */
const begun = begunJournal({ ...simulatedPlan(), name: 'trading' });
const [term, name] = [3, 'trading'];
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const limit = () => AbortSignal.timeout(5_000);

const said = captureConsole();
const cluster = OperatorCluster.forEachTest();
const kept = { ...process.env };
const regions = new Map<string, Region>();
let folder: Awaited<ReturnType<typeof makeFolder>>;
let board: Switchboard;
let clients: AwsClients;

beforeAll(async () => {
  folder = await makeFolder();
  board = await createSwitchboard({ locations: [east, west, ohio, 'operations', 'internet'] });
  for (const region of [east, west, ohio]) {
    const started = await startRegion({
      region,
      accountId: '111122223333',
      directory: path.join(folder.path, region),
      buckets: region === ohio ? [spec.witness.bucket] : [`trading-switch-${region}`],
      tables: [{ name: table, partitionKey: 'plan', sortKey: { name: 'item', type: 'S' } }],
      networkAcl: {
        id: `acl-${region}`,
        name: networkAcl,
        vpcId: 'vpc-1',
        subnetIds: ['subnet-1'],
        applicationCidr: applicationCidrs[0] ?? '',
      },
    });
    regions.set(region, started);
  }
  clients = new AwsClients({ actor: 'test', callMs: 5_000, endpoint: board.awsEndpointUrl('operations'), credentials });
});
afterAll(async () => {
  clients?.close();
  for (const region of regions.values()) await region.stop();
  await board?.close();
  await folder?.remove();
});

beforeEach(async () => {
  for (const [region, { info }] of regions) board.setUpstream(awsUpstream(region), info.apiPort);
  for (const region of regions.values()) region.clearFaults();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: board.awsEndpointUrl('operations'),
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  cluster.addPlan(name, { active: 'primary', activeRegion: east, message: 'the journal cannot be read' }, { spec });
  const follows = { slot: 'b', role: 'active' };
  cluster.server.table('regionalstacks').put({
    metadata: { name: 'trading-primary', namespace: 'trading' },
    spec: { failover: { term, switch: { b: { active: { term, takeoverTerm: term + 1 } }, follows } } },
  } as never);
  await bucketIn(east).delete(openKey(term), limit());
  await Promise.all([west, ohio].map((region) => bucketIn(region).delete(takeoverKey(term + 1), limit())));
  const ec2 = clients.ec2(east);
  await addFence(ec2, fence, await readFence(ec2, fence, limit()), limit());
});
afterEach(async () => {
  process.env = { ...kept };
});

function bucketIn(region: string): SwitchBucket {
  const bucket = region === ohio ? spec.witness.bucket : `trading-switch-${region}`;
  return new SwitchBucket(clients.s3(region), bucket);
}

function goesDark(region: string): void {
  board.setUpstream(awsUpstream(region), null);
}

/** Has the standby's table hold this document, whatever it held. */
async function putJournal(journal: Journal): Promise<void> {
  const store = new DynamoDbJournal({
    client: clients.dynamoDb(west),
    table,
    plan: name,
    callMs: 5_000,
    trouble: () => {},
  });
  const before = await store.read();
  await store.replace({ ...journal, version: (before?.version ?? -1) + 1 });
}

async function isFenced(): Promise<boolean> {
  const { present } = await readFence(clients.ec2(east), fence, limit());
  const open = await bucketIn(east).read(openKey(term), limit());
  expect([present.length === 0, open !== null]).toEqual(open === null ? [false, false] : [true, true]);
  return open === null;
}

describe('understudy unfence', () => {
  it('shows what it sees and what it will do, and gives the site its database and its traffic back', async () => {
    goesDark(west);
    expect(await cluster.run(['unfence', name], name)).toBe(0);
    expect(said.err).toContain('us-east-1 (primary) is fenced');
    expect(said.err).toMatch(/journal in us-west-2: no answer/);
    expect(said.err).toMatch(/takeover\/4: no answer/);
    expect(said.err).toContain('s3://trading-witness/takeover/4: is not there');
    expect(said.err).toContain("the controller's last word: the journal cannot be read");
    expect(said.err).toMatch(
      /the deny entries out of trading-db-acl, and puts s3:\/\/trading-switch-us-east-1\/open\/3/,
    );
    expect(said.err).toContain('and not just from here');
    expect(said.out).toBe('primary has its database and its traffic back.');
    expect(await bucketIn(east).read(openKey(term), limit())).toBe(switchObjectBody(name, term));
    expect(await isFenced()).toBe(false);
  });

  it('does nothing unless the name of the plan is typed, and asks nobody where it is told --yes', async () => {
    goesDark(west);
    expect(await cluster.run(['unfence', name], 'yes')).toBe(1);
    expect(said.err).toContain('Nothing was done.');
    expect(await isFenced()).toBe(true);
    expect(await cluster.run(['unfence', name, '--dry-run', '--yes'])).toBe(0);
    expect(await isFenced()).toBe(true);
    expect(await cluster.run(['unfence', name])).toBe(2);
    expect(await isFenced()).toBe(true);
    expect(await cluster.run(['unfence', name, '--yes', '--json'])).toBe(0);
    expect(JSON.parse(said.out.slice(said.out.lastIndexOf('{')))).toMatchObject({
      plan: name,
      site: 'primary',
      region: east,
      activationTerm: term,
      unfenced: true,
    });
    expect(await isFenced()).toBe(false);
  });

  it('has nothing to do where the site has everything', async () => {
    const ec2 = clients.ec2(east);
    await removeFence(ec2, await readFence(ec2, fence, limit()), limit());
    await bucketIn(east).write(openKey(term), switchObjectBody(name, term), limit());
    goesDark(west);
    expect(await cluster.run(['unfence', name])).toBe(0);
    expect(said.out).toMatch(/^Nothing to do/);
  });

  it('works where the journal is gone and its region is there', async () => {
    expect(await cluster.run(['unfence', name, '--yes'])).toBe(0);
    expect(said.err).toMatch(/journal in us-west-2: it has none there/);
    expect(await isFenced()).toBe(false);
  });

  it('takes the term from a person where the cluster has none', async () => {
    goesDark(west);
    cluster.server.table('regionalstacks').remove('trading/trading-primary');
    expect(await cluster.run(['unfence', name, '--yes'])).toBe(2);
    expect(said.err).toContain('--term');
    expect(await isFenced()).toBe(true);
    expect(await cluster.run(['unfence', name, '--yes', '--term', '3'])).toBe(0);
    expect(await isFenced()).toBe(false);
  });
});

describe('understudy unfence refuses', () => {
  afterEach(async () => {
    for (const [region, { info }] of regions) board.setUpstream(awsUpstream(region), info.apiPort);
    expect(await isFenced()).toBe(true);
  });

  it.each([
    ['in the standby', west],
    ['in the witness', ohio],
  ])('while a takeover marker can be seen %s', async (_, region) => {
    await bucketIn(region).write(takeoverKey(term + 1), switchObjectBody(name, term + 1), limit());
    if (region === ohio) goesDark(west);
    expect(await cluster.run(['unfence', name, '--yes'])).toBe(1);
    expect(said.err).toContain('US1031');
    expect(said.err).toMatch(/takeover\/4 is there/);
  });

  it('while the controller has seen an intent', async () => {
    goesDark(west);
    cluster.addFailover({
      name: 'trading-7',
      spec: { action: 'Switchover' },
      status: { phase: 'Running', operationId: 'trading#7', steps: [{ name: 'intent', phase: 'Succeeded' }] } as never,
    });
    expect(await cluster.run(['unfence', name, '--yes'])).toBe(1);
    expect(said.err).toContain('US1031');
    expect(said.err).toContain('the intent of trading#7 is written, as the controller saw it');
  });

  it('while the witness cannot be read, or there is none', async () => {
    goesDark(west);
    goesDark(ohio);
    expect(await cluster.run(['unfence', name, '--yes'])).toBe(1);
    expect(said.err).toContain('US2010');
    const { witness: _none, ...without } = spec;
    cluster.addPlan('trading', { active: 'primary' }, { spec: without });
    expect(await cluster.run(['unfence', name, '--yes'])).toBe(1);
    expect(said.err).toMatch(/trading-switch-us-west-2\/takeover\/4 cannot be read, where a takeover would show/);
  });

  it('where an answer says no more than that it will not say', async () => {
    regions.get(west)?.addFault({ service: 'dynamodb', operation: 'GetItem', kind: 'AccessDenied' });
    expect(await cluster.run(['unfence', name, '--yes'])).toBe(1);
    expect(said.err).toContain('US2010');
    expect(said.err).toContain('not authorized');
    regions.get(west)?.clearFaults();
    regions.get(west)?.addFault({ service: 'dynamodb', operation: 'GetItem', kind: 'Throttle' });
    expect(await cluster.run(['unfence', name, '--yes'])).toBe(1);
  });

  it('without credentials, by which every region would look dark', async () => {
    goesDark(west);
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;
    Object.assign(process.env, {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    });
    expect(await cluster.run(['unfence', name, '--yes'])).toBe(1);
    expect(said.err).toContain('US2010');
  });
});

/** The standby's table keeps a document from here on. */
describe('understudy unfence leaves to the actors what the journal tells them', () => {
  afterEach(async () => {
    expect(await isFenced()).toBe(true);
  });

  it.each<[string, Journal, string, string]>([
    ['an operation that may be aborted', begun, 'US1032', 'trading#1 runs and may be aborted'],
    ['nothing', firstJournal(name, 'Automatic', false), 'US1032', 'no operation runs'],
    ['an intent', withIntent(begun), 'US1031', 'the intent of trading#1 is written: PromoteReadReplica trading'],
    [
      'another active',
      { ...firstJournal(name, 'Automatic', false), activation: { term: 4, active: 'secondary' } },
      'US1031',
      'by the journal secondary is active',
    ],
  ])('%s', async (_, journal, code, message) => {
    await putJournal(journal);
    expect(await cluster.run(['unfence', name, '--yes'])).toBe(1);
    expect(said.err).toContain(code);
    expect(said.err).toContain(message);
  });
});

function withIntent(journal: Journal): Journal {
  const { operation } = journal;
  if (operation === null) throw new Error('no operation is running');
  const intent = { call: 'PromoteReadReplica' as const, database: 'trading', epoch: 1, leaseTerm: 4, atMs: 0 };
  return { ...journal, operation: { ...operation, intent } };
}
