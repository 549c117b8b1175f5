import type { FaultKind } from './fault-kinds.ts';

/** Seeds that one worker is to play, in order. */
export interface Share {
  readonly firstSeed: number;
  readonly seeds: number;
  readonly faults: readonly FaultKind[] | undefined;
}

/** What came of a share. */
export interface ShareResult {
  readonly firstSeed: number;
  readonly incidents: number;
  /** The first seed of the share that breached an invariant; it is played again where it is told. */
  readonly failedSeed: number | null;
  readonly reached: readonly string[];
  readonly virtualMs: number;
}
