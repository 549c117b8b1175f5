import type { Journal } from '../../failover/journal.ts';
import type { Operation } from '../../failover/operation.ts';
import type { Timing } from '../../failover/timing.ts';
import type { CloudPace } from '../cloud.ts';
import { globalControlPlane } from '../effects/effect-desk.ts';
import type { Call, Fault } from '../network.ts';
import type { Breaches } from './breaches.ts';

/** A few round trips, looks each second, and clocks that are a little slow. */
const slackMs = 3_000;

interface Path {
  readonly operation: string;
  readonly beganMs: number;
  intendedMs: number | null;
  /** Something else than the failed region could have held it up. */
  isDisturbed: boolean;
}

/**
 * Invariant 6: on the failover path no call to the failed region blocks progress, and none goes to a global control
 * plane. How long a failover takes is only judged when nothing but that region was amiss.
 */
export class PathRules {
  readonly #breaches: Breaches;
  readonly #timing: Timing;
  readonly #pace: CloudPace;
  readonly #nowMs: () => number;
  #path: Path | null = null;
  /** When a call that nothing but the failed region should answer badly was last answered so. */
  #disturbedMs = Number.NEGATIVE_INFINITY;

  constructor(breaches: Breaches, timing: Timing, pace: CloudPace, nowMs: () => number) {
    this.#breaches = breaches;
    this.#timing = timing;
    this.#pace = pace;
    this.#nowMs = nowMs;
  }

  /** Anything in the world that excuses an operation for taking longer. */
  disturb(): void {
    if (this.#path !== null) this.#path.isDisturbed = true;
  }

  callLeaves(
    { region, service, operation }: Call,
    fault: Fault | 'dark' | null,
    journal: Journal | null,
    failedRegion: string | null,
  ): void {
    if (fault !== null && region !== failedRegion) {
      this.#disturbedMs = this.#nowMs();
      this.disturb();
    }
    if (region !== globalControlPlane || journal?.operation == null) return;
    const isAllowed = journal.operation.action === 'Reprotect';
    this.#breaches.must(
      6,
      isAllowed,
      () => `${service} ${operation} in ${region} during a ${journal.operation?.action}`,
    );
  }

  journalWritten(before: Journal | null, after: Journal): void {
    const { operation } = after;
    const nowMs = this.#nowMs();
    if (operation === null) {
      this.#path = null;
      return;
    }
    if (before?.operation?.id !== operation.id) {
      const isTimed = operation.action === 'Failover' && operation.automatic;
      // Whoever begins it may still wait for the answer to a call that left before.
      const isDisturbed = nowMs - this.#disturbedMs <= this.#timing.callMs;
      this.#path = isTimed ? { operation: operation.id, beganMs: nowMs, intendedMs: null, isDisturbed } : null;
    }
    if (this.#path === null || this.#path.operation !== operation.id) return;
    if (isHeldUp(operation)) this.disturb();
    this.#judge(this.#path, before, after, operation, nowMs);
  }

  #judge(path: Path, before: Journal | null, after: Journal, operation: Operation, nowMs: number): void {
    if (path.isDisturbed) return;
    if (operation.intent !== null && path.intendedMs === null) {
      path.intendedMs = nowMs;
      const tookMs = nowMs - path.beganMs;
      const limitMs = this.#timing.fenceMs + slackMs;
      this.#breaches.must(6, tookMs <= limitMs, () => `${operation.id} took ${Math.round(tookMs)} ms to its intent`);
    }
    const isActivated = before !== null && before.activation.term !== after.activation.term;
    if (!isActivated || path.intendedMs === null) return;
    const tookMs = nowMs - path.intendedMs;
    const limitMs = Math.max(this.#pace.promoteMs, this.#pace.scaleMs) + 3 * this.#timing.pollMs + slackMs;
    this.#breaches.must(
      6,
      tookMs <= limitMs,
      () => `${operation.id} took ${Math.round(tookMs)} ms from its intent to traffic`,
    );
  }
}

/** It waits for somebody or for RDS, doubts what it sees, or has changed hands. */
function isHeldUp({ phase, actors, steps, intent }: Operation): boolean {
  if (phase !== 'Running' || actors.length > 1) return true;
  if (steps.some((step) => step.name === 'promote' && step.phase === 'Running')) return true;
  return intent === null && steps.some(({ name, startedAtMs }) => name === 'intent' && startedAtMs !== null);
}
