import { applicationTtlSeconds } from './dns-names.ts';
import { durationMs } from './duration.ts';
import type { MultiRegionAppSpec } from './multi-region-app.ts';

/** One part of the recovery time that the settings allow for. */
export interface RtoPart {
  readonly name: 'detection' | 'decision' | 'promotion' | 'health check' | 'DNS TTL';
  readonly ms: number;
}

/** Lease, evidence and intent: three conditional writes, and a fresh look by every vantage. */
const decisionMs = 5_000;

/**
 * Planning figure for promoting an RDS replica. AWS only says that it "can take several minutes or longer, depending on
 * the size of the read replica" (Amazon RDS User Guide, "Promoting a read replica"); a drill measures yours, and
 * `predictedRto` then uses that number.
 */
const promotionMs = 180_000;

/** Route 53 reads the markers each 10 s, and one reading is enough. */
const markerCheckMs = 10_000;

/**
 * Recovery time to plan for, part by part: what AWS and DNS take beside what the file sets. It is an estimate for synth
 * time; the report of an operation holds measured numbers only.
 */
export function estimateRto(spec: MultiRegionAppSpec): readonly RtoPart[] {
  return [
    { name: 'detection', ms: durationMs(spec.detection.interval) * spec.detection.failureThreshold },
    { name: 'decision', ms: decisionMs },
    { name: 'promotion', ms: promotionMs },
    ...(spec.domain === 'none'
      ? []
      : ([
          { name: 'health check', ms: markerCheckMs },
          { name: 'DNS TTL', ms: applicationTtlSeconds(spec.domain) * 1000 },
        ] as const)),
  ];
}

export function totalMs(parts: readonly RtoPart[]): number {
  return parts.reduce((sum, part) => sum + part.ms, 0);
}
