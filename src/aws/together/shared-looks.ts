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

/** So many plans in trouble ask alone, and wait for nobody. More are the outage of a region. */
const mostAlone = 20;

/**
 * What plans of one process ask of AWS together while they are calm, by region. A plan in trouble asks alone, at once; when
 * very many are in trouble together, calls of their own would be in each other's way for longer than a shared one waits.
 */
export class SharedLooks {
  readonly #options: SharedLooksOptions;
  readonly #troubled = new Set<object>();
  readonly #items = new Map<string, SharedItems>();
  readonly #lags = new Map<string, SharedLags>();
  readonly #databases = new Map<string, SharedDatabases>();

  constructor(options: SharedLooksOptions) {
    this.#options = options;
  }

  /**
   * Whether a plan asks with the others now.
   *
   * @param plan anything that stands for it.
   */
  joins(plan: object, isCalm: boolean): boolean {
    if (isCalm) {
      this.#troubled.delete(plan);
      return true;
    }
    this.#troubled.add(plan);
    return this.#troubled.size > mostAlone;
  }

  /** Plans in trouble, as far as they have asked. */
  get troubled(): number {
    return this.#troubled.size;
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
