import { z } from 'zod';

import { siteSchema } from '../api/site.ts';
import { operationSchema, stepNameSchema } from './operation.ts';

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
  mode: z.enum(['Automatic', 'Manual']),
  suspended: z.boolean(),
  operation: operationSchema.nullable(),
  /** No operation starts by itself before this moment. */
  cooldownUntilMs: z.number(),
  /** A former active site that could still accept writes, for all that is known. */
  pendingFence: pendingAtSiteSchema.nullable(),
  /** Its mirror: the active site, which an abort could not give back what was taken from it. */
  pendingUnfence: pendingAtSiteSchema.nullable(),
  /** Steps of the latest activation that nobody could do on Kubernetes yet; empty when the manifests tell the truth. */
  leftToController: z.array(stepNameSchema),
  /** The latest finished operation, in short; the whole record is in the history. */
  last: z.object({ id: z.string(), outcome: z.enum(['Succeeded', 'Aborted']), completedAtMs: z.number() }).nullable(),
});

export type Lease = z.infer<typeof leaseSchema>;
export type Journal = z.infer<typeof journalSchema>;

/** The document of a plan that nothing has happened to yet: the primary is active in term 1. */
export function firstJournal(plan: string, mode: Journal['mode'], suspended: boolean): Journal {
  return {
    format: journalFormat,
    plan,
    version: 0,
    lease: { holder: null, term: 0, renewals: 0 },
    epoch: 0,
    activation: { term: 1, active: 'primary' },
    mode,
    suspended,
    operation: null,
    cooldownUntilMs: 0,
    pendingFence: null,
    pendingUnfence: null,
    leftToController: [],
    last: null,
  };
}
