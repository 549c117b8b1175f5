import { z } from 'zod';

import { siteSchema } from '../api/site.ts';
import { acceptedLossSchema, actionSchema, operationSchema, stepNameSchema } from './operation.ts';

/** Format of the document. A reader that meets a higher one stops and says so instead of guessing. */
export const journalFormat = 1;

export const leaseSchema = z.object({
  /** Who may act now; `null` when nobody needs to. */
  holder: z.string().nullable(),
  /** Counts changes of holder. */
  term: z.number().int().nonnegative(),
  /** Counts writes by holders; standing still for a whole lease time means that the holder is gone. */
  renewals: z.number().int().nonnegative(),
});

/** What is still to be done at a site that was active in `activationTerm`. */
const pendingAtSiteSchema = z.object({
  site: siteSchema,
  /** The activation term that the site was active in: its entitlement is `open/<term>`. */
  activationTerm: z.number().int(),
  sinceMs: z.number(),
  /** Why it is not done yet. */
  reason: z.string(),
});

/** What a person asked for and nobody could begin yet. */
export const requestSchema = z.object({
  /** Whose word it is, for whoever wrote it down and looks for what came of it: the uid of a Failover object. */
  id: z.string().optional(),
  action: actionSchema,
  reason: z.string(),
  /** The loss that the person accepts. */
  acceptUpToSeconds: acceptedLossSchema.nullable(),
});

/** An instance that nothing needs any more and that still costs money. */
const cleanupSchema = z.object({ site: siteSchema, database: z.string(), sinceMs: z.number() });

/** What an operation really took: what the next one is predicted by. */
const rehearsalSchema = z.object({
  operation: z.string(),
  action: actionSchema,
  atMs: z.number(),
  /** From the intent to a database that takes writes, milliseconds. */
  promotionMs: z.number().nonnegative(),
});

/**
 * The journal: one document per plan, in the standby region's table. Every write is conditional on `version`, so that
 * the state, the lease and the intent change together or not at all.
 */
export const journalSchema = z.object({
  format: z.literal(journalFormat),
  plan: z.string(),
  /** Counts writes; every write names the one that it replaces. */
  version: z.number().int().nonnegative(),
  lease: leaseSchema,
  /** Counts operations; never used twice. */
  epoch: z.number().int().nonnegative(),
  activation: z.object({
    /** Changes only when a site is activated or the switch re-pointed; names the switch's objects. */
    term: z.number().int().positive(),
    active: siteSchema,
  }),
  /** Term whose markers the health checks look for. Behind the activation's, nothing can be moved by a marker. */
  switchTerm: z.number().int().positive().default(1),
  /** The site whose region's table this document lives in; one found in another table has moved on. */
  home: siteSchema.default('secondary'),
  /** Identifiers that are no longer the plan's, since a site's database was made anew. */
  databases: z.partialRecord(siteSchema, z.string()).default({}),
  mode: z.enum(['Automatic', 'Manual']),
  suspended: z.boolean(),
  /** Served as soon as it can be, by whichever actor sees it. */
  requested: requestSchema.nullable().default(null),
  operation: operationSchema.nullable(),
  /** No operation starts by itself before this moment. */
  cooldownUntilMs: z.number(),
  /** A former active site that could still accept writes, for all that is known. */
  pendingFence: pendingAtSiteSchema.nullable(),
  /** Its mirror: the active site, which an abort could not give back what was taken from it. */
  pendingUnfence: pendingAtSiteSchema.nullable(),
  /** The site that stands proven fenced, and stays so until its database is made anew. */
  fenced: siteSchema.nullable().default(null),
  /** A rebuilding of a site's database that began and has not ended: the instance that it replaces. */
  rebuilding: z.object({ site: siteSchema, retired: z.string() }).nullable().default(null),
  cleanups: z.array(cleanupSchema).default([]),
  rehearsal: rehearsalSchema.nullable().default(null),
  /** Steps of the latest activation that nobody could do on Kubernetes yet; empty when the manifests tell the truth. */
  leftToController: z.array(stepNameSchema),
  /** The latest finished operation, in short; the whole record is in the history. */
  last: z
    .object({
      id: z.string(),
      action: actionSchema.default('Failover'),
      outcome: z.enum(['Succeeded', 'Aborted']),
      completedAtMs: z.number(),
    })
    .nullable(),
});

export type Lease = z.infer<typeof leaseSchema>;
export type Journal = z.infer<typeof journalSchema>;
/** What a person asked for: a Failover object, the command line, an invocation of the Lambda. */
export type OperationRequest = Readonly<z.infer<typeof requestSchema>>;

/** The document of a plan that nothing has happened to yet: the primary is active in term 1. */
export function firstJournal(plan: string, mode: Journal['mode'], suspended: boolean): Journal {
  return {
    format: journalFormat,
    plan,
    version: 0,
    lease: { holder: null, term: 0, renewals: 0 },
    epoch: 0,
    activation: { term: 1, active: 'primary' },
    switchTerm: 1,
    home: 'secondary',
    databases: {},
    mode,
    suspended,
    requested: null,
    operation: null,
    cooldownUntilMs: 0,
    pendingFence: null,
    pendingUnfence: null,
    fenced: null,
    rebuilding: null,
    cleanups: [],
    rehearsal: null,
    leftToController: [],
    last: null,
  };
}
