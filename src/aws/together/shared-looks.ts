import type { Clock } from '../../failover/clock.ts';
import type { AwsClients } from '../clients.ts';
import { SharedDatabases } from './shared-databases.ts';
import { SharedItems } from './shared-items.ts';
import { SharedLags } from './shared-lags.ts';

export interface SharedLooksOptions {
  readonly clients: AwsClients;
  readonly clock: Clock;
  /** The longest that one call may take, milliseconds. */
  readonly callMs: number;
  /**
   * Whether instances are described many at once. RDS allows that only to whoever may describe every instance of the
   * account and region.
   */
  readonly databases: boolean;
}

/** What plans of one process ask of AWS together while they are calm, by region. */
export class SharedLooks {
  readonly #options: SharedLooksOptions;
  readonly #items = new Map<string, SharedItems>();
  readonly #lags = new Map<string, SharedLags>();
  readonly #databases = new Map<string, SharedDatabases>();

  constructor(options: SharedLooksOptions) {
    this.#options = options;
  }

  items(region: string): SharedItems {
    const { clients, clock } = this.#options;
    return once(
      this.#items,
      region,
      () => new SharedItems({ client: clients.dynamoDb(region), clock, patienceMs: this.#patienceMs(5) }),
    );
  }

  lags(region: string): SharedLags {
    const { clients, clock } = this.#options;
    return once(
      this.#lags,
      region,
      () => new SharedLags({ client: clients.cloudWatch(region), clock, patienceMs: this.#patienceMs(5) }),
    );
  }

  /** Undefined where each plan asks for its own. */
  databases(region: string): SharedDatabases | undefined {
    const { clients, clock, databases } = this.#options;
    if (!databases) return undefined;
    // RDS takes its time for a page.
    return once(
      this.#databases,
      region,
      () => new SharedDatabases({ client: clients.rds(region), clock, patienceMs: this.#patienceMs(2) }),
    );
  }

  /** Most of what a call may take is left to those who then have to ask alone. */
  #patienceMs(part: number): number {
    return this.#options.callMs / part;
  }
}

function once<Shared>(all: Map<string, Shared>, region: string, create: () => Shared): Shared {
  const known = all.get(region);
  if (known !== undefined) return known;
  const created = create();
  all.set(region, created);
  return created;
}
