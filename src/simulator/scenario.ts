import type { Call, Fault } from './network.ts';

/** A run of bad luck, as plain data: it prints, shrinks and replays. Times are milliseconds from its start. */
export interface Scenario {
  readonly lagSeconds: number | null;
  readonly outage: { readonly kind: 'None' | 'Region' | 'Application'; readonly forMs: number };
  readonly fencing: boolean;
  readonly abortIfRecovered: boolean;
  readonly hold: 'None' | 'Manual' | 'Suspended';
  readonly consentAtMs: number | null;
  /** `fencing`: as soon as something was taken from the active, which no fixed moment would often hit. */
  readonly abortAtMs: number | 'fencing' | null;
  readonly eclipses: readonly { vantage: string; atMs: number; forMs: number; sees: 'neither' | 'secondary only' }[];
  readonly faults: readonly { atMs: number; forMs: number; on: Target; fault: Fault }[];
  readonly actors: readonly {
    readonly ownsPlan: boolean;
    readonly onKubernetes: boolean;
    readonly clockOffsetMs: number;
    readonly startMs: number;
    readonly trouble: { kind: 'None' | 'Dies' | 'Pauses' | 'Stops'; atMs: number; forMs: number };
  }[];
}

/** What a fault hits. */
export const targets = {
  journalReads: (call: Call) => call.service === 'journal' && !call.writes,
  journalWrites: (call: Call) => call.operation === 'write',
  history: (call: Call) => call.operation === 'appendHistory',
  looks: (call: Call) => !call.writes && call.service !== 'journal',
  fences: (call: Call) => call.operation === 'fence-database' || call.operation === 'close-traffic',
  unfences: (call: Call) => call.operation === 'unfence',
  promote: (call: Call) => call.operation === 'promote',
  standbyRds: (call: Call) => call.service === 'rds',
  traffic: (call: Call) => call.operation === 'open-traffic' || call.operation === 'mark-witness',
  kubernetes: (call: Call) => call.service === 'kubernetes',
  capacity: (call: Call) => call.service === 'autoscaling',
  notices: (call: Call) => call.service === 'sns',
  everything: () => true,
} as const;
export type Target = keyof typeof targets;

export const vantages = ['controller', 'dns', 'prober-secondary'];
/** Faults, eclipses and the deaths of actors all lie within this. */
export const troubleMs = 120_000;

export function lastsForEver({ outage }: Scenario): boolean {
  return outage.kind !== 'None' && outage.forMs > 1e8;
}
