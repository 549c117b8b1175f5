import type { HeartbeatLook, Observation, SeenObservation, SiteLook } from '../../src/failover/observation.ts';

/** What one vantage says, in short; everything else is as on a quiet day. */
export interface Word {
  readonly vantage: string;
  readonly primary?: SiteLook['answer'];
  readonly secondary?: SiteLook['answer'];
  readonly withoutSuccessMs?: number;
  /** `null`: never. As `withoutSuccessMs` when left out. */
  readonly sinceSuccessMs?: number | null;
  readonly unchangedMs?: number;
  readonly atLeastMs?: number;
  readonly atMostMs?: number;
  readonly replication?: Observation['replication'];
  readonly heartbeat?: HeartbeatLook;
}

export function seen(word: Word): SeenObservation {
  const { vantage, primary = 'healthy', secondary = 'unhealthy', withoutSuccessMs = 0, unchangedMs = 0 } = word;
  const { sinceSuccessMs = withoutSuccessMs, atMostMs = unchangedMs } = word;
  const { atLeastMs = Number.isFinite(unchangedMs) ? unchangedMs : 0 } = word;
  const since = sinceSuccessMs === null ? {} : { sinceSuccessMs };
  return {
    observation: {
      vantage,
      domain: 'told by the plan',
      session: 'a',
      sequence: 1,
      sites: {
        primary: { answer: primary, withoutSuccessMs, ...since, detail: primary },
        secondary: { answer: secondary, withoutSuccessMs: 0, detail: secondary },
      },
      replication: word.replication ?? null,
      ...(word.heartbeat === undefined ? {} : { heartbeat: word.heartbeat }),
    },
    unchangedMs,
    atLeastMs,
    atMostMs,
  };
}

/** No success for longer than any window of these tests. */
export function down(vantage: string): SeenObservation {
  return seen({ vantage, primary: 'unreachable', withoutSuccessMs: 60_000 });
}

export function up(vantage: string): SeenObservation {
  return seen({ vantage });
}

export const availableReplica = { database: { status: 'available', source: 'orders-primary' } };
