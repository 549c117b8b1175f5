import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** How Node runs a TypeScript file of the sandbox. */
export const sandboxExecArgv = ['--import', import.meta.resolve('tsx')];

/** A process of the sandbox, started from a TypeScript file and spoken to by messages. */
export interface Child<Incoming> {
  readonly pid: number;
  /** Calls back for each message, from now on. */
  onMessage(listener: (message: Incoming) => void): void;
  /** Resolves when it has ended, with what ended it. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Asks it to end; kills it if it has not within `graceMs`. */
  stop(graceMs?: number): Promise<void>;
  /** SIGKILL: it does nothing any more. */
  kill(): Promise<void>;
  send(message: object): void;
}

/**
 * Starts `entry` with `config` as its first message. The child ends by itself when this process does: it sees the
 * channel close.
 */
export function startChild<Incoming extends object>(
  entry: URL,
  config: object,
  env: NodeJS.ProcessEnv,
): Child<Incoming> {
  const child = fork(fileURLToPath(entry), [], {
    execArgv: sandboxExecArgv,
    env: { ...env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // Ctrl-C reaches the whole foreground group; children leave it to this process to end them in order.
  const ended = endOf(child);
  child.send(config);
  return {
    pid: child.pid ?? -1,
    ended,
    onMessage: (listener) => {
      child.on('message', (message) => listener(message as Incoming));
    },
    async stop(graceMs = 5_000) {
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    send: (message) => {
      if (child.connected) child.send(message);
    },
  };
}

async function endOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return { code, signal };
}

/** In a child: the configuration that its parent sent. */
export async function childConfig<Config>(): Promise<Config> {
  const [config] = await once(process, 'message');
  return config as Config;
}

/** In a child: aborts when the parent ends it or is gone. Ctrl-C is the parent's to handle. */
export function parentSignal(): AbortSignal {
  const controller = new AbortController();
  process.on('SIGINT', () => undefined);
  process.once('disconnect', () => controller.abort());
  process.once('SIGTERM', () => controller.abort());
  return controller.signal;
}

/** In a child: tells the parent, if there still is one. */
export function tellParent(message: object): void {
  // It may have gone since: nobody is left to hear the error, and `disconnect` ends this process.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
