import type { Action, StepName } from '../failover/operation.ts';
import type { Call, Fault } from './network.ts';

/** A run of bad luck, as plain data: it prints, shrinks and replays. Times are milliseconds from its start. */
export interface Scenario {
  /** Faults, eclipses and the deaths of actors all lie within this. */
  readonly lastsMs: number;
  readonly lagSeconds: number | null;
  readonly plan: ScenarioPlan;
  /** How long RDS takes to promote. */
  readonly promoteMs: number;
  readonly outages: readonly Outage[];
  readonly requests: readonly { readonly action: Action; readonly atMs: number; readonly accepts: 'any' | null }[];
  readonly consentAtMs: number | null;
  /** A person's word to stop: at a moment, or as soon as a step has begun, which no fixed moment would often hit. */
  readonly abort: number | StepName | null;
  readonly eclipses: readonly Eclipse[];
  readonly faults: readonly ScenarioFault[];
  readonly events: readonly WorldEvent[];
  readonly controllers: readonly ControllerLife[];
  readonly lambdas: readonly LambdaLife[];
}

export interface ScenarioPlan {
  readonly fencing: boolean;
  readonly abortIfRecovered: boolean;
  readonly hold: 'None' | 'Manual' | 'Suspended';
  readonly reprotect: 'Manual' | 'Automatic';
  readonly cooldownMs: number;
}

/** Which site is meant, by its role when it happens. */
export type Role = 'active' | 'standby';

export interface Outage {
  readonly kind: 'Region' | 'Application' | 'Flapping';
  readonly of: Role;
  readonly atMs: number;
  readonly forMs: number;
}

/** What a vantage does not see, though it may be there. */
export interface Eclipse {
  readonly vantage: string;
  readonly atMs: number;
  readonly forMs: number;
  readonly sees: 'neither' | 'secondary only' | 'primary only' | 'unheard';
}

export interface ScenarioFault {
  readonly atMs: number;
  readonly forMs: number;
  readonly on: Target | StepName;
  /** Whose calls it hits; `first`: those of the first controller. */
  readonly of: 'everyone' | 'first' | 'lambdas';
  readonly fault: Fault;
}

export type WorldEvent = { readonly atMs: number; readonly forMs: number } & (
  | { readonly kind: 'lag'; readonly lagSeconds: number }
  /** Nothing passes between the regions. */
  | { readonly kind: 'cut off' }
  | { readonly kind: 'backing up' }
  /** Somebody deletes the deny entries of a former active. */
  | { readonly kind: 'fence opened' }
  /** The operations cluster is made anew from the manifests: every controller dies, and what only it knew is gone. */
  | { readonly kind: 'cluster rebuilt' }
  | { readonly kind: 'clock set'; readonly byMs: number }
);

export interface ControllerLife {
  readonly ownsPlan: boolean;
  readonly clockOffsetMs: number;
  readonly clockRate: number;
  readonly startMs: number;
  /** Looks through the controller's vantage itself. */
  readonly looks: boolean;
  readonly trouble: {
    readonly kind: 'None' | 'Dies' | 'Pauses' | 'Stops';
    /** At a moment, or as soon as it has begun a step. */
    readonly at: number | StepName;
    readonly forMs: number;
  };
}

export interface LambdaLife {
  readonly site: 'primary' | 'secondary';
  readonly startMs: number;
  readonly clockOffsetMs: number;
  /** Killed at its time-out without a warning, instead of ending by its deadline. */
  readonly isKilled: boolean;
}

const of =
  (...operations: readonly string[]) =>
  (call: Call): boolean =>
    operations.includes(call.operation);

/** What a fault hits. */
export const targets = {
  journalReads: (call: Call) => call.service === 'journal' && !call.writes,
  journalWrites: of('write'),
  journalMoves: of('adopt'),
  history: of('appendHistory'),
  looks: (call: Call) => !call.writes && call.service !== 'journal',
  rdsLooks: (call: Call) => !call.writes && call.service === 'rds',
  databases: (call: Call) => call.service === 'database',
  fences: of('fence-database', 'close-traffic'),
  fenceProofs: of('check prove-fence', 'check verify-replayed'),
  unfences: of('unfence', 'lift-fence'),
  promote: of('promote'),
  replicas: of('create-replica', 'snapshot'),
  replicaLooks: of('check create-replica', 'check verify-replica', 'check snapshot'),
  retirements: of('retire-database'),
  standbyRds: (call: Call) => call.service === 'rds',
  traffic: of('open-traffic', 'mark-witness', 'entitle'),
  witness: of('mark-witness'),
  names: (call: Call) => call.service === 'dns' || call.service === 'route53',
  kubernetes: (call: Call) => call.service === 'kubernetes',
  capacity: (call: Call) => call.service === 'autoscaling',
  notices: (call: Call) => call.service === 'sns',
  primaryRegion: (call: Call) => call.region === 'eu-west-1',
  secondaryRegion: (call: Call) => call.region === 'eu-north-1',
  everything: () => true,
} as const satisfies Record<string, (call: Call) => boolean>;
export type Target = keyof typeof targets;

/** What a fault hits: a kind of call, or all that one step asks for and looks at. */
export function isOn(on: Target | StepName, call: Call): boolean {
  if (on in targets) return targets[on as Target](call);
  return call.operation === on || call.operation === `check ${on}`;
}

export const vantages = ['controller', 'dns', 'prober-secondary'];

export function lastsForEver({ forMs }: { readonly forMs: number }): boolean {
  return forMs > 1e8;
}
