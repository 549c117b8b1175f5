import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { bundleController } from '../scripts/controller/bundle.ts';
import { ownProcess } from '../test/e2e/rig/process/owned.ts';
import { goBuild, requireGo } from '../test/e2e/rig/toolchain/go.ts';
import { type BenchCluster, forEach, plansResource, startBenchCluster } from './scale/cluster.ts';
import { benchNamespace, planName, planObject } from './scale/plans.ts';
import { type Usage, usageOf } from './scale/process-usage.ts';

const workers = 16;
/** Objects that are changed in one go. */
const stormSize = 5_000;

/**
 * `controller/runtime` beside Go's controller-runtime, one after the other, on the same API server and objects: until all
 * are known, until each was reconciled once, and through a storm of changes. Without Go only the first is measured.
 */
export async function informerBench(plans: number): Promise<object> {
  const bench = await startBenchCluster();
  try {
    await forEach(plans, 32, (index) => bench.api.create(plansResource, planObject(index, 'http://127.0.0.1')));
    console.error(`  ${plans} objects made`);
    const ours = await measure(bench, plans, 'ours', await ourCommand(bench));
    const go = await goCommand(bench);
    if (go === null) return { plans, ours };
    const controllerRuntime = await measure(bench, plans, 'controller-runtime', go);
    return { plans, ours, controllerRuntime, oursToGo: ratios(ours, controllerRuntime) };
  } finally {
    await bench.cluster.stop();
  }
}

type Command = readonly [command: string, ...args: string[]];

async function ourCommand({ cluster }: BenchCluster): Promise<Command> {
  const outdir = path.join(cluster.folder, 'ours');
  await bundleController({ entry: 'bench/informer/ours.ts', outdir, version: 'bench' });
  return [process.execPath, path.join(outdir, 'main.mjs')];
}

/** `null`, with the reason told, where Go is missing. */
async function goCommand({ cluster }: BenchCluster): Promise<Command | null> {
  try {
    await requireGo();
  } catch (error) {
    console.error(`  controller-runtime is left out: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
  const output = path.join(cluster.folder, 'controller-runtime');
  console.error('  building with controller-runtime');
  const wrapperFolder = path.join(import.meta.dirname, 'informer/controller-runtime');
  await goBuild({ wrapperFolder, package: '.', output, variables: {} });
  return [output];
}

interface Measured {
  readonly secondsToSync: number;
  readonly secondsToReconcileAll: number;
  /** From the first change to the reconciliation of the last, and how many a second. */
  readonly stormSeconds: number;
  readonly changesPerSecond: number;
  readonly cpuSecondsToReconcileAll: number;
  readonly cpuSecondsOfStorm: number;
  readonly peakRssMiB: number;
}

async function measure(bench: BenchCluster, plans: number, label: string, command: Command): Promise<Measured> {
  const [program, ...args] = command;
  const options = [`--kubeconfig=${bench.controllerKubeconfig}`, `--plans=${plans}`, `--workers=${workers}`];
  const startedMs = performance.now();
  const child = spawn(program, [...args, ...options], { stdio: ['pipe', 'pipe', 'inherit'] });
  ownProcess(child);
  const said = wordsOf(createInterface(child.stdout));
  const usage = (): Promise<Usage> => usageOf(child.pid ?? 0);
  const sinceMs = async (word: string): Promise<number> => (await said(word)) - startedMs;
  const secondsToSync = (await sinceMs('synced')) / 1_000;
  const secondsToReconcileAll = (await sinceMs('reconciled')) / 1_000;
  const calm = await usage();

  const changes = Math.min(stormSize, plans);
  child.stdin.write(`${label} ${changes}\n`);
  await said('counting');
  const reconciled = said('reconciled');
  const stormMs = performance.now();
  await forEach(changes, 32, (index) =>
    bench.api.mergePatch(
      plansResource,
      { name: planName(index), namespace: benchNamespace },
      { metadata: { labels: { storm: label } } },
    ),
  );
  const stormSeconds = ((await reconciled) - stormMs) / 1_000;
  const after = await usage();
  child.stdin.end();
  await once(child, 'exit');
  const measured = {
    secondsToSync: rounded(secondsToSync),
    secondsToReconcileAll: rounded(secondsToReconcileAll),
    stormSeconds: rounded(stormSeconds),
    changesPerSecond: Math.round(changes / stormSeconds),
    cpuSecondsToReconcileAll: rounded(calm.cpuSeconds),
    cpuSecondsOfStorm: rounded(after.cpuSeconds - calm.cpuSeconds),
    peakRssMiB: after.peakRssMiB,
  };
  console.error(`  ${label}: ${JSON.stringify(measured)}`);
  return measured;
}

/** Resolves with the moment in which the process says a word the next time, kept if it has said it already. */
function wordsOf(lines: NodeJS.EventEmitter): (word: string) => Promise<number> {
  const kept = new Map<string, number>();
  const waiting = new Map<string, (atMs: number) => void>();
  lines.on('line', (word: string) => {
    const resolve = waiting.get(word);
    waiting.delete(word);
    if (resolve === undefined) kept.set(word, performance.now());
    else resolve(performance.now());
  });
  return (word) => {
    const atMs = kept.get(word);
    kept.delete(word);
    return atMs === undefined ? new Promise((resolve) => waiting.set(word, resolve)) : Promise.resolve(atMs);
  };
}

function ratios(ours: Measured, other: Measured): Record<string, number> {
  return Object.fromEntries(
    (Object.keys(ours) as (keyof Measured)[]).map((key) => [key, rounded(ours[key] / other[key])]),
  );
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
