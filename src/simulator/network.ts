import { PortError, type PortErrorKind } from '../failover/port-error.ts';
import type { Life } from './life.ts';
import type { Timeline } from './timeline.ts';

/** One request, as a fault can recognise it. */
export interface Call {
  readonly actor: string;
  readonly region: string;
  readonly service:
    | 'journal'
    | 'rds'
    | 's3'
    | 'ec2'
    | 'autoscaling'
    | 'kubernetes'
    | 'sns'
    | 'dns'
    | 'database'
    | 'route53';
  readonly operation: string;
  /** Changes something, so that an answer that never comes leaves its outcome unknown. */
  readonly writes: boolean;
}

/** What happens to a call instead of being answered at once. */
export type Fault =
  | { readonly kind: 'slow'; readonly ms: number }
  /** Refused, with the kind of error that the service would answer: throttled, not now, or never. */
  | { readonly kind: 'refuse'; readonly error: 'Retryable' | 'NotYet' | 'Refused' }
  /** No answer until the caller's time-out, and the request is lost. */
  | { readonly kind: 'hang' }
  /** The answer is lost at once, and what was asked for happened or did not. */
  | { readonly kind: 'unknown'; readonly happened: boolean }
  /** As `hang`, but the request arrives after all, long after the caller gave up. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Answered at once, and arrives a second time later. */
  | { readonly kind: 'twice'; readonly ms: number }
  /** Eventual consistency: a look is answered by what was true so long ago. */
  | { readonly kind: 'stale'; readonly ms: number };

export interface FaultRule {
  readonly fromMs: number;
  readonly toMs: number;
  readonly match: (call: Call) => boolean;
  readonly fault: Fault;
}

/** What a service answers, by the state of the world so long ago; only looks are ever asked for an older one. */
export type Answer<T> = (staleMs: number) => T;

/** One way, without any fault. */
const latencyMs = 5;

/** All calls of all actors go through here: latency, faults, time-outs, and the death of the caller. */
export class Network {
  readonly faults: FaultRule[] = [];
  /** Regions in which nothing answers anyone. */
  readonly dark = new Set<string>();
  /** Every call that an actor made, in order. */
  readonly log: Call[] = [];
  /** Called as a request leaves, with what becomes of it. */
  onCall: (call: Call, fault: Fault | 'dark' | null) => void = () => undefined;
  readonly #timeline: Timeline;
  readonly #timeoutMs: number;

  constructor(timeline: Timeline, timeoutMs: number) {
    this.#timeline = timeline;
    this.#timeoutMs = timeoutMs;
  }

  /** Performs `effect` at the far end; answers as the network lets it. */
  call<T>(life: Life, call: Call, effect: Answer<T>): Promise<T> {
    const number = life.beginCall();
    return new Promise((resolve, reject) => {
      if (!life.alive) return;
      this.log.push(call);
      const travel: Travel<T> = {
        call,
        effect: (staleMs) => {
          const result = effect(staleMs);
          life.callTookEffect(number);
          return result;
        },
        answer: (value) => life.deliver(() => resolve(value)),
        fail: (error) => life.deliver(() => reject(error)),
      };
      if (this.dark.has(call.region)) {
        this.onCall(call, 'dark');
        this.#noAnswer(travel, this.#timeoutMs);
        return;
      }
      const fault = this.#faultOf(call, this.#timeline.nowMs);
      this.onCall(call, fault);
      this.#begin(travel, fault);
    });
  }

  #faultOf(call: Call, nowMs: number): Fault | null {
    for (const rule of this.faults) {
      if (nowMs >= rule.fromMs && nowMs < rule.toMs && rule.match(call)) return rule.fault;
    }
    return null;
  }

  #begin<T>(travel: Travel<T>, fault: Fault | null): void {
    switch (fault?.kind) {
      case undefined:
        this.#roundTrip(travel, latencyMs, 0);
        break;
      case 'stale':
        this.#roundTrip(travel, latencyMs, travel.call.writes ? 0 : fault.ms);
        break;
      case 'slow':
        if (fault.ms < this.#timeoutMs) this.#roundTrip(travel, fault.ms / 2, 0);
        else this.#late(travel, fault.ms / 2);
        break;
      case 'refuse':
        this.#refuse(travel, fault.error);
        break;
      case 'hang':
        this.#noAnswer(travel, this.#timeoutMs);
        break;
      case 'unknown':
        if (fault.happened) this.#timeline.scheduleSilently(latencyMs, () => outcomeOf(travel.effect, 0));
        this.#noAnswer(travel, 2 * latencyMs);
        break;
      case 'late':
        this.#late(travel, fault.ms);
        break;
      case 'twice':
        this.#roundTrip(travel, latencyMs, 0);
        if (travel.call.writes) this.#timeline.scheduleSilently(fault.ms, () => outcomeOf(travel.effect, 0));
    }
  }

  #refuse<T>({ call, fail }: Travel<T>, error: PortErrorKind): void {
    const refusal = new PortError(error, 'Fault', `${call.service} refused ${call.operation}`);
    this.#timeline.schedule(2 * latencyMs, () => fail(refusal));
  }

  #roundTrip<T>(travel: Travel<T>, onewayMs: number, staleMs: number): void {
    this.#timeline.scheduleSilently(onewayMs, () => {
      const outcome = this.dark.has(travel.call.region) ? null : outcomeOf(travel.effect, staleMs);
      // It went dark while the request was under way.
      if (outcome === null) this.#noAnswer(travel, this.#timeoutMs - onewayMs);
      else this.#timeline.schedule(onewayMs, () => hand(travel, outcome));
    });
  }

  #late<T>(travel: Travel<T>, onewayMs: number): void {
    this.#timeline.scheduleSilently(onewayMs, () => {
      if (!this.dark.has(travel.call.region)) outcomeOf(travel.effect, 0);
    });
    this.#noAnswer(travel, this.#timeoutMs);
  }

  #noAnswer<T>({ call, fail }: Travel<T>, inMs: number): void {
    this.#timeline.schedule(inMs, () => {
      const message = `no answer from ${call.service} in ${call.region} to ${call.operation}`;
      fail(new PortError(call.writes ? 'OutcomeUnknown' : 'Retryable', 'ETIMEDOUT', message));
    });
  }
}

interface Travel<T> {
  readonly call: Call;
  readonly effect: Answer<T>;
  readonly answer: (value: T) => void;
  readonly fail: (error: unknown) => void;
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

function hand<T>(travel: Travel<T>, outcome: Outcome<T>): void {
  if ('error' in outcome) travel.fail(outcome.error);
  else travel.answer(outcome.value);
}

/** Does it now, tells of it later: a refusal of the service travels back as slowly as its answer. */
function outcomeOf<T>(effect: Answer<T>, staleMs: number): Outcome<T> {
  try {
    return { value: effect(staleMs) };
  } catch (error) {
    return { error };
  }
}
