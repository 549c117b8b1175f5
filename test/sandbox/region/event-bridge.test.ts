import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEventOf } from '../../../lambda/runtime/start-event.ts';
import { type Region, startRegion } from '../../../src/sandbox/region/region.ts';
import type { FunctionConfig, ScheduleConfig } from '../../../src/sandbox/region/region-config.ts';
import type { RegionEvent } from '../../../src/sandbox/region/region-events.ts';
import { eventually } from '../eventually.ts';
import { makeFolder } from './a-folder.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let region: Region | undefined;
let events: RegionEvent[] = [];

beforeEach(async () => {
  events = [];
  folder = await makeFolder();
  await mkdir(path.join(folder.path, 'code'));
  const source = 'export const handler = async (event) => console.log(JSON.stringify(event));';
  await writeFile(path.join(folder.path, 'code', 'index.mjs'), source);
});
afterEach(async () => {
  await region?.stop();
  await folder.remove();
});

async function start(schedules: readonly ScheduleConfig[], more: Partial<FunctionConfig> = {}): Promise<void> {
  region = await startRegion(
    {
      region: 'us-west-2',
      accountId: '111122223333',
      directory: path.join(folder.path, 'region'),
      speed: 600,
      functions: [{ name: 'prober', code: path.join(folder.path, 'code'), timeoutMs: 10_000, ...more }],
      schedules,
    },
    (event) => events.push(event),
  );
}

const lines = () => events.flatMap((event) => (event.type === 'FunctionLog' ? [JSON.parse(event.line)] : []));

describe('a schedule', () => {
  it('starts its function at its rate, divided by the speed, until the region stops', async () => {
    await start([{ name: 'each-minute', functionName: 'prober', everySeconds: 60 }]);
    await eventually('three starts', () => lines().length >= 3);
    await region?.stop();
    const count = lines().length;
    const first = lines()[0];
    expect(first).toMatchObject({
      source: 'aws.scheduler',
      'detail-type': 'Scheduled Event',
      region: 'us-west-2',
      resources: ['arn:aws:scheduler:us-west-2:111122223333:schedule/default/each-minute'],
    });
    expect(startEventOf(first)).toEqual({ kind: 'Tick' });
    expect(new Set(lines().map(({ id }) => id)).size).toBe(count);
  });

  it('may start for the first time sooner than its rate, and goes on at that', async () => {
    const hour = 60 * 60;
    await start([{ name: 'each-hour', functionName: 'prober', everySeconds: hour, firstAfterSeconds: 6 }]);
    await eventually('the first start', () => lines().length > 0, 5_000);
    expect(lines()).toHaveLength(1);
  });

  it('gives the input that it has', async () => {
    await start([{ name: 's', functionName: 'prober', everySeconds: 60, input: '{"own":true}' }]);
    await eventually('a start', () => lines().length >= 1);
    expect(lines()[0]).toEqual({ own: true });
  });

  it('outlives a target that is not there', async () => {
    await start([
      { name: 'lost', functionName: 'nobody', everySeconds: 60 },
      { name: 'found', functionName: 'prober', everySeconds: 60 },
    ]);
    await eventually('two starts', () => lines().length >= 2);
  });
});
