import type { RDSClient } from '@aws-sdk/client-rds';
import type { Clock } from '../../failover/clock.ts';
import { readCall } from '../bounded-call.ts';
import { type DbInstance, describeDbInstance, describeDbInstances } from '../db-instance.ts';
import { Coalescer } from './coalescer.ts';

/** Records in one page of DescribeDBInstances, at most. */
const most = 100;

/** Instances of one region, looked at for many plans at once. */
export class SharedDatabases {
  readonly #looks: Coalescer<string, DbInstance | null>;

  constructor({ client, clock, patienceMs }: { client: RDSClient; clock: Clock; patienceMs: number }) {
    this.#looks = new Coalescer<string, DbInstance | null>({
      clock,
      patienceMs,
      // RDS keeps identifiers in lower case.
      nameOf: (identifier) => identifier.toLowerCase(),
      most,
      // One that is not found is asked for alone: that a standby does not exist is not said by leaving it out.
      together: (identifiers, limit) => describeDbInstances(client, identifiers, limit),
      alone: (identifier, limit) => describeDbInstance(client, identifier, limit),
      canSpoil: (instance) => instance === null,
    });
  }

  /** `null` if there is none of that name. @throws PortError */
  look(identifier: string, limit: AbortSignal): Promise<DbInstance | null> {
    return readCall(limit, () => this.#looks.ask(identifier, limit));
  }
}
