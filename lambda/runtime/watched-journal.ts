import { setImmediate as turn } from 'node:timers/promises';
import type { Observation } from '../../src/failover/observation.ts';
import { PortError } from '../../src/failover/port-error.ts';
import type { JournalStore } from '../../src/failover/ports.ts';

/**
 * A journal that can be waited for, and left. Lambda freezes a process the moment its handler returns, and with it every
 * call that nobody waited for; thawed a minute later, what was seen then must not be written as if it were seen now.
 */
export class WatchedJournal {
  readonly #store: JournalStore;
  readonly #calls = new Set<Promise<unknown>>();
  readonly #written: Observation[] = [];
  readonly #refused = new AbortController();
  #refusal: PortError | undefined;
  #left = false;

  constructor(store: JournalStore) {
    this.#store = store;
  }

  readonly port: JournalStore = {
    read: () => this.#watch(() => this.#store.read()),
    write: (journal) => this.#watch(() => this.#store.write(journal)),
    appendHistory: (...record) => this.#watch(() => this.#store.appendHistory(...record)),
    observations: () => this.#watch(() => this.#store.observations()),
    writeObservation: (observation) =>
      this.#watch(async () => {
        await this.#store.writeObservation(observation);
        this.#written.push(observation);
      }),
  };

  /** Observations that stand in the table. */
  get written(): readonly Observation[] {
    return this.#written;
  }

  /** The latest call that was refused and always will be. */
  get refusal(): PortError | undefined {
    return this.#refusal;
  }

  /** Aborts at the first such call: there is no use in going on. */
  get refused(): AbortSignal {
    return this.#refused.signal;
  }

  /** Resolves when no call is under way, and whoever made one has heard of its end. No call is made after it. */
  async leave(): Promise<void> {
    while (this.#calls.size > 0) await Promise.allSettled(this.#calls);
    await turn();
    this.#left = true;
  }

  #watch<Result>(begin: () => Promise<Result>): Promise<Result> {
    if (this.#left) return Promise.reject(new PortError('Retryable', 'InvocationOver', 'the invocation is over'));
    const call = begin();
    this.#calls.add(call);
    call.then(
      () => this.#calls.delete(call),
      (error: unknown) => {
        this.#calls.delete(call);
        if (!(error instanceof PortError) || error.kind !== 'Refused') return;
        this.#refusal = error;
        this.#refused.abort();
      },
    );
    return call;
  }
}
