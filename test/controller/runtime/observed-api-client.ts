import { ApiClient, type RequestOptions } from '../../../controller/runtime/api-client.ts';
import type { FakeApiServer } from './fake-api-server.ts';
import { until } from './until.ts';
import { settle, type VirtualClock } from './virtual-clock.ts';

/** An API client of which a test knows whether it waits for an answer. */
export class ObservedApiClient extends ApiClient {
  #underWay = 0;
  #givenUp = 0;
  readonly #server: FakeApiServer;
  readonly #clock: VirtualClock;

  constructor(server: FakeApiServer, clock: VirtualClock) {
    super({ kubeConfig: server.kubeConfig(), clock });
    this.#server = server;
    this.#clock = clock;
  }

  override async request<T>(options: RequestOptions): Promise<T> {
    this.#underWay += 1;
    try {
      return await super.request<T>(options);
    } catch (error) {
      if (error instanceof Error && /no answer for|no longer wanted/.test(error.message)) this.#givenUp += 1;
      throw error;
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Lets time pass in steps of a second, each with the real time that HTTP takes. */
  async pass(ms: number): Promise<void> {
    await this.idle();
    for (let passedMs = 0; passedMs < ms; passedMs += 1_000) {
      await this.#clock.advance(Math.min(1_000, ms - passedMs));
      await this.idle();
    }
  }

  /** Waits until every request is answered, other than those that a fault has hung. */
  async idle(): Promise<void> {
    await settle();
    await until('requests are answered', () => this.#underWay === this.#server.hung - this.#givenUp);
  }
}
