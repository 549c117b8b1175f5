import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { signal } from '../process-tree.ts';

export interface ContainerOptions {
  /** Folder of index.mjs. */
  readonly code: string;
  /** The whole environment of the process. */
  readonly environment: NodeJS.ProcessEnv;
  /** Called for each line that the function writes. */
  readonly onLine: (line: string) => void;
}

/** What the handler is given beside its event and the time that is left. */
export interface InvocationContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
}

/** Of an error that a function ended with, as callers see it. */
export interface FunctionFailure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export type Returned =
  /** JSON text. */
  | { readonly kind: 'Returned'; readonly payload: string }
  | { readonly kind: 'Failed'; readonly error: FunctionFailure };

type RuntimeMessage =
  | { readonly type: 'Ready' }
  | { readonly type: 'NotReady'; readonly error: FunctionFailure }
  | { readonly type: 'Returned'; readonly id: string; readonly payload: string }
  | { readonly type: 'Threw'; readonly id: string; readonly error: FunctionFailure };

/**
 * One execution environment of a function: a Node process that is kept for later invocations, and stands still between
 * them, as Lambda freezes it. What a handler left running does not run until the next invocation thaws it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export class Container {
  readonly #child: ChildProcess;
  readonly #started: Promise<RuntimeMessage>;
  #ended = false;

  constructor({ code, environment, onLine }: ContainerOptions) {
    this.#child = fork(fileURLToPath(new URL('./runtime.js', import.meta.url)), [code], {
      execArgv: [],
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child.on('exit', () => {
      this.#ended = true;
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface(stream).on('line', onLine);
    }
    this.#started = this.#next(({ type }) => type === 'Ready' || type === 'NotReady');
    // Told to the first invocation.
    this.#started.catch(() => {});
  }

  /** Whether it can take another invocation. */
  get usable(): boolean {
    return !this.#ended;
  }

  /**
   * Calls the handler. One that takes longer than `timeoutMs` is killed. Loading it at the first call has a time of its
   * own, as it has in Lambda.
   *
   * @param event JSON text.
   */
  async invoke(event: string, context: InvocationContext, timeoutMs: number): Promise<Returned> {
    this.#signal('SIGCONT');
    try {
      const start = await within(loadLimitMs, this.#started);
      if (start === undefined) throw new Error('it was not loaded in time');
      if (start.type === 'NotReady') {
        await this.kill();
        return { kind: 'Failed', error: start.error };
      }
      const returned = await within(timeoutMs, this.#run(event, context, Date.now() + timeoutMs));
      if (returned !== undefined) {
        this.#signal('SIGSTOP');
        return returned;
      }
      await this.kill();
      return failed('Sandbox.Timedout', timeoutText(context, timeoutMs));
    } catch (error) {
      await this.kill();
      return failed('Runtime.ExitError', `RequestId: ${context.awsRequestId} Error: ${String(error)}`);
    }
  }

  async kill(): Promise<void> {
    if (this.#ended) return;
    const exit = once(this.#child, 'exit');
    this.#signal('SIGKILL');
    await exit;
  }

  async #run(event: string, context: InvocationContext, deadlineMs: number): Promise<Returned> {
    const id = context.awsRequestId;
    const end = this.#next((message) => 'id' in message && message.id === id);
    this.#child.send({ id, event: JSON.parse(event), context, deadlineMs });
    const message = await end;
    if (message.type === 'Returned') return { kind: 'Returned', payload: message.payload };
    if (message.type === 'Threw') return { kind: 'Failed', error: message.error };
    throw new Error(`unexpected ${message.type}`);
  }

  #next(wanted: (message: RuntimeMessage) => boolean): Promise<RuntimeMessage> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#child.off('message', onMessage);
        this.#child.off('exit', onExit);
      };
      const onMessage = (message: RuntimeMessage): void => {
        if (!wanted(message)) return;
        done();
        resolve(message);
      };
      const onExit = (code: number | null, name: NodeJS.Signals | null): void => {
        done();
        reject(new Error(`Runtime exited with ${name ?? `exit status ${code}`}`));
      };
      this.#child.on('message', onMessage);
      this.#child.on('exit', onExit);
      if (this.#ended) onExit(this.#child.exitCode, this.#child.signalCode);
    });
  }

  #signal(name: NodeJS.Signals): void {
    if (this.#child.pid !== undefined && !this.#ended) signal(this.#child.pid, name);
  }
}

/** Lambda gives the loading of a function 10 s; a busy laptop is slower. */
const loadLimitMs = 60_000;

/** Undefined if it takes longer; whatever comes of it then is nobody's business. */
async function within<Result>(limitMs: number, result: Promise<Result>): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs);
  });
  result.catch(() => undefined);
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}

function failed(errorType: string, errorMessage: string): Returned {
  return { kind: 'Failed', error: { errorType, errorMessage } };
}

function timeoutText({ awsRequestId }: InvocationContext, timeoutMs: number): string {
  return `RequestId: ${awsRequestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
}
