import type { StandbyLook } from '../failover/observation.ts';
import type { StandbyReader } from '../failover/ports.ts';
import type { AwsClients } from './clients.ts';
import { describeDbInstance } from './db-instance.ts';
import type { SharedLooks } from './together/shared-looks.ts';

export interface ReplicaReaderOptions {
  readonly clients: AwsClients;
  /** The longest that one look may take, milliseconds. */
  readonly callMs: number;
  /** With other plans, while it `joins` them. */
  readonly together?: { readonly looks: SharedLooks; readonly joins: () => boolean };
}

/**
 * Reads what a failover would promote by DescribeDBInstances, in the standby's own region. A replica is an instance with
 * a `ReadReplicaSourceDBInstanceIdentifier`; promotion removes it.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html
 */
export class ReplicaReader implements StandbyReader {
  readonly #options: ReplicaReaderOptions;

  constructor(options: ReplicaReaderOptions) {
    this.#options = options;
  }

  /** @throws PortError */
  async look(identifier: string, region: string): Promise<StandbyLook> {
    const { clients, callMs, together } = this.#options;
    const limit = AbortSignal.timeout(callMs);
    const shared = together?.joins() === true ? together.looks.databases(region) : undefined;
    const instance =
      shared === undefined
        ? await describeDbInstance(clients.rds(region), identifier, limit)
        : await shared.look(identifier, limit);
    return { database: instance === null ? null : { status: instance.status, source: instance.source } };
  }
}
