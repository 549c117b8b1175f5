import { Worker } from 'node:worker_threads';
import type { Share, ShareResult } from './share.ts';

/** A share takes half a second; on a machine that has far too much to do, some minutes. */
const defaultLimitMs = 15 * 60_000;

/** A worker thread that plays shares. Whatever becomes of it, whoever waits for a share hears of it. */
export class ShareWorker {
  readonly #worker: Worker;
  readonly #limitMs: number;
  /** What it died of; `null`: it lives. */
  #end: Error | null = null;
  #onEnd: ((error: Error) => void) | null = null;

  /** @param file its source, in JavaScript. */
  constructor(file: string, limitMs = defaultLimitMs) {
    this.#limitMs = limitMs;
    this.#worker = new Worker(file);
    this.#worker.on('error', (error) => this.#die(error));
    this.#worker.on('messageerror', (error) => this.#die(error));
    this.#worker.on('exit', (code) => this.#die(new Error(`it ended with exit code ${code}`)));
  }

  /** @throws Error if the worker dies, or has not played the share within the limit; the message names its seeds. */
  async play(share: Share): Promise<ShareResult> {
    let limit: NodeJS.Timeout | undefined;
    try {
      return await new Promise<ShareResult>((resolve, reject) => {
        this.#onEnd = reject;
        if (this.#end !== null) throw this.#end;
        limit = setTimeout(() => reject(new Error(`no end after ${this.#limitMs / 1_000} s`)), this.#limitMs);
        this.#worker.once('message', resolve);
        this.#worker.postMessage(share);
      });
    } catch (error) {
      const seeds = `seeds ${share.firstSeed} to ${share.firstSeed + share.seeds - 1}`;
      throw new Error(`the worker that played ${seeds} failed: ${String(error)}`, { cause: error });
    } finally {
      clearTimeout(limit);
      this.#onEnd = null;
    }
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #die(error: Error): void {
    this.#end ??= error;
    this.#onEnd?.(error);
  }
}
