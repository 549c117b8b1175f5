import type { Journal } from '../../failover/journal.ts';
import type { Action } from '../../failover/operation.ts';
import type { Breaches } from './breaches.ts';

/** Someone who should go on when the holder of the lease is gone: a controller, or a Lambda with all its invocations. */
export interface Successor {
  readonly name: string;
  /** The longest that it may take to go on, from the last sign of life. */
  readonly boundMs: number;
  /** It runs, hears and is heard. */
  readonly isUp: () => boolean;
  /** It has the means for the whole of such an operation. */
  readonly canDrive: (action: Action) => boolean;
}

/** Invariant 7: after any crash somebody resumes within a stated bound, whoever crashed and however often. */
export class SuccessionRules {
  readonly #breaches: Breaches;
  readonly #nowMs: () => number;
  readonly #successors = new Map<string, Successor & { fitSinceMs: number }>();
  #operation: string | null = null;
  #operationSinceMs = 0;
  #dueSinceMs: number | null = null;

  constructor(breaches: Breaches, nowMs: () => number) {
    this.#breaches = breaches;
    this.#nowMs = nowMs;
  }

  add(successor: Successor): void {
    this.#successors.set(successor.name, { ...successor, fitSinceMs: this.#nowMs() });
  }

  /** A call of it went wrong, or will take until then: nobody can expect anything of it before. */
  hinder(name: string, untilMs: number): void {
    const successor = this.#successors.get(name);
    if (successor !== undefined) successor.fitSinceMs = Math.max(successor.fitSinceMs, untilMs);
  }

  /** @param isDue everything is ready for an operation that nobody has begun. */
  checkBeginning(isDue: boolean): void {
    const nowMs = this.#nowMs();
    this.#dueSinceMs = isDue ? (this.#dueSinceMs ?? nowMs) : null;
    if (this.#dueSinceMs === null) return;
    for (const { name, boundMs, fitSinceMs } of this.#successors.values()) {
      const waitedMs = nowMs - Math.max(this.#dueSinceMs, fitSinceMs);
      this.#breaches.must(8, waitedMs <= boundMs, () => `${name} sees the active down, and begins nothing`);
    }
  }

  /** @param signMs when the holder of the lease last showed a sign of life. */
  check(journal: Journal | null, signMs: number): void {
    const nowMs = this.#nowMs();
    const id = journal?.operation?.id ?? null;
    if (id !== this.#operation) {
      this.#operation = id;
      this.#operationSinceMs = nowMs;
    }
    for (const successor of this.#successors.values()) {
      const action = journal?.operation?.action;
      if (!successor.isUp() || (action !== undefined && !successor.canDrive(action))) successor.fitSinceMs = nowMs;
      if (id === null) continue;
      const waitedMs = nowMs - Math.max(signMs, successor.fitSinceMs, this.#operationSinceMs);
      const { name, boundMs } = successor;
      this.#breaches.must(7, waitedMs <= boundMs, () => `${name} does not go on with ${id}, which nobody drives`);
    }
  }
}
