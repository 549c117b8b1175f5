import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { controllerNamespace, controllerServiceAccount } from '../../../charts/cluster-names.ts';
import { bundleController } from '../../../scripts/controller/bundle.ts';
import { defaultTiming } from '../../../src/failover/timing.ts';
import { scaleTiming } from '../../../src/sandbox/speed.ts';
import { operationsLocation } from '../../../src/sandbox/world/locations.ts';
import type { World } from '../../../src/sandbox/world/world.ts';
import type { Cluster } from '../rig/cluster.ts';
import { type Daemon, startDaemon } from '../rig/process/daemon.ts';
import { freePort } from '../rig/process/free-port.ts';
import { ownFolder } from '../rig/process/owned.ts';

/** A line of the controller's log. */
export interface LogLine {
  readonly level: string;
  readonly msg?: string;
  readonly [field: string]: unknown;
}

/** A replica of the controller: the bundle of `npm run build:controller` as a process, with the rights of its ServiceAccount. */
export interface ControllerProcess {
  /** As in its Lease and in journals, but for the suffix that each start gets. */
  readonly name: string;
  readonly metricsUrl: string;
  isRunning(): boolean;
  /** Whether it leads, by its own metrics. */
  leads(): Promise<boolean>;
  log(): readonly LogLine[];
  signal(name: NodeJS.Signals): void;
  /** SIGKILL: a crash. */
  kill(): Promise<void>;
  /** SIGTERM, and time for an orderly end. */
  stop(): Promise<void>;
}

const version = '0.0.0-e2e';
let bundle: Promise<string> | undefined;

/** The bundle is the same for all of a test file. */
function bundled(): Promise<string> {
  bundle ??= (async () => {
    const outdir = ownFolder('controller');
    await bundleController({ entry: 'controller/main.ts', outdir, version });
    return join(outdir, 'main.mjs');
  })();
  return bundle;
}

export interface ControllerProcessOptions {
  /** Node's own flags. */
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a replica; it is there when it is alive, and leads when it can. */
export async function startControllerProcess(
  cluster: Cluster,
  world: World,
  name: string,
  { nodeArgs = [], env = {} }: ControllerProcessOptions = {},
): Promise<ControllerProcess> {
  const program = await bundled();
  const kubeconfig = await cluster.serviceAccountKubeconfig(controllerNamespace, controllerServiceAccount);
  const [healthPort, metricsPort] = [await freePort(), await freePort()];
  const place = world.app.spec.operations.region ?? operationsLocation;
  const daemon: Daemon = await startDaemon({
    name,
    command: process.execPath,
    args: [
      // A warning of a leak is of no use without the place.
      '--trace-warnings',
      ...nodeArgs,
      program,
      `--kubeconfig=${kubeconfig}`,
      `--identity=${name}`,
      `--health-port=${healthPort}`,
      `--metrics-port=${metricsPort}`,
    ],
    env: {
      ...(world.environment(place) as Record<string, string>),
      UNDERSTUDY_TIMING: JSON.stringify(scaleTiming(defaultTiming, world.speed)),
      UNDERSTUDY_DATABASE_CA: 'none',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...env,
    },
    folder: cluster.folder,
    isReady: async () => (await fetch(`http://127.0.0.1:${healthPort}/healthz`)).ok,
  });
  const metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`;
  return {
    name,
    metricsUrl,
    isRunning: daemon.isRunning,
    leads: async () => {
      const text = await (await fetch(metricsUrl)).text();
      return /^leader_election_master_status(\{.*\})? 1$/m.test(text);
    },
    log: () => readFileSync(daemon.logFile, 'utf8').split('\n').flatMap(lineOf),
    signal: (name) => daemon.signal(name),
    kill: () => daemon.stop(0),
    stop: () => daemon.stop(40_000),
  };
}

/** Node's own last words are no JSON. */
function lineOf(text: string): LogLine[] {
  try {
    return [JSON.parse(text) as LogLine];
  } catch {
    return [];
  }
}
