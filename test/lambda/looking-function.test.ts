import { createServer, type Server } from 'node:http';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { lookingFunction } from '../../lambda/runtime/looking-function.ts';
import { type Listener, listen } from '../../src/sandbox/region/listener.ts';
import {
  contextWith,
  type FunctionSite,
  journalOf,
  planText,
  prefix,
  startFunctionSite,
  surroundingsIn,
  tick,
} from './site.ts';

let application: { readonly server: Server; readonly listener: Listener; answer: number; looks: number };
let site: FunctionSite;
const kept = { ...process.env };

beforeAll(async () => {
  const server = createServer((_, reply) => {
    application.looks += 1;
    reply.writeHead(application.answer).end();
  });
  application = { server, listener: await listen(server), answer: 200, looks: 0 };
});
afterAll(() => application.listener.close());

beforeEach(async () => {
  application.answer = 200;
  application.looks = 0;
  const url = `http://127.0.0.1:${application.listener.port}/healthz`;
  site = await startFunctionSite({ plan: planText({ primary: url, secondary: 'http://127.0.0.1:9/healthz' }) });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: site.region.info.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});
afterEach(async () => {
  process.env = { ...kept };
  await site.close();
});

function prober(environment: NodeJS.ProcessEnv = {}) {
  const within = surroundingsIn(environment);
  const handler = lookingFunction({ name: 'prober', kind: 'Prober' }, within);
  const errors = () => within.lines.filter(({ level }) => level === 'error');
  return { handler, lines: within.lines, errors };
}

describe('a function that looks', () => {
  it('looks once, and its word stands in the table when it returns', async () => {
    await site.journal.replace(journalOf());
    const { handler, lines } = prober();
    const result = await handler(tick, contextWith());
    expect(result).toMatchObject({
      plan: 'trading',
      looks: 1,
      written: 1,
      seen: { 'prober-secondary': { primary: 'healthy', secondary: 'unreachable' } },
    });
    const [observation, ...others] = await site.journal.observations();
    expect(others).toEqual([]);
    expect(observation).toMatchObject({ vantage: 'prober-secondary', domain: 'us-west-2', sequence: 0 });
    expect(lines.at(-1)).toMatchObject({ level: 'info', function: 'prober', requestId: 'request-1', result });
  });

  it('publishes what it saw in the embedded format of CloudWatch', async () => {
    await site.journal.replace(journalOf());
    const { handler, lines } = prober();
    await handler(tick, contextWith());
    const [metrics] = lines.filter((line) => '_aws' in line);
    expect(metrics).toMatchObject({
      App: 'trading',
      Environment: 'dev',
      Vantage: 'prober-secondary',
      PrimaryAnswers: [1],
      SecondaryAnswers: [0],
    });
    expect(metrics?._aws).toMatchObject({
      CloudWatchMetrics: [{ Namespace: 'Understudy', Dimensions: [['App', 'Environment', 'Vantage']] }],
    });
  });

  it('remembers, while its container is warm, since when a site has been without success', async () => {
    await site.journal.replace(journalOf());
    const { handler } = prober();
    await handler(tick, contextWith());
    const [first] = await site.journal.observations();
    application.answer = 503;
    await handler({}, contextWith());
    const [second] = await site.journal.observations();
    expect(second).toMatchObject({ session: first?.session, sequence: 1 });
    expect(second?.sites.primary.answer).toBe('unhealthy');
    expect(second?.sites.primary.sinceSuccessMs).toBeGreaterThan(0);
  });

  it('looks at the pace of the plan for as long as it is told', async () => {
    await site.journal.replace(journalOf());
    const plan = planText(
      { primary: `http://127.0.0.1:${application.listener.port}/healthz`, secondary: 'http://127.0.0.1:9/' },
      { detection: { interval: '500ms', vantages: [{ name: 'p', kind: 'Prober', domain: 'us-west-2' }] } },
    );
    const Name = `${prefix}/plan`;
    await site.clients.ssm('us-west-2').send(new PutParameterCommand({ Name, Value: plan, Overwrite: true }));
    const { handler } = prober({ UNDERSTUDY_LOOK_SECONDS: '1.5' });
    const { looks, written } = await handler(tick, contextWith());
    expect(looks).toBeGreaterThan(1);
    expect(written).toBe(looks);
  });

  it('takes a plan that was changed while its container is warm', async () => {
    await site.journal.replace(journalOf());
    const { handler } = prober();
    const before = await handler(tick, contextWith());
    const plan = planText(
      { primary: 'http://127.0.0.1:9/', secondary: 'http://127.0.0.1:9/' },
      { detection: { vantages: [{ name: 'other', kind: 'Prober', domain: 'us-west-2' }] } },
    );
    const Name = `${prefix}/plan`;
    await site.clients.ssm('us-west-2').send(new PutParameterCommand({ Name, Value: plan, Overwrite: true }));
    const after = await handler(tick, contextWith());
    expect(Object.keys(after.seen)).toEqual(['other']);
    expect(after.planHash).not.toBe(before.planHash);
  });

  it('looks from a third region as the witness, where there is no site and no database', async () => {
    await site.journal.replace(journalOf());
    const within = surroundingsIn({ AWS_REGION: 'us-east-2', UNDERSTUDY_SITE: '' });
    const witness = lookingFunction({ name: 'witness', kind: 'Witness' }, within);
    expect(await witness(tick, contextWith())).toMatchObject({ seen: { witness: { primary: 'healthy' } } });
    expect((await site.journal.observations()).map(({ vantage }) => vantage)).toEqual(['witness']);
    expect(site.calls.filter(({ service }) => service === 'rds')).toEqual([]);
  });

  it('goes on looking while the journal is out of reach', async () => {
    site.region.addFault({ service: 'dynamodb', operation: '*', kind: 'InternalError' });
    const { handler, lines } = prober();
    expect(await handler(tick, contextWith())).toMatchObject({ looks: 1, written: 0 });
    expect(lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual(
      expect.arrayContaining([expect.stringContaining('the journal is out of reach')]),
    );
  });
});

describe('what ends an invocation, with a record and an error', () => {
  it.each([
    ['no object', 'start', 'is "start", and not an object'],
    ['another service', { source: 'aws.s3', detail: {} }, 'an event of "aws.s3"'],
    ['a request for an operation', { action: 'Failover', reason: 'x' }, 'this function only looks'],
    ['a mistyped request', { acton: 'Failover' }, 'acton'],
  ])('an event that is %s', async (_, event, message) => {
    const { handler, errors } = prober();
    await expect(handler(event, contextWith())).rejects.toMatchObject({ name: 'US2003' });
    expect(errors()).toEqual([expect.objectContaining({ code: 'US2003', message: expect.stringContaining(message) })]);
    expect(site.calls).toEqual([]);
  });

  it('no time left', async () => {
    const { handler, errors } = prober();
    await expect(handler(tick, contextWith(24_000))).rejects.toMatchObject({ name: 'US2008' });
    expect(errors()).toEqual([expect.objectContaining({ code: 'US2008' })]);
    expect(site.calls).toEqual([]);
  });

  it('an environment without its settings', async () => {
    const { handler } = prober({ UNDERSTUDY_PARAMETERS: '' });
    await expect(handler(tick, contextWith())).rejects.toMatchObject({ name: 'US2002' });
  });

  it('no plan', async () => {
    const { handler, errors } = prober({ UNDERSTUDY_PARAMETERS: '/orders/dev' });
    await expect(handler(tick, contextWith())).rejects.toMatchObject({ name: 'US2004' });
    expect(errors()).toEqual([
      expect.objectContaining({ code: 'US2004', message: 'there is no SSM parameter /orders/dev/plan' }),
    ]);
  });

  it.each([
    ['of a newer version', '{"apiVersion":"understudy.dev/v2","kind":"FailoverPlan"}', 'understudy.dev/v2'],
    [
      'with a field that nobody knows',
      planText({ primary: 'http://a/', secondary: 'http://b/' }).replace('"sites"', '"places"'),
      'cannot be understood',
    ],
    ['that is no JSON', 'apiVersion: understudy.dev/v1alpha1', 'is no JSON'],
    [
      'without a vantage here',
      planText({ primary: 'http://a/', secondary: 'http://b/' }, { detection: {} }),
      'no vantage of kind Prober',
    ],
  ])('a plan %s', async (_, plan, message) => {
    const Name = `${prefix}/plan`;
    await site.clients.ssm('us-west-2').send(new PutParameterCommand({ Name, Value: plan, Overwrite: true }));
    const { handler, errors } = prober();
    await expect(handler(tick, contextWith())).rejects.toMatchObject({ name: 'US2005' });
    expect(errors()).toEqual([expect.objectContaining({ code: 'US2005', message: expect.stringContaining(message) })]);
  });

  it('a journal of a newer version', async () => {
    await site.clients.dynamoDb('us-west-2').send(
      new PutItemCommand({
        TableName: 'trading-journal-dev',
        Item: {
          plan: { S: 'trading' },
          item: { S: 'journal' },
          version: { N: '7' },
          document: { S: JSON.stringify({ ...journalOf(), format: 99 }) },
        },
      }),
    );
    const { handler, errors } = prober();
    await expect(handler(tick, contextWith())).rejects.toMatchObject({ name: 'US2006' });
    expect(errors()).toEqual([expect.objectContaining({ code: 'US2006' })]);
    expect(application.looks).toBe(0);
  });

  it.each([
    ['reading the plan', 'ssm', 'GetParameter'],
    ['reading the journal', 'dynamodb', 'GetItem'],
    ['writing what was seen', 'dynamodb', 'PutItem'],
  ])('no permission for %s', async (doing, service, operation) => {
    await site.journal.replace(journalOf());
    site.region.addFault({ service, operation, kind: 'AccessDenied' });
    const { handler, errors } = prober();
    await expect(handler(tick, contextWith())).rejects.toMatchObject({ name: 'US2007' });
    const message = expect.stringMatching(
      new RegExp(`^${doing}: .*not authorized to perform: ${service}:${operation}`),
    );
    expect(errors()).toEqual([expect.objectContaining({ code: 'US2007', message })]);
  });
});
