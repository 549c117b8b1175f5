import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  DeleteFunctionConcurrencyCommand,
  InvokeCommand,
  type InvokeCommandOutput,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ZipFile } from 'yazl';
import { UnderstudyError } from '../../../src/api/errors.ts';
import { type Region, startRegion } from '../../../src/sandbox/region/region.ts';
import type { FunctionConfig, RegionConfig } from '../../../src/sandbox/region/region-config.ts';
import type { RegionEvent } from '../../../src/sandbox/region/region-events.ts';
import { startRegionProcess } from '../../../src/sandbox/region/region-process.ts';
import { eventually } from '../eventually.ts';
import { makeFolder } from './a-folder.ts';

/** Each is the source of an index.mjs. */
const sources = {
  echo: `let calls = 0;
    export async function handler(event, context) {
      calls += 1;
      console.log('called', calls);
      return { event, calls, pid: process.pid, left: context.getRemainingTimeInMillis(), id: context.awsRequestId,
        region: process.env.AWS_REGION, endpoint: process.env.AWS_ENDPOINT_URL, colour: process.env.COLOUR,
        foreign: process.env.FOREIGN ?? null };
    }`,
  silent: 'export const handler = async () => undefined;',
  throws: `export const handler = async () => { throw Object.assign(new Error('no plan'), { name: 'US2004' }); };`,
  slow: 'export const handler = () => new Promise((resolve) => setTimeout(resolve, 60_000));',
  waits: `import { existsSync } from 'node:fs';
    export const handler = async ({ until }) => {
      while (!existsSync(until)) await new Promise((resolve) => setTimeout(resolve, 5));
      return 'waited';
    };`,
  exits: 'export const handler = () => process.exit(3);',
  broken: "throw new Error('cannot load');",
  background: `let ticks = 0;
    export const handler = async () => { if (ticks === 0) setInterval(() => { ticks += 1; }, 1); ticks += 1; return { ticks, pid: process.pid }; };`,
  measures: `export const handler = async () => process.stdout.write(JSON.stringify({ _aws: { Timestamp: Date.now(),
      CloudWatchMetrics: [{ Namespace: 'Understudy', Dimensions: [['App']], Metrics: [{ Name: 'FailoverReady' }] }] },
      App: 'trading', FailoverReady: [1, 0] }) + '\\n');`,
  flaky: `let calls = 0; export const handler = async () => { calls += 1; if (calls === 1) throw new Error('first'); return calls; };`,
};
type Name = keyof typeof sources;
/** Calls AWS by the SDK that the runtime carries, and comes as a zip. */
const caller = `import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
  export const handler = async () => (await new SNSClient({}).send(new ListTopicsCommand({}))).Topics;`;

let folder: Awaited<ReturnType<typeof makeFolder>>;
let region: Region;
let lambda: LambdaClient;
const events: RegionEvent[] = [];
const release = () => path.join(folder.path, 'release');

async function functionOf(name: Name, more: Partial<FunctionConfig> = {}): Promise<FunctionConfig> {
  const code = path.join(folder.path, 'code', name);
  await mkdir(code, { recursive: true });
  await writeFile(path.join(code, 'index.mjs'), sources[name]);
  return { name, code, timeoutMs: 20_000, ...more };
}

async function zipped(source: string): Promise<string> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(source), 'index.mjs');
  zip.addBuffer(Buffer.from('not packed'), 'docs/notice.txt', { compress: false });
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  const file = path.join(folder.path, 'caller.zip');
  await writeFile(file, Buffer.concat(chunks));
  return file;
}

async function configOf(functions: readonly FunctionConfig[], directory: string): Promise<RegionConfig> {
  return {
    region: 'us-west-2',
    accountId: '111122223333',
    directory: path.join(folder.path, directory),
    speed: 100,
    topics: ['alerts'],
    functions,
  };
}

beforeAll(async () => {
  process.env.FOREIGN = 'of the tests';
  folder = await makeFolder();
  const functions = [
    await functionOf('echo', { environment: { COLOUR: 'red' } }),
    await functionOf('silent'),
    await functionOf('throws'),
    await functionOf('slow', { timeoutMs: 300 }),
    await functionOf('waits', { reservedConcurrency: 1 }),
    await functionOf('exits'),
    await functionOf('broken'),
    await functionOf('background'),
    await functionOf('measures'),
    await functionOf('flaky', { retries: 1 }),
    { name: 'caller', code: await zipped(caller), timeoutMs: 20_000 },
  ];
  region = await startRegion(await configOf(functions, 'region'), (event) => events.push(event));
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
  lambda = new LambdaClient({ region: 'us-west-2', endpoint: region.info.endpoint, credentials, maxAttempts: 1 });
});
afterAll(async () => {
  lambda?.destroy();
  await region?.stop();
  await folder?.remove();
  delete process.env.FOREIGN;
});

function invoke(FunctionName: string, event?: unknown, more: object = {}): Promise<InvokeCommandOutput> {
  const payload = event === undefined ? {} : { Payload: JSON.stringify(event) };
  return lambda.send(new InvokeCommand({ FunctionName, ...payload, ...more }));
}

async function resultOf(name: string, event?: unknown) {
  const { Payload, FunctionError, StatusCode } = await invoke(name, event);
  return { StatusCode, FunctionError, payload: JSON.parse(Payload?.transformToString() ?? '') };
}

const ends = (name: string) =>
  events.flatMap((each) =>
    each.type === 'Invocation' && each.invocation.functionName === name ? [each.invocation] : [],
  );

describe('Lambda', () => {
  it('calls the handler with its event, its context and its own environment', async () => {
    const { StatusCode, FunctionError, payload } = await resultOf('echo', { hello: 'world' });
    expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200, FunctionError: undefined });
    expect(payload).toMatchObject({
      event: { hello: 'world' },
      region: 'us-west-2',
      endpoint: region.info.endpoint,
      colour: 'red',
      foreign: null,
    });
    expect(payload.left).toBeGreaterThan(0);
    expect(payload.left).toBeLessThanOrEqual(20_000);
    expect(payload.id).not.toBe('');
  });

  it('takes a name, a partial ARN or an ARN, and no event for an empty one', async () => {
    const arn = 'arn:aws:lambda:us-west-2:111122223333:function:echo';
    for (const name of [arn, '111122223333:function:echo', 'echo:$LATEST']) {
      expect((await resultOf(name)).payload.event).toEqual({});
    }
  });

  it('keeps a container for the next invocation, and tells what it wrote', async () => {
    const first = (await resultOf('echo')).payload;
    const second = (await resultOf('echo')).payload;
    expect(second).toMatchObject({ pid: first.pid, calls: first.calls + 1 });
    await eventually('the line is told', () =>
      events.some((each) => each.type === 'FunctionLog' && each.line === `called ${second.calls}`),
    );
  });

  it('freezes a container between invocations', async () => {
    const first = (await resultOf('background')).payload;
    // Longer than many turns of the interval that the handler left running.
    await resultOf('echo');
    await resultOf('echo');
    const second = (await resultOf('background')).payload;
    expect(second.pid).toBe(first.pid);
    const { durationMs } = ends('background').at(-1) ?? { durationMs: Number.NaN };
    expect(second.ticks - first.ticks).toBeLessThanOrEqual(durationMs + 5);
  });

  it('answers null for nothing, and tells what a handler threw', async () => {
    expect((await resultOf('silent')).payload).toBeNull();
    const { StatusCode, FunctionError, payload } = await resultOf('throws');
    expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(payload).toMatchObject({ errorType: 'US2004', errorMessage: 'no plan' });
  });

  it.each([
    ['runs out of time', 'slow', 'Sandbox.Timedout', 'Task timed out after 0.30 seconds'],
    ['exits', 'exits', 'Runtime.ExitError', 'exit status 3'],
    ['cannot be loaded', 'broken', 'Error', 'cannot load'],
  ])('ends a function that %s, and starts afresh the next time', async (_, name, errorType, message) => {
    for (const _round of [1, 2]) {
      const { FunctionError, payload } = await resultOf(name);
      expect({ FunctionError, errorType: payload.errorType }).toEqual({ FunctionError: 'Unhandled', errorType });
      expect(payload.errorMessage).toContain(message);
    }
  });

  it('runs a zip, with the AWS SDK of the runtime and the region as its AWS', async () => {
    const { payload } = await resultOf('caller');
    expect(payload).toEqual([{ TopicArn: 'arn:aws:sns:us-west-2:111122223333:alerts' }]);
    expect(region.calls.at(-2)).toMatchObject({ service: 'sns', operation: 'ListTopics', caller: 'caller' });
  });

  it('throttles beyond the reserved concurrency', async () => {
    const running = resultOf('waits', { until: release() });
    await expect(untilThrottled()).resolves.toMatchObject({ name: 'TooManyRequestsException' });
    await writeFile(release(), '');
    expect((await running).payload).toBe('waited');
    expect((await resultOf('waits', { until: release() })).payload).toBe('waited');
  });

  it('halts a function by its concurrency, and lets it go again', async () => {
    const FunctionName = 'silent';
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
    await expect(invoke(FunctionName)).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    expect((await invoke(FunctionName)).StatusCode).toBe(200);
    const unknown = new PutFunctionConcurrencyCommand({ FunctionName: 'nobody', ReservedConcurrentExecutions: 0 });
    await expect(lambda.send(unknown)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  /** The first may reach the region after the second. */
  async function untilThrottled(): Promise<unknown> {
    const quick = { Payload: JSON.stringify({ until: folder.path }) };
    for (;;) {
      const error = await lambda.send(new InvokeCommand({ FunctionName: 'waits', ...quick })).catch((thrown) => thrown);
      if (error instanceof Error) return error;
    }
  }

  it('takes an event, and tries again by itself what failed', async () => {
    const { StatusCode } = await invoke('flaky', {}, { InvocationType: 'Event' });
    expect(StatusCode).toBe(202);
    await eventually('it succeeded', () => ends('flaky').some(({ outcome }) => outcome === 'Succeeded'));
    const [first, second] = ends('flaky');
    expect(first).toMatchObject({ outcome: 'Failed', error: { errorMessage: 'first' } });
    expect(second?.requestId).toBe(first?.requestId);
  });

  it('puts metrics of the embedded format into CloudWatch', async () => {
    await resultOf('measures');
    const cloudWatch = new CloudWatchClient({
      region: 'us-west-2',
      endpoint: region.info.endpoint,
      credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    });
    const Metric = {
      Namespace: 'Understudy',
      MetricName: 'FailoverReady',
      Dimensions: [{ Name: 'App', Value: 'trading' }],
    };
    const values = async (Stat: string) => {
      const { MetricDataResults } = await cloudWatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(Date.now() - 300_000),
          EndTime: new Date(Date.now() + 300_000),
          MetricDataQueries: [{ Id: 'm', MetricStat: { Metric, Period: 300, Stat } }],
        }),
      );
      return MetricDataResults?.[0]?.Values?.reduce((sum, value) => sum + value, 0);
    };
    expect(await values('Sum')).toBe(1);
    expect(await values('SampleCount')).toBe(2);
    cloudWatch.destroy();
  });

  it('answers as documented for what is not there', async () => {
    await expect(invoke('nobody')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(lambda.send(new InvokeCommand({ FunctionName: 'echo', Payload: '{' }))).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
    });
    expect((await invoke('echo', {}, { InvocationType: 'DryRun' })).StatusCode).toBe(204);
  });

  it('needs the code', async () => {
    const functions = [{ name: 'unbuilt', code: path.join(folder.path, 'unbuilt.zip'), timeoutMs: 1_000 }];
    const starting = startRegion(await configOf(functions, 'unbuilt'));
    await expect(starting).rejects.toThrow(UnderstudyError);
  });
});

describe('a region that is killed', () => {
  it('takes its functions along, those that run and those that are frozen', async () => {
    const functions = [await functionOf('echo'), await functionOf('waits')];
    const seen: RegionEvent[] = [];
    const hooks = { onEvent: (event: RegionEvent) => void seen.push(event) };
    const killed = await startRegionProcess(await configOf(functions, 'killed'), hooks);
    try {
      const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
      const client = new LambdaClient({
        region: 'us-west-2',
        endpoint: killed.info.endpoint,
        credentials,
        maxAttempts: 1,
      });
      const { Payload } = await client.send(new InvokeCommand({ FunctionName: 'echo' }));
      const frozen = JSON.parse(Payload?.transformToString() ?? '').pid as number;
      expect(isAlive(frozen)).toBe(true);
      const cut = client.send(new InvokeCommand({ FunctionName: 'waits', Payload: '{"until":"/nowhere"}' }));
      cut.catch(() => {});
      await killed.kill();
      await expect(cut).rejects.toBeDefined();
      await eventually('it is gone', () => !isAlive(frozen));
      client.destroy();
    } finally {
      await killed.stop();
    }
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
