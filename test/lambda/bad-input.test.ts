import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bundleFunction } from '../../scripts/lambda/bundle.ts';
import { type ErrorCode, errorTable } from '../../src/api/errors.ts';
import { functionNames } from '../../src/api/names.ts';
import { AwsClients } from '../../src/aws/clients.ts';
import { DynamoDbJournal } from '../../src/aws/dynamodb-journal.ts';
import { type Region, startRegion } from '../../src/sandbox/region/region.ts';
import type { RegionEvent } from '../../src/sandbox/region/region-events.ts';
import { eventually } from '../sandbox/eventually.ts';
import { makeFolder } from '../sandbox/region/a-folder.ts';
import { journalOf, planText, prefix } from './site.ts';

/**
 * What a function makes of input that it cannot use, from its bundle as Lambda runs it. Each ends in an error whose type
 * is a code of the table, which the alarm on errors tells, and in one line that says what to do; and nothing was begun.
 */
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const table = 'trading-journal-dev';
const dark = { primary: 'http://127.0.0.1:9/', secondary: 'http://127.0.0.1:9/' };
const tooShortMs = 3_000;

describe.each(functionNames)('the bundle of the %s function', (name) => {
  const [whole, short] = [`trading-${name}-dev`, `trading-${name}-short`];
  const events: RegionEvent[] = [];
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let region: Region;
  let clients: AwsClients;
  let lambda: LambdaClient;

  beforeAll(async () => {
    folder = await makeFolder();
    const code = path.join(folder.path, `${name}.zip`);
    await writeFile(code, (await bundleFunction(name)).zip);
    const here = name === 'witness' ? 'us-east-2' : 'us-west-2';
    const environment = {
      UNDERSTUDY_PARAMETERS: prefix,
      UNDERSTUDY_LOOK_SECONDS: '0',
      UNDERSTUDY_DATABASE_CA: 'none',
      ...(name === 'witness' ? {} : { UNDERSTUDY_SITE: 'secondary' }),
    };
    const functionOf = (each: string, timeoutMs: number) => ({ name: each, code, timeoutMs, environment, retries: 0 });
    region = await startRegion(
      {
        region: here,
        accountId: '111122223333',
        directory: path.join(folder.path, 'region'),
        tables: [{ name: table, partitionKey: 'plan', sortKey: { name: 'item', type: 'S' } }],
        // Not the plan: it has not been made yet.
        parameters: [{ name: `${prefix}/database/name`, type: 'String', value: 'trading' }],
        functions: [functionOf(whole, 110_000), functionOf(short, tooShortMs)],
      },
      (event) => events.push(event),
    );
    const { endpoint } = region.info;
    clients = new AwsClients({ actor: 'test', callMs: 5_000, endpoint, credentials });
    lambda = new LambdaClient({ region: here, endpoint, credentials, maxAttempts: 1 });
  });
  afterAll(async () => {
    lambda?.destroy();
    clients?.close();
    await region?.stop();
    await folder?.remove();
  });
  beforeEach(() => {
    events.length = 0;
    region.clearFaults();
  });

  async function putPlan(text: string): Promise<void> {
    const command = new PutParameterCommand({ Name: `${prefix}/plan`, Value: text, Type: 'String', Overwrite: true });
    await clients.ssm(region.info.region).send(command);
  }

  async function putJournal(format: number): Promise<void> {
    const document = JSON.stringify({ ...journalOf(), format });
    const Item = { plan: { S: 'trading' }, item: { S: 'journal' }, version: { N: '0' }, document: { S: document } };
    await clients.dynamoDb('us-west-2').send(new PutItemCommand({ TableName: table, Item }));
  }

  /** Invokes, and sees that it ended as a refusal has to. */
  async function refused(code: ErrorCode, event: unknown = {}, functionName = whole): Promise<string> {
    const before = region.calls.length;
    const Payload = Buffer.from(JSON.stringify(event));
    const answer = await lambda.send(new InvokeCommand({ FunctionName: functionName, Payload }));
    const { errorType, errorMessage } = JSON.parse(answer.Payload?.transformToString() ?? '');
    const { title, remedy } = errorTable[code];
    expect({ error: answer.FunctionError, errorType }).toEqual({ error: 'Unhandled', errorType: code });
    expect(errorMessage).toContain(remedy);
    // What Lambda counts as an error, and the alarm tells.
    expect(events.filter(({ type }) => type === 'Invocation')).toEqual([
      expect.objectContaining({ invocation: expect.objectContaining({ outcome: 'Failed' }) }),
    ]);
    const written = () => events.flatMap((each) => (each.type === 'FunctionLog' ? [JSON.parse(each.line)] : []));
    // A line comes by another way than the answer.
    await eventually('a line of it', () => written().some(({ level }) => level === 'error'));
    const lines = written();
    expect(lines.filter(({ level }) => level === 'error')).toEqual([
      expect.objectContaining({ function: name, code, title, remedy, requestId: expect.any(String) }),
    ]);
    expect(lines.filter((line) => '_aws' in line)).toEqual([]);
    const made = region.calls.slice(before).filter(({ principal }) => principal === functionName);
    expect(made.map(({ operation }) => operation).filter((each) => !/^(Get|Describe|List|Query)/.test(each))).toEqual(
      [],
    );
    return errorMessage;
  }

  // In the order in which an installation gets there: no plan, then a plan and no journal that can be used.
  it('says that there is no plan', async () => {
    expect(await refused('US2004')).toContain(`there is no SSM parameter ${prefix}/plan`);
  });

  it('refuses a plan of a newer version', async () => {
    await putPlan('{"apiVersion":"understudy.dev/v2","kind":"FailoverPlan"}');
    expect(await refused('US2005')).toContain('understudy.dev/v2');
  });

  it('refuses a journal of a newer version', async () => {
    await putPlan(planText(dark));
    await putJournal(99);
    await refused('US2006');
  });

  it.each([
    ['of no known shape', { source: 'aws.s3', detail: {} }],
    ['that is no object', ['Failover']],
    ['that asks for what nobody does', { action: 'Explode', reason: 'x' }],
  ])('refuses an event %s', async (_, event) => {
    await putPlan(planText(dark));
    await putJournal(1);
    await refused('US2003', event);
  });

  it.each([
    ['the plan', 'ssm', 'GetParameter'],
    ['the journal', 'dynamodb', 'GetItem'],
  ])('says which permission is missing to read %s', async (_, service, operation) => {
    await putPlan(planText(dark));
    await putJournal(1);
    region.addFault({ service, operation, kind: 'AccessDenied' });
    expect(await refused('US2007')).toContain(`${service}:${operation}`);
  });

  it('begins nothing that it has no time for', async () => {
    await putPlan(planText(dark));
    await putJournal(1);
    expect(await refused('US2008', {}, short)).toContain('are needed to begin');
    const journal = new DynamoDbJournal({
      client: clients.dynamoDb('us-west-2'),
      table,
      plan: 'trading',
      callMs: 5_000,
      trouble: () => {},
    });
    expect(await journal.read()).toEqual(journalOf());
  });
});
