import { applicationTtlSeconds } from './dns-names.ts';
import { durationMs } from './duration.ts';
import type { MultiRegionAppSpec } from './multi-region-app.ts';

/** One part of the recovery time that the settings allow for. */
export interface RtoPart {
  readonly name: 'detection' | 'decision' | 'promotion' | 'health check' | 'DNS TTL';
  readonly ms: number;
}

/** What the parts of a recovery time follow from. */
export interface RtoSettings {
  /** The tolerance window: interval × threshold. */
  readonly detectionMs: number;
  /** Milliseconds; where it was measured. @default {@link plannedPromotionMs} */
  readonly promotionMs?: number;
  /** How clients are moved; `null` where somebody else moves them. */
  readonly traffic: {
    /** Milliseconds from a marker to a health check that has seen it. @default {@link markerCheckMs} */
    readonly checkMs?: number;
    readonly ttlSeconds: number;
  } | null;
}

/** Lease, evidence and intent: three conditional writes, and a fresh look by every vantage. */
const decisionMs = 5_000;

/**
 * Planning figure for promoting an RDS replica. AWS only says that it "can take several minutes or longer, depending on
 * the size of the read replica" (Amazon RDS User Guide, "Promoting a read replica"); a drill measures yours, and
 * `predictedRto` then uses that number.
 */
export const plannedPromotionMs = 180_000;

/** Route 53 reads the markers each 10 s, and one reading is enough. */
export const markerCheckMs = 10_000;

/** The parts of a recovery time, in the order in which they pass. */
export function rtoParts({ detectionMs, promotionMs = plannedPromotionMs, traffic }: RtoSettings): readonly RtoPart[] {
  return [
    { name: 'detection', ms: detectionMs },
    { name: 'decision', ms: decisionMs },
    { name: 'promotion', ms: promotionMs },
    ...(traffic === null
      ? []
      : ([
          { name: 'health check', ms: traffic.checkMs ?? markerCheckMs },
          { name: 'DNS TTL', ms: traffic.ttlSeconds * 1000 },
        ] as const)),
  ];
}

/**
 * Recovery time to plan for, part by part: what AWS and DNS take beside what the file sets. It is an estimate for synth
 * time; the report of an operation holds measured numbers only.
 */
export function estimateRto(spec: MultiRegionAppSpec): readonly RtoPart[] {
  return rtoParts({
    detectionMs: durationMs(spec.detection.interval) * spec.detection.failureThreshold,
    traffic: spec.domain === 'none' ? null : { ttlSeconds: applicationTtlSeconds(spec.domain) },
  });
}

export function totalMs(parts: readonly RtoPart[]): number {
  return parts.reduce((sum, part) => sum + part.ms, 0);
}
