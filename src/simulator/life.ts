import { ProcessClock } from './process-clock.ts';
import type { Timeline } from './timeline.ts';

/** When an actor dies: just before its `call`-th call leaves, or after it took effect and before the answer arrives. */
export interface DeathSentence {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/**
 * The thread of one process. Everything that it hears of the world comes through here, so that a process can be killed
 * or paused at any await: a dead one never hears of anything again, a paused one hears of it all when it goes on.
 */
export class Life {
  readonly actor: string;
  /** Calls to the world so far. */
  calls = 0;
  sentence: DeathSentence | null = null;
  #alive = true;
  #paused = false;
  readonly #unheard: (() => void)[] = [];

  constructor(actor: string) {
    this.actor = actor;
  }

  get alive(): boolean {
    return this.#alive;
  }

  get paused(): boolean {
    return this.#paused;
  }

  kill(): void {
    this.#alive = false;
  }

  /** As a garbage collection, a suspended virtual machine or a throttled Lambda does it; its clock goes on. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const hear of this.#unheard.splice(0)) this.deliver(hear);
  }

  /** Counts a call and says which one it is. Kills the process where its sentence says so. */
  beginCall(): number {
    this.calls += 1;
    if (this.sentence?.call === this.calls && this.sentence.when === 'before') this.kill();
    return this.calls;
  }

  callTookEffect(call: number): void {
    if (this.sentence?.call === call && this.sentence.when === 'after') this.kill();
  }

  /** Hands on what the world says, to a process that can still hear it. */
  deliver(hear: () => void): void {
    if (!this.#alive) return;
    if (this.#paused) this.#unheard.push(hear);
    else hear();
  }

  /** A clock with an offset of its own: no two machines agree on the time. */
  clock(timeline: Timeline, offsetMs: number): ProcessClock {
    return new ProcessClock(this, timeline, { offsetMs });
  }
}

/** Wall time at the start of every world. */
export const epochMs = Date.UTC(2030, 0, 1);
