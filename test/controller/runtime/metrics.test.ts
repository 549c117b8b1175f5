import { beforeEach, describe, expect, it } from '@jest/globals';
import { RuntimeMetrics } from '../../../controller/runtime/metrics.ts';
import { WorkQueue } from '../../../controller/runtime/queue.ts';
import { VirtualClock } from './virtual-clock.ts';

let metrics: RuntimeMetrics;

beforeEach(() => {
  metrics = new RuntimeMetrics();
});

/** The values of the lines that are not comments, by name and labels. */
async function samples(): Promise<Record<string, number>> {
  const lines = (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

describe('the metrics of the runtime', () => {
  it('count reconciliations by how they ended', async () => {
    metrics.reconciled('plans', 'success', 20);
    metrics.reconciled('plans', 'error', 2_000);
    expect(await samples()).toMatchObject({
      'controller_runtime_reconcile_total{controller="plans",result="success"}': 1,
      'controller_runtime_reconcile_total{controller="plans",result="error"}': 1,
      'controller_runtime_reconcile_errors_total{controller="plans"}': 1,
      'controller_runtime_reconcile_time_seconds_sum{controller="plans"}': 2.02,
    });
  });

  it('show a queue as it is when they are read', async () => {
    const clock = new VirtualClock();
    const queue = new WorkQueue({ clock, metrics: metrics.queue('plans') });
    metrics.watchQueue('plans', queue);
    for (const key of ['a', 'b', 'c', 'd']) queue.add(key);
    await queue.get();
    await clock.advance(3_000);
    await queue.get();
    await clock.advance(1_000);
    queue.add('later', { afterMs: 60_000 });
    expect(await samples()).toMatchObject({
      'workqueue_depth{name="plans"}': 2,
      'workqueue_adds_total{name="plans"}': 4,
      'workqueue_retries_total{name="plans"}': 1,
      'workqueue_unfinished_work_seconds{name="plans"}': 5,
      'workqueue_longest_running_processor_seconds{name="plans"}': 4,
      'workqueue_queue_duration_seconds_sum{name="plans"}': 3,
    });
    queue.done('a');
    expect(await samples()).toMatchObject({
      'workqueue_unfinished_work_seconds{name="plans"}': 1,
      'workqueue_work_duration_seconds_sum{name="plans"}': 4,
    });
  });

  it('say who leads, and count requests to the API server', async () => {
    metrics.leading('controller', true);
    metrics.onRequest({ method: 'GET', host: '127.0.0.1:6443', code: '200' });
    metrics.onRequest({ method: 'PUT', host: '127.0.0.1:6443', code: '<error>' });
    const read = await samples();
    expect(read['leader_election_master_status{name="controller"}']).toBe(1);
    const requests = Object.entries(read).filter(([name]) => name.startsWith('rest_client_requests_total'));
    expect(requests.map(([, value]) => value)).toEqual([1, 1]);
    metrics.leading('controller', false);
    expect((await samples())['leader_election_master_status{name="controller"}']).toBe(0);
  });
});
