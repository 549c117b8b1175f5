import { PortError } from '../failover/port-error.ts';
import type { Life } from './life.ts';
import type { Timeline } from './timeline.ts';

/** One request, as a fault can recognise it. */
export interface Call {
  readonly actor: string;
  readonly region: string;
  readonly service: 'journal' | 'rds' | 's3' | 'ec2' | 'autoscaling' | 'kubernetes' | 'sns' | 'dns' | 'database';
  readonly operation: string;
  /** Changes something, so that an answer that never comes leaves its outcome unknown. */
  readonly writes: boolean;
}

/** What happens to a call instead of being answered at once. */
export type Fault =
  | { readonly kind: 'slow'; readonly ms: number }
  /** Refused, with the kind of error that the service would answer. */
  | { readonly kind: 'refuse'; readonly error: 'Retryable' | 'NotYet' | 'Refused' }
  /** No answer until the caller's time-out, and the request is lost. */
  | { readonly kind: 'hang' }
  /** The answer is lost at once, and what was asked for happened or did not. */
  | { readonly kind: 'unknown'; readonly happened: boolean }
  /** As `hang`, but the request arrives after all, long after the caller gave up. */
  | { readonly kind: 'late'; readonly ms: number };

export interface FaultRule {
  readonly fromMs: number;
  readonly toMs: number;
  readonly match: (call: Call) => boolean;
  readonly fault: Fault;
}

/** One way, without any fault. */
const latencyMs = 5;

/** All calls of all actors go through here: latency, faults, time-outs, and the death of the caller. */
export class Network {
  readonly faults: FaultRule[] = [];
  /** Every call that an actor made, in order. */
  readonly log: (Call & { readonly atMs: number })[] = [];
  readonly #timeline: Timeline;
  readonly #timeoutMs: number;

  constructor(timeline: Timeline, timeoutMs: number) {
    this.#timeline = timeline;
    this.#timeoutMs = timeoutMs;
  }

  /** Performs `effect` at the far end; answers as the network lets it. */
  call<T>(life: Life, call: Call, effect: () => T): Promise<T> {
    const number = life.beginCall();
    if (!life.alive) return never();
    this.log.push({ ...call, atMs: this.#timeline.nowMs });
    return life.hear(
      this.#travel(call, () => {
        const result = effect();
        life.callTookEffect(number);
        return result;
      }),
    );
  }

  async #travel<T>(call: Call, effect: () => T): Promise<T> {
    const { nowMs } = this.#timeline;
    const rule = this.faults.find(
      (candidate) => nowMs >= candidate.fromMs && nowMs < candidate.toMs && candidate.match(call),
    );
    const fault = rule?.fault;
    switch (fault?.kind) {
      case undefined:
        return this.#roundTrip(latencyMs, effect);
      case 'slow':
        return fault.ms < this.#timeoutMs
          ? this.#roundTrip(fault.ms / 2, effect)
          : this.#late(call, fault.ms / 2, effect);
      case 'refuse':
        await this.#timeline.delay(2 * latencyMs);
        throw new PortError(fault.error, 'Fault', `${call.service} refused ${call.operation}`);
      case 'hang':
        await this.#timeline.delay(this.#timeoutMs);
        throw this.#noAnswer(call);
      case 'unknown':
        await this.#timeline.delay(latencyMs);
        if (fault.happened) attempt(effect);
        await this.#timeline.delay(latencyMs);
        throw this.#noAnswer(call);
      case 'late':
        return this.#late(call, fault.ms, effect);
    }
  }

  async #roundTrip<T>(onewayMs: number, effect: () => T): Promise<T> {
    await this.#timeline.delay(onewayMs);
    const answer = attempt(effect);
    await this.#timeline.delay(onewayMs);
    return answer();
  }

  async #late(call: Call, onewayMs: number, effect: () => unknown): Promise<never> {
    this.#timeline.schedule(onewayMs, () => attempt(effect));
    await this.#timeline.delay(this.#timeoutMs);
    throw this.#noAnswer(call);
  }

  #noAnswer(call: Call): PortError {
    const message = `no answer from ${call.service} in ${call.region} to ${call.operation}`;
    return new PortError(call.writes ? 'OutcomeUnknown' : 'Retryable', 'ETIMEDOUT', message);
  }
}

/** Does it now, tells of it later: a refusal of the service travels back as slowly as its answer. */
function attempt<T>(effect: () => T): () => T {
  try {
    const value = effect();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
