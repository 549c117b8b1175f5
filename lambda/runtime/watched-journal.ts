import { setImmediate as turn } from 'node:timers/promises';
import type { Observation } from '../../src/failover/observation.ts';
import { PortError } from '../../src/failover/port-error.ts';
import type { JournalStore } from '../../src/failover/ports.ts';

/**
 * A journal that can be waited for. Lambda freezes a process the moment its handler returns, and with it every call that
 * nobody waited for.
 */
export class WatchedJournal {
  readonly #store: JournalStore;
  readonly #calls = new Set<Promise<unknown>>();
  readonly #written: Observation[] = [];
  #refusal: PortError | undefined;

  constructor(store: JournalStore) {
    this.#store = store;
  }

  readonly port: JournalStore = {
    read: () => this.#watch(this.#store.read()),
    write: (journal) => this.#watch(this.#store.write(journal)),
    appendHistory: (...record) => this.#watch(this.#store.appendHistory(...record)),
    observations: () => this.#watch(this.#store.observations()),
    writeObservation: (observation) =>
      this.#watch(this.#store.writeObservation(observation).then(() => void this.#written.push(observation))),
  };

  /** Observations that stand in the table. */
  get written(): readonly Observation[] {
    return this.#written;
  }

  /** The latest call that was refused and always will be. */
  get refusal(): PortError | undefined {
    return this.#refusal;
  }

  /** Resolves when no call is under way, and whoever made one has heard of its end. */
  async settled(): Promise<void> {
    while (this.#calls.size > 0) await Promise.allSettled(this.#calls);
    await turn();
  }

  #watch<Result>(call: Promise<Result>): Promise<Result> {
    this.#calls.add(call);
    call.then(
      () => this.#calls.delete(call),
      (error: unknown) => {
        this.#calls.delete(call);
        if (error instanceof PortError && error.kind === 'Refused') this.#refusal = error;
      },
    );
    return call;
  }
}
