import type { Site } from '../api/site.ts';
import type { Clock } from './clock.ts';
import type { Effect, EffectKind, EffectOf, Look } from './effect.ts';
import type { EngineEvent } from './events.ts';
import type { Journal } from './journal.ts';
import type { HeartbeatLook, Observation, StandbyLook } from './observation.ts';
import type { Operation } from './operation.ts';

/** Where the plan's state lives. Every method may throw `PortError`. */
export interface JournalStore {
  /** A strongly consistent read; `null` when the plan has no journal yet. */
  read(): Promise<Journal | null>;
  /**
   * Replaces version `journal.version - 1`, or creates the document when `journal.version` is 0.
   *
   * @throws JournalConflict if that is not the version that stands there.
   * @throws PortError `OutcomeUnknown` if no answer came: the write may stand.
   */
  write(journal: Journal): Promise<void>;
  /** Adds the record of a finished operation; the same one twice is harmless. */
  appendHistory(operation: Operation, outcome: 'Succeeded' | 'Aborted', completedAtMs: number): Promise<void>;
  /** The latest observation of every vantage. */
  observations(): Promise<Observation[]>;
  /** Replaces the vantage's latest observation, unconditionally. */
  writeObservation(observation: Observation): Promise<void>;
}

/** A place that health is seen from. Looks never throw: what cannot be reached is part of what was seen. */
export interface Vantage {
  look(): Promise<Observation>;
  /**
   * One cheap question to the site between two looks: nothing is asked of AWS, and nothing is written down. It is no
   * vote; it only brings the next look forward.
   *
   * @returns false if the site was asked and is not well. Never throws.
   */
  glance?(site: Site): Promise<boolean>;
}

/** The heartbeat row of one site's database. */
export interface Heartbeat {
  /**
   * Writes the next number where the database takes writes, and reads the latest one where it does not.
   *
   * @returns `null` where neither was possible. Never throws.
   */
  beat(): Promise<HeartbeatLook | null>;
}

/** Reads the replica that a failover would promote. */
export interface StandbyReader {
  look(identifier: string, region: string): Promise<StandbyLook>;
}

/**
 * Does one kind of effect. Both methods are bounded in time by their adapter, and throw only `PortError`; `perform` is
 * absent for effects that are looks.
 */
export interface EffectHandler<Kind extends EffectKind> {
  check(effect: EffectOf<Kind>): Promise<Look>;
  perform?(effect: EffectOf<Kind>): Promise<void>;
}

/** A handler for every kind; `null` for what this actor cannot do, such as pausing Crossplane from a Lambda. */
export type EffectHandlers = { readonly [Kind in EffectKind]: EffectHandler<Kind> | null };

/** All that the driver needs of the world. */
export interface Ports {
  readonly clock: Clock;
  readonly journal: JournalStore;
  /** Those that this actor itself looks through; the others' words come from the journal's table. */
  readonly vantages: readonly Vantage[];
  readonly standby: StandbyReader;
  readonly effects: EffectHandlers;
  /** Takes every event as it happens; must not throw. */
  report(event: EngineEvent): void;
}

/** The handler of an effect, with the pairing of the two kept for the compiler. */
export function handlerOf(handlers: EffectHandlers, effect: Effect): EffectHandler<EffectKind> | null {
  // The map pairs each kind with its own handler, which TypeScript cannot follow through a union.
  return handlers[effect.kind] as EffectHandler<EffectKind> | null;
}
