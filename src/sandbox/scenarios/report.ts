/** Where the recovery time went, seconds. Each part ends where the next begins, so they add up to the whole. */
export interface RtoParts {
  /** Last good answer → decision recorded. */
  readonly detection: number;
  /** Decision → promotion called: lease, consent, fence, intent. */
  readonly decision: number;
  /** Promotion called → a write returned from the new writer. */
  readonly promotion: number;
  /** Writable → first good answer at the name: markers, health checks, DNS, caches. */
  readonly traffic: number;
}

/** The moments that the parts are measured between, milliseconds of this machine's one wall clock. */
export interface RtoMoments {
  readonly lastGoodMs: number;
  readonly decidedMs: number;
  readonly calledMs: number;
  readonly writableMs: number;
  readonly firstGoodMs: number;
}

/** The longest time that each client had no write acknowledged, seconds; `null`: to this day. */
export interface WriteGaps {
  /** Trades, by the application's name. */
  readonly name: number | null;
  /** Rows, by a database connection that lists both databases and wants one that takes writes. */
  readonly connection: number | null;
}

/** What became of a client's acknowledged writes, counted by comparing rows. */
export interface WriteCount {
  readonly acknowledged: number;
  readonly present: number;
  /** Acknowledged and not present. */
  readonly lost: number;
}

/** A claim that the scenario makes, and whether looking confirmed it. */
export interface Fact {
  readonly fact: string;
  readonly held: boolean;
  readonly detail: string;
}

/** What a scenario measured, as `--json` prints it. Every scenario has every field. */
export interface ScenarioReport extends WriteCount {
  readonly scenario: string;
  readonly application: string;
  /** By how much intervals and the stand-ins for AWS durations were shortened. */
  readonly speed: number;
  /**
   * Of an outage: seconds between the last good answer before it and the first after it, at the name. `null`: there was
   * none, or it never ended.
   */
  readonly rto: number | null;
  readonly parts: RtoParts | null;
  /** How much of the promotion was a stand-in for AWS's own time, seconds. */
  readonly awsStandIn: number;
  /** Seconds between the last write that survived and the last that was acknowledged before the outage. */
  readonly rpo: number | null;
  readonly writeGaps: WriteGaps;
  /** The rows of the client that holds a connection; the counts above are of trades. */
  readonly rows: WriteCount;
  readonly facts: readonly Fact[];
}

export function rtoParts(moments: RtoMoments): RtoParts {
  const { lastGoodMs, decidedMs, calledMs, writableMs, firstGoodMs } = moments;
  return {
    detection: seconds(decidedMs - lastGoodMs),
    decision: seconds(calledMs - decidedMs),
    promotion: seconds(writableMs - calledMs),
    traffic: seconds(firstGoodMs - writableMs),
  };
}

export function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
