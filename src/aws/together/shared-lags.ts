import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { Clock } from '../../failover/clock.ts';
import { readCall } from '../bounded-call.ts';
import { type LagDatapoint, latestReplicaLag, latestReplicaLags } from '../replication-lag.ts';
import { Coalescer } from './coalescer.ts';

/**
 * Queries in one GetMetricData, at most.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
const most = 500;

/** Replication lags of one region, read for many plans at once. */
export class SharedLags {
  readonly #reads: Coalescer<string, LagDatapoint | null>;

  constructor({ client, clock, patienceMs }: { client: CloudWatchClient; clock: Clock; patienceMs: number }) {
    this.#reads = new Coalescer<string, LagDatapoint | null>({
      clock,
      patienceMs,
      nameOf: (identifier) => identifier,
      most,
      together: (identifiers, limit) => latestReplicaLags(client, identifiers, clock.now().wallMs, limit),
      alone: (identifier, limit) => latestReplicaLag(client, identifier, clock.now().wallMs, limit),
    });
  }

  /** As `latestReplicaLag`. @throws PortError */
  latest(identifier: string, limit: AbortSignal): Promise<LagDatapoint | null> {
    return readCall(limit, () => this.#reads.ask(identifier, limit));
  }
}
