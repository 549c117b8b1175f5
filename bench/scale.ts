import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { controllerNamespace } from '../charts/cluster-names.ts';
import { bundleController } from '../scripts/controller/bundle.ts';
import { type Daemon, startDaemon } from '../test/e2e/rig/process/daemon.ts';
import { freePort } from '../test/e2e/rig/process/free-port.ts';
import { type BenchCluster, forEach, plansResource, startBenchCluster } from './scale/cluster.ts';
import type { DoubleReport, FromDouble, ToDouble } from './scale/messages.ts';
import { orderOf } from './scale/order.ts';
import { planName, planObject, priorityOf } from './scale/plans.ts';
import { type Usage, usageOf } from './scale/process-usage.ts';
import { quantileOf, type Scrape, scrape, sumOf } from './scale/prometheus.ts';

/** How long the steady state is measured. */
const steadyMs = 60_000;
/** Beginnings go on for so long after the last one before the rest is given up. */
const silenceMs = 90_000;
/** How long the start may take, and then the first look at readiness. */
const watchLimitMs = 600_000;
const readinessLimitMs = 120_000;
/** How long the plan's Lambda takes to end an operation that the controller began. */
const operationMs = 2_000;

/**
 * One controller, N plans on a real API server, and an AWS in memory: what the steady state costs, and how an outage of
 * the region that is active for all of them is begun. Linux only; the first run builds the API server.
 */
export async function scaleBench(plans: number): Promise<object> {
  const say = (text: string): void => console.error(`  ${text}`);
  const double = await startDouble(plans);
  const bench = await startBenchCluster();
  let running: Daemon | undefined;
  try {
    const beganMs = performance.now();
    await forEach(plans, 32, (index) => bench.api.create(plansResource, planObject(index, double.started.siteUrl)));
    say(`${plans} plans made in ${seconds(performance.now() - beganMs)} s`);
    const controller = await startController(bench, double.started);
    running = controller.daemon;
    const startMs = performance.now();
    const watchedMs = await untilSeries(controller, plans, watched, startMs + watchLimitMs, say);
    say(`all are watched ${seconds(watchedMs - startMs)} s after the start`);
    // The first look at readiness is not what every minute costs.
    await untilSeries(controller, plans, ready, performance.now() + readinessLimitMs, say);
    say(`steady from ${seconds(performance.now() - startMs)} s`);
    const steady = await measureSteady(controller, double, plans);
    say(`steady to ${seconds(performance.now() - startMs)} s: ${JSON.stringify(steady)}`);
    const outage = await measureOutage(controller, double, plans, say);
    return {
      machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
      plans,
      secondsToWatchAll: seconds(watchedMs - startMs),
      steady,
      outage,
    };
  } finally {
    await running?.stop(60_000);
    await bench.cluster.stop();
    double.child.disconnect();
  }
}

interface Double {
  readonly child: ReturnType<typeof fork>;
  readonly started: Extract<FromDouble, { type: 'Started' }>;
  ask<Type extends FromDouble['type']>(message: ToDouble, type: Type): Promise<Extract<FromDouble, { type: Type }>>;
}

async function startDouble(plans: number): Promise<Double> {
  const child = fork(path.join(import.meta.dirname, 'scale/aws-double.ts'), { execArgv: ['--import', 'tsx'] });
  const ask: Double['ask'] = async (message, type) => {
    child.send(message);
    for (;;) {
      const [answer] = (await once(child, 'message')) as [FromDouble];
      if (answer.type === type) return answer as never;
    }
  };
  return { child, ask, started: await ask({ type: 'Start', plans, operationMs }, 'Started') };
}

interface RunningController {
  readonly daemon: Daemon;
  readonly metrics: string;
  readonly health: string;
  usage(): Promise<Usage>;
}

async function startController(
  { cluster, controllerKubeconfig }: BenchCluster,
  { endpoint, dnsServer }: Double['started'],
): Promise<RunningController> {
  const outdir = path.join(cluster.folder, 'controller');
  await bundleController({ entry: 'controller/main.ts', outdir, version: 'bench' });
  const [metricsPort, healthPort] = [await freePort(), await freePort()];
  const health = `http://127.0.0.1:${healthPort}`;
  const daemon = await startDaemon({
    name: 'controller',
    command: process.execPath,
    args: [
      ...(process.env.UNDERSTUDY_BENCH_NODE ?? '').split(' ').filter((word) => word !== ''),
      path.join(outdir, 'main.mjs'),
      `--kubeconfig=${controllerKubeconfig}`,
      `--lease-namespace=${controllerNamespace}`,
      `--metrics-port=${metricsPort}`,
      `--health-port=${healthPort}`,
      '--identity=bench',
      '--describe-databases=together',
      '--log-level=warn',
    ],
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-west-2',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      UNDERSTUDY_DNS_SERVER: dnsServer,
    },
    folder: cluster.folder,
    isReady: async () => (await fetch(`${health}/readyz`)).ok,
    readyLimitMs: 300_000,
  });
  return { daemon, metrics: `http://127.0.0.1:${metricsPort}/metrics`, health, usage: () => usageOf(daemon.pid) };
}

/** Series of which each plan has one, once the controller's own vantage has seen its active site up, */
const watched = /^understudy_vantage_verdict\{.*vantage="controller".*\} 1$/gm;
/** and once its readiness was looked at. */
const ready = /^understudy_readiness_findings\{.*severity="Error".*\}/gm;

/** Until each plan has its series, or the limit. */
async function untilSeries(
  controller: RunningController,
  plans: number,
  series: RegExp,
  limitMs: number,
  say: (text: string) => void,
): Promise<number> {
  for (;;) {
    if (!controller.daemon.isRunning()) throw new Error(`the controller ended:\n${controller.daemon.logTail()}`);
    const text = await (await fetch(controller.metrics)).text();
    const count = text.match(series)?.length ?? 0;
    if (count >= plans || performance.now() > limitMs) return performance.now();
    const { rssMiB, cpuSeconds } = await controller.usage();
    say(`${count} of ${plans}, ${rssMiB} MiB, ${cpuSeconds} s`);
    await pause(5_000);
  }
}

async function measureSteady(controller: RunningController, double: Double, plans: number): Promise<object> {
  const before = { ...(await look(controller, double)), atMs: performance.now() };
  const stalls = await worstAnswerMs(`${controller.health}/healthz`, steadyMs);
  const after = { ...(await look(controller, double)), atMs: performance.now() };
  const minutes = (after.atMs - before.atMs) / 60_000;
  const perMinute = (count: number): number => round(count / minutes / plans, 3);
  const aws = Object.keys(after.report.calls)
    .map((call) => [call, perMinute((after.report.calls[call] ?? 0) - (before.report.calls[call] ?? 0))] as const)
    .filter(([, count]) => count > 0)
    .sort(([, one], [, other]) => other - one);
  const requests = (scraped: Scrape): number => sumOf(scraped, 'rest_client_requests_total');
  const reconcile = (quantile: number): number | null =>
    quantileOf(
      before.scraped,
      after.scraped,
      'controller_runtime_reconcile_time_seconds',
      'controller="failover-plan"',
      quantile,
    );
  return {
    rssMiB: after.usage.rssMiB,
    peakRssMiB: after.usage.peakRssMiB,
    cpuCores: round((after.usage.cpuSeconds - before.usage.cpuSeconds) / (minutes * 60), 3),
    callsPerPlanAndMinute: {
      kubernetes: perMinute(requests(after.scraped) - requests(before.scraped)),
      aws: round(
        aws.reduce((sum, [, count]) => sum + count, 0),
        3,
      ),
      looksAtSitesAndDns: perMinute(after.report.looks - before.report.looks),
      byOperation: Object.fromEntries(aws),
    },
    reconcileSeconds: { p50: reconcile(0.5), p99: reconcile(0.99) },
    worstHealthAnswerMs: Math.round(stalls),
  };
}

async function measureOutage(
  controller: RunningController,
  double: Double,
  plans: number,
  say: (text: string) => void,
): Promise<object> {
  const before = await look(controller, double);
  const { atMs: darkMs } = await double.ask({ type: 'Darken' }, 'Dark');
  let begun: DoubleReport['begun'] = [];
  let progressMs = performance.now();
  let worstMs = 0;
  while (begun.length < plans && performance.now() - progressMs < silenceMs) {
    worstMs = Math.max(worstMs, await worstAnswerMs(`${controller.health}/healthz`, 5_000));
    const { begun: now } = await double.ask({ type: 'Report' }, 'Report');
    if (now.length > begun.length) progressMs = performance.now();
    begun = now;
    say(`${begun.length} of ${plans} have begun, ${(await controller.usage()).rssMiB} MiB`);
  }
  const after = await look(controller, double);
  const inOrder = [...begun].sort((one, other) => one.atMs - other.atMs);
  const priorities = new Map(Array.from({ length: plans }, (_, index) => [planName(index), priorityOf(index)]));
  const afterDark = (position: number): number | null =>
    inOrder.length === 0 ? null : seconds((inOrder[position]?.atMs ?? Number.NaN) - darkMs);
  return {
    begun: begun.length,
    secondsFromOutage: {
      first: afterDark(0),
      median: afterDark(inOrder.length >> 1),
      last: afterDark(inOrder.length - 1),
    },
    order: orderOf(inOrder.map(({ plan }) => priorities.get(plan) ?? 0)),
    peakRssMiB: after.usage.peakRssMiB,
    cpuSeconds: round(after.usage.cpuSeconds - before.usage.cpuSeconds, 1),
    worstHealthAnswerMs: Math.round(worstMs),
  };
}

async function look(controller: RunningController, double: Double) {
  const { report, scraped, usage } = {
    report: await double.ask({ type: 'Report' }, 'Report'),
    scraped: await scrape(controller.metrics),
    usage: await controller.usage(),
  };
  return { report, scraped, usage };
}

/** How long the process takes at worst to say that it is well: what its event loop is blocked for. */
async function worstAnswerMs(url: string, forMs: number): Promise<number> {
  const endMs = performance.now() + forMs;
  let worstMs = 0;
  while (performance.now() < endMs) {
    const askedMs = performance.now();
    await fetch(url).then((answer) => answer.text());
    worstMs = Math.max(worstMs, performance.now() - askedMs);
    await pause(100);
  }
  return worstMs;
}

function seconds(ms: number): number {
  return round(ms / 1_000, 1);
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
