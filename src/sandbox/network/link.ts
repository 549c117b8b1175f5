import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How a cut link looks to those on it. `reset`: connections are reset at once, as behind a router that says so.
 * `blackhole`: packets vanish and nobody is told, so callers wait for their own time-outs.
 */
export type CutMode = 'reset' | 'blackhole';

/** What happens to one HTTP request instead of plain delivery. */
export type RequestFault = 'drop' | 'lose-reply' | 'duplicate';

/**
 * One direction of the network between two places: everything that travels `from` → `to`. The answers of a request
 * travel on the link of the opposite direction, so a cut of either one stops a conversation, in different ways.
 */
export interface Link {
  readonly from: string;
  readonly to: string;
  /** Until {@link Link.heal}, for existing connections too. */
  cut(mode: CutMode): void;
  /** Ends every fault of this direction. What a blackhole held back is then delivered, as TCP retransmits. */
  heal(): void;
  /** Adds `ms` milliseconds to everything sent from now on; 0 ends it. */
  delay(ms: number): void;
  /** The next `count` HTTP requests are delivered and executed; their answers never arrive. */
  loseReplies(count: number): void;
  /** The next `count` HTTP requests are delivered twice; the caller gets the first answer. */
  duplicate(count: number): void;
  /** The next `count` HTTP requests vanish; their callers wait. */
  drop(count: number): void;
  /** How many requests are still to meet one of these three. */
  readonly pendingFaults: number;
}

/** A request or connection met a link that is cut with `reset`. */
export class LinkResetError extends Error {
  constructor(link: Link) {
    super(`link ${link.from} → ${link.to} is cut`);
    this.name = 'LinkResetError';
  }
}

/** A {@link Link} as those see it who carry traffic over it. */
export class CarryingLink implements Link {
  readonly from: string;
  readonly to: string;
  #cut: CutMode | null = null;
  #delayMs = 0;
  #pending: Record<RequestFault, number> = { drop: 0, 'lose-reply': 0, duplicate: 0 };
  readonly #changes = new EventEmitter().setMaxListeners(0);

  constructor(from: string, to: string) {
    this.from = from;
    this.to = to;
  }

  get state(): CutMode | 'open' {
    return this.#cut ?? 'open';
  }

  get delayMs(): number {
    return this.#delayMs;
  }

  cut(mode: CutMode): void {
    this.#cut = mode;
    this.#changes.emit('change');
  }

  heal(): void {
    this.#cut = null;
    this.#delayMs = 0;
    this.#pending = { drop: 0, 'lose-reply': 0, duplicate: 0 };
    this.#changes.emit('change');
  }

  delay(ms: number): void {
    this.#delayMs = requireCount(ms, 'delay');
    this.#changes.emit('change');
  }

  loseReplies(count: number): void {
    this.#pending['lose-reply'] = requireCount(count, 'loseReplies');
  }

  duplicate(count: number): void {
    this.#pending.duplicate = requireCount(count, 'duplicate');
  }

  drop(count: number): void {
    this.#pending.drop = requireCount(count, 'drop');
  }

  get pendingFaults(): number {
    return this.#pending.drop + this.#pending['lose-reply'] + this.#pending.duplicate;
  }

  /** The fault that the next HTTP request meets, used up by this call. */
  takeRequestFault(): RequestFault | null {
    for (const fault of ['drop', 'lose-reply', 'duplicate'] as const) {
      if (this.#pending[fault] > 0) {
        this.#pending[fault] -= 1;
        return fault;
      }
    }
    return null;
  }

  /** Calls `listener` after each change of the link; the result ends that. */
  watch(listener: () => void): () => void {
    this.#changes.on('change', listener);
    return () => this.#changes.off('change', listener);
  }

  /**
   * Resolves when one message has crossed: after the delay, and not before a blackhole ends.
   * @throws LinkResetError when the link is cut with `reset`; the signal's reason when `signal` aborts first.
   */
  async cross(signal: AbortSignal): Promise<void> {
    if (this.#delayMs > 0) await sleep(this.#delayMs, undefined, { signal });
    while (this.#cut === 'blackhole') await once(this.#changes, 'change', { signal });
    if (this.#cut === 'reset') throw new LinkResetError(this);
  }
}

/**
 * What one name sends over a link: the link's faults are its faults too, and it may be slower than everything else there,
 * as a stream is that has more to carry than it can.
 */
export class SlowLane extends CarryingLink {
  readonly #link: CarryingLink;

  constructor(link: CarryingLink) {
    super(link.from, link.to);
    this.#link = link;
  }

  override get state(): CutMode | 'open' {
    return this.#link.state;
  }

  override get delayMs(): number {
    return this.#link.delayMs + super.delayMs;
  }

  override watch(listener: () => void): () => void {
    const stops = [this.#link.watch(listener), super.watch(listener)];
    return () => {
      for (const stop of stops) stop();
    };
  }

  override async cross(signal: AbortSignal): Promise<void> {
    await super.cross(signal);
    await this.#link.cross(signal);
  }
}

function requireCount(value: number, what: string): number {
  if (!Number.isFinite(value) || value < 0) throw new RangeError(`${what} takes a number from 0 up, not ${value}`);
  return value;
}
