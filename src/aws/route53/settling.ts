import { GetHealthCheckStatusCommand, type Route53Client } from '@aws-sdk/client-route-53';
import type { Clock } from '../../failover/clock.ts';
import { readCall } from '../bounded-call.ts';
import type { ObjectCheck } from './switch-checks.ts';

/** Fewer say nothing: Route 53 has more than a dozen, in eight regions. */
const fewestReporters = 3;

/**
 * Whether new health checks have settled. One starts healthy, and an inverted one unhealthy, until its checkers have
 * looked; and how many they are Route 53 does not say. So a check has settled when all who report see what they should,
 * and nobody new has come for a while.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHealthCheckStatus.html
 */
export class Settling {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #quietMs: number;
  readonly #seen = new Map<string, { readonly reporters: number; readonly sinceMs: number }>();

  /** @param quietMs for so long nobody new may have reported. */
  constructor(clock: Pick<Clock, 'now'>, quietMs: number) {
    this.#clock = clock;
    this.#quietMs = quietMs;
  }

  /**
   * @returns `null` if it has settled, or what is still awaited.
   * @throws PortError
   */
  async awaits(client: Route53Client, id: string, check: ObjectCheck, limit: AbortSignal): Promise<string | null> {
    const command = new GetHealthCheckStatusCommand({ HealthCheckId: id });
    const { HealthCheckObservations = [] } = await readCall(limit, (options) => client.send(command, options));
    const words = HealthCheckObservations.map(({ StatusReport }) => StatusReport?.Status ?? '');
    const asExpected = words.filter((word) => word.startsWith(check.sees)).length;
    const reporters = words.length;
    const nowMs = this.#clock.now().monotonicMs;
    const known = this.#seen.get(id);
    if (asExpected < reporters || reporters < fewestReporters) {
      this.#seen.delete(id);
      return `${check.what}: ${asExpected} of ${reporters} checkers say ${check.sees}`;
    }
    if (known?.reporters !== reporters) this.#seen.set(id, { reporters, sinceMs: nowMs });
    const quietMs = nowMs - (this.#seen.get(id)?.sinceMs ?? nowMs);
    return quietMs >= this.#quietMs ? null : `${check.what}: ${reporters} checkers agree, and more may come`;
  }
}
