import type { StandbyLook } from '../failover/observation.ts';
import type { StandbyReader } from '../failover/ports.ts';
import type { AwsClients } from './clients.ts';
import { describeDbInstance } from './db-instance.ts';

/**
 * Reads what a failover would promote by DescribeDBInstances, in the standby's own region. A replica is an instance with
 * a `ReadReplicaSourceDBInstanceIdentifier`; promotion removes it.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html
 */
export class ReplicaReader implements StandbyReader {
  readonly #clients: AwsClients;
  readonly #callMs: number;

  constructor(clients: AwsClients, callMs: number) {
    this.#clients = clients;
    this.#callMs = callMs;
  }

  /** @throws PortError */
  async look(identifier: string, region: string): Promise<StandbyLook> {
    const limit = AbortSignal.timeout(this.#callMs);
    const instance = await describeDbInstance(this.#clients.rds(region), identifier, limit);
    return { database: instance === null ? null : { status: instance.status, source: instance.source } };
  }
}
