/** A write that a client was told is safe. */
export interface Acknowledgement {
  readonly id: string;
  /** Wall clock, milliseconds since the epoch. */
  readonly atMs: number;
}

export interface RowComparison {
  readonly acknowledgedCount: number;
  readonly lostCount: number;
  /** Acknowledged, and not in the database; in the order of their acknowledgement. */
  readonly lostIds: readonly string[];
  /** When the first and the last lost write had been acknowledged; null if none is lost. */
  readonly firstLostAtMs: number | null;
  readonly lastLostAtMs: number | null;
  /** When the last surviving write before the first lost one had been acknowledged; null if there is none. */
  readonly recoveryPointMs: number | null;
  /** From the recovery point to the last lost acknowledgement, seconds; 0 if none is lost. */
  readonly rpoSeconds: number;
}

/** Holds what clients were promised against what a database has: the recovery point, counted and not estimated. */
export function compareRows(acknowledged: readonly Acknowledgement[], present: ReadonlySet<string>): RowComparison {
  const inOrder = [...acknowledged].sort((a, b) => a.atMs - b.atMs);
  const lost = inOrder.filter(({ id }) => !present.has(id));
  const firstLost = lost[0];
  const lastLost = lost.at(-1);
  const survivors = inOrder.filter(
    ({ id, atMs }) => present.has(id) && firstLost !== undefined && atMs <= firstLost.atMs,
  );
  const recoveryPointMs = survivors.at(-1)?.atMs ?? null;
  const lossBeganMs = recoveryPointMs ?? firstLost?.atMs ?? 0;
  return {
    acknowledgedCount: inOrder.length,
    lostCount: lost.length,
    lostIds: lost.map(({ id }) => id),
    firstLostAtMs: firstLost?.atMs ?? null,
    lastLostAtMs: lastLost?.atMs ?? null,
    recoveryPointMs,
    rpoSeconds: lastLost === undefined ? 0 : (lastLost.atMs - lossBeganMs) / 1_000,
  };
}
