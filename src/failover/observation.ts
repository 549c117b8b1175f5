import { z } from 'zod';
import { siteSchema } from '../api/site.ts';

/**
 * What a vantage saw of one site at its latest look.
 *
 * `unhealthy` is an answer that says so; `unreachable` is no answer; `notLooked` is for what a vantage does not see.
 */
export const siteLookSchema = z.object({
  answer: z.enum(['healthy', 'unhealthy', 'unreachable', 'notLooked']),
  /** Since the last healthy answer, or since the first look if there never was one; by the vantage's own clock. */
  withoutSuccessMs: z.number().nonnegative(),
  /** Since the last healthy answer; absent if this session never had one. An upper bound where it cannot be told. */
  sinceSuccessMs: z.number().nonnegative().optional(),
  /** For people: what was asked and what came back. */
  detail: z.string(),
});

/** Replication as a vantage last measured it while it saw the active site healthy. */
export const replicationLookSchema = z.object({
  lagSeconds: z.number().nonnegative(),
  /** Between that measurement and this observation, by the vantage's own clock. */
  ageMs: z.number().nonnegative(),
});

/**
 * The heartbeat row of a site's database, as its prober last wrote or read it. Numbers tell what was lost: what the
 * active wrote and the standby does not have. The number counts intervals, not writes, by the clock of the database that
 * it is written in: one that is slow to take it, as a busy one is, makes no loss look small.
 */
export const heartbeatLookSchema = z.object({
  site: siteSchema,
  /** `true`: this vantage wrote the number; `false`: it found it in a replica. */
  written: z.boolean(),
  number: z.number().int().nonnegative(),
  /** What one more means, milliseconds. */
  intervalMs: z.number().positive(),
  /** Between that and this observation, by the vantage's own clock. */
  ageMs: z.number().nonnegative(),
});

/**
 * One vantage's latest look, as it stands in the journal's table. Ages instead of times, so that no two clocks are
 * compared; `session` and `sequence` tell a fresh look from one already seen.
 */
export const observationSchema = z.object({
  vantage: z.string().min(1),
  domain: z.string().min(1),
  /** Changes when the vantage restarts. */
  session: z.string().min(1),
  /** Counts the looks of a session. */
  sequence: z.number().int().nonnegative(),
  sites: z.object({ primary: siteLookSchema, secondary: siteLookSchema }),
  replication: replicationLookSchema.nullable(),
  /** Of a prober only. */
  heartbeat: heartbeatLookSchema.optional(),
});

export type SiteLook = z.infer<typeof siteLookSchema>;
export type ReplicationLook = z.infer<typeof replicationLookSchema>;
export type HeartbeatLook = z.infer<typeof heartbeatLookSchema>;
export type Observation = z.infer<typeof observationSchema>;

/** An observation and for how long, on the reader's own clock, it has been the vantage's latest. */
export interface SeenObservation {
  readonly observation: Observation;
  /** `Infinity`: it stood there already when the reader began, and nobody knows since when. */
  readonly unchangedMs: number;
  /** The youngest that it can be: since it was first read. */
  readonly atLeastMs: number;
  /** The oldest that it can be: it was not there yet at the reading before the one that found it, however long before. */
  readonly atMostMs: number;
}

/** A vantage that got no answer from anything it looked at says nothing about anyone. */
export function isBlind(observation: Observation): boolean {
  const looks = [observation.sites.primary, observation.sites.secondary];
  return looks.every((look) => look.answer === 'unreachable' || look.answer === 'notLooked');
}

/** It answered that it is unwell, or not at all. */
export function hasFailed({ answer }: SiteLook): boolean {
  return answer === 'unhealthy' || answer === 'unreachable';
}

/** The standby's database as AWS describes it; read by the actor itself, since it is what the actor will act on. */
export interface StandbyLook {
  /** `null`: AWS has no such database. */
  readonly database: {
    /** RDS status, such as `available` or `backing-up`. */
    readonly status: string;
    /** Identifier or ARN of the source while it is a replica, otherwise `null`. */
    readonly source: string | null;
  } | null;
}
