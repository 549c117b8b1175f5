import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { UnderstudyError } from '../../api/errors.ts';
import { freezeTree, killTree, signal } from './process-tree.ts';
import type { RegionConfig, RegionInfo } from './region-config.ts';
import type { RegionEvent } from './region-events.ts';
import type { RegionReport, RegionRequest } from './region-messages.ts';
import { removeSharedMemory } from './shared-memory.ts';
import type { AwsCall } from './wire/call-log.ts';
import type { Fault } from './wire/faults.ts';

export interface RegionHooks {
  /** Called for everything that happens in the region, AWS calls included. */
  readonly onEvent?: (event: RegionEvent) => void;
  /** The process has ended without having been told to. */
  readonly onCrash?: (reason: string) => void;
}

/** A region in a process of its own, so that killing it is the outage and stopping it a hang. */
export interface RegionProcess {
  /** Where it is reached; kept over `restart`. */
  readonly info: RegionInfo;
  readonly running: boolean;
  /** AWS calls that reached it, oldest first, those before a restart included. */
  readonly calls: readonly AwsCall[];
  /** Asks for its present addresses, those of databases created since included. */
  refresh(): Promise<RegionInfo>;
  addFault(fault: Fault): Promise<void>;
  clearFaults(): Promise<void>;
  /** See `Region.backUp`. */
  backUp(identifier: string, milliseconds: number): Promise<void>;
  /** See `Region.useDatabase`. */
  useDatabase(identifier: string): Promise<void>;
  /** SIGKILL for the region and every descendant, PostgreSQL's backends included: the outage. */
  kill(): Promise<void>;
  /** SIGSTOP for all of them: connections stay, and nothing answers. */
  pause(): Promise<void>;
  /** SIGCONT after `pause`. */
  resume(): Promise<void>;
  /** Ends it in order, or kills it if it takes longer than `limitMs`. @default 10000 */
  stop(limitMs?: number): Promise<void>;
  /** Starts it again on its folder and its ports, after `kill` or `stop`. */
  restart(): Promise<void>;
}

/**
 * Starts a region in its own process and process group.
 *
 * @throws UnderstudyError as `startRegion` does.
 */
export async function startRegionProcess(config: RegionConfig, hooks: RegionHooks = {}): Promise<RegionProcess> {
  const handle = new Handle(config, hooks);
  await handle.restart();
  return handle;
}

type Answer = Extract<RegionReport, { readonly id: number }>;
type Question = Extract<RegionRequest, { readonly id: number }>;
type WithoutId<Request> = Request extends Question ? Omit<Request, 'id'> : never;

class Handle implements RegionProcess {
  readonly #config: RegionConfig;
  readonly #hooks: RegionHooks;
  readonly #calls: AwsCall[] = [];
  readonly #pending = new Map<number, { resolve: (info: RegionInfo) => void; reject: (error: Error) => void }>();
  #child: ChildProcess | undefined;
  #info: RegionInfo | undefined;
  #frozen: readonly number[] = [];
  #questions = 0;

  constructor(config: RegionConfig, hooks: RegionHooks) {
    this.#config = config;
    this.#hooks = hooks;
  }

  get info(): RegionInfo {
    if (this.#info === undefined) throw new Error(`${this.#config.region} has not started`);
    return this.#info;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  get calls(): readonly AwsCall[] {
    return this.#calls;
  }

  async restart(): Promise<void> {
    if (this.#child !== undefined) throw new Error(`${this.#config.region} is running`);
    const child = fork(fileURLToPath(new URL('./main.ts', import.meta.url)), [], {
      execArgv: ['--import', import.meta.resolve('tsx')],
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    const started = this.#untilStarted(child);
    child.on('message', (report: RegionReport) => this.#receive(report));
    child.on('exit', (code, name) => this.#ended(child, name ?? `code ${code}`));
    const request: RegionRequest = { type: 'Start', config: { ...this.#config, ports: this.#ports() } };
    child.send(request);
    try {
      this.#info = await started;
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  refresh = (): Promise<RegionInfo> => this.#ask({ type: 'Inform' });

  async addFault(fault: Fault): Promise<void> {
    await this.#ask({ type: 'AddFault', fault });
  }

  async clearFaults(): Promise<void> {
    await this.#ask({ type: 'ClearFaults' });
  }

  async backUp(identifier: string, milliseconds: number): Promise<void> {
    await this.#ask({ type: 'BackUp', identifier, milliseconds });
  }

  async useDatabase(identifier: string): Promise<void> {
    await this.#ask({ type: 'UseDatabase', identifier });
  }

  async kill(): Promise<void> {
    const child = this.#release();
    if (child?.pid === undefined) return;
    const exited = hasEnded(child) ? undefined : once(child, 'exit');
    await killTree(child.pid);
    await exited;
    await removeSharedMemory(this.#config.directory);
  }

  async pause(): Promise<void> {
    if (this.#child?.pid !== undefined) this.#frozen = await freezeTree(this.#child.pid);
  }

  async resume(): Promise<void> {
    for (const pid of this.#frozen) signal(pid, 'SIGCONT');
    this.#frozen = [];
  }

  async stop(limitMs = 10_000): Promise<void> {
    await this.resume();
    const child = this.#child;
    if (child === undefined) return;
    const exited = once(child, 'exit');
    const timer = setTimeout(() => void this.kill(), limitMs);
    const request: RegionRequest = { type: 'Stop' };
    child.send(request, () => {});
    // Not released before it has ended, so that `kill` can still reach it.
    this.#stopping = child;
    await exited;
    clearTimeout(timer);
    this.#release();
  }

  #stopping: ChildProcess | undefined;

  /** From here on, its end is no surprise. */
  #release(): ChildProcess | undefined {
    const child = this.#child;
    this.#child = undefined;
    this.#frozen = [];
    for (const { reject } of this.#pending.values()) reject(new Error(`${this.#config.region} was stopped`));
    this.#pending.clear();
    return child;
  }

  /** Those of its last run, so that links and endpoints hold. */
  #ports(): NonNullable<RegionConfig['ports']> {
    if (this.#info === undefined) return this.#config.ports ?? {};
    const { apiPort: api, replicationPort: replication, loadBalancerPort } = this.#info;
    return { api, replication, ...(loadBalancerPort === undefined ? {} : { loadBalancer: loadBalancerPort }) };
  }

  #untilStarted(child: ChildProcess): Promise<RegionInfo> {
    return new Promise((resolve, reject) => {
      child.on('message', (report: RegionReport) => {
        if (report.type === 'Started') resolve(report.info);
        if (report.type !== 'StartFailed') return;
        reject(
          report.code === undefined ? new Error(report.message) : new UnderstudyError(report.code, report.message),
        );
      });
      child.on('error', reject);
      child.on('exit', () => reject(new Error(`${this.#config.region} ended before it had started`)));
    });
  }

  #receive(report: RegionReport): void {
    switch (report.type) {
      case 'Event':
        if (report.event.type === 'Call') this.#calls.push(report.event.call);
        this.#hooks.onEvent?.(report.event);
        return;
      case 'Done':
      case 'Failed':
        this.#settle(report);
        return;
      case 'Started':
      case 'StartFailed':
        return;
    }
  }

  #settle(answer: Answer): void {
    const asked = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (answer.type === 'Failed') {
      asked?.reject(new Error(answer.message));
      return;
    }
    this.#info = answer.info;
    asked?.resolve(answer.info);
  }

  #ask(question: WithoutId<RegionRequest>): Promise<RegionInfo> {
    const child = this.#child;
    if (child === undefined) return Promise.reject(new Error(`${this.#config.region} is not running`));
    this.#questions += 1;
    const id = this.#questions;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      child.send({ ...question, id });
    });
  }

  #ended(child: ChildProcess, reason: string): void {
    if (this.#child !== child) return;
    const expected = this.#stopping === child;
    this.#release();
    if (!expected && this.#info !== undefined) this.#hooks.onCrash?.(`${this.#config.region} ended: ${reason}`);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
