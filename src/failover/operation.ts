import { z } from 'zod';

import { siteSchema } from '../api/site.ts';

export const stepNames = [
  'consent',
  'close-traffic',
  'fence-database',
  'prove-fence',
  'verify-replayed',
  'pause-reconciliation',
  'intent',
  'promote',
  'scale',
  'verify-writable',
  'open-traffic',
  'mark-witness',
  'verify-traffic',
  'snapshot',
  'create-replica',
  'verify-replica',
  'entitle',
  'repoint-switch',
  'move-journal',
  'retire-database',
  'lift-fence',
  'update-desired-state',
  'notify',
  'unfence',
  'resume-reconciliation',
] as const;

export const stepNameSchema = z.enum(stepNames);
export type StepName = (typeof stepNames)[number];

/** One time that an irreversible call was about to be made, was made, or may have been made. */
export const callSchema = z.object({
  /** Unique per attempt, so that a write repeated after a lost answer records the same call. */
  id: z.string(),
  actor: z.string(),
  leaseTerm: z.number().int(),
  atMs: z.number(),
  /**
   * `pending` is written before the call leaves; an actor that dies then leaves it so. `refuted`: looked up for the
   * settle time and found not to have happened.
   */
  result: z.enum(['pending', 'accepted', 'unknown', 'refused', 'refuted']),
});

export const stepSchema = z.object({
  name: stepNameSchema,
  /**
   * `Called`: AWS accepted it and is working. `GaveUp`: a best-effort step that did not succeed; `message` says why.
   * `Left`: the actor had no means for it, as a Lambda has none on Kubernetes. `Skipped`: it does not apply.
   */
  phase: z.enum(['Pending', 'Running', 'Called', 'Done', 'GaveUp', 'Left', 'Skipped']),
  attempts: z.number().int().nonnegative(),
  startedAtMs: z.number().nullable(),
  completedAtMs: z.number().nullable(),
  /** 1 for the first step of the operation that was settled: the times above are of several actors' clocks. */
  order: z.number().int().positive().nullable(),
  /** Share of the recovery time objective that the step is expected to stay within. */
  budgetMs: z.number(),
  message: z.string(),
  calls: z.array(callSchema),
});

/** One vantage's word at the moment of the decision. */
export const evidenceSchema = z.object({
  vantage: z.string(),
  domain: z.string(),
  site: siteSchema,
  verdict: z.enum(['Up', 'Down', 'Failing', 'Blind', 'Silent']),
  reason: z.string(),
});

export const decisionSchema = z.object({
  atMs: z.number(),
  evidence: z.array(evidenceSchema),
  /** Replication lag when the active was last seen healthy; `null` when nobody had measured it. */
  observedLossSeconds: z.number().nullable(),
  /** All that was written since the active was last seen healthy, and the lag of then; `null` when nobody saw it so. */
  worstCaseSeconds: z.number().nullable(),
});

/**
 * The operations that the engine knows. A failback is a switchover to the designated primary, with a reprotect before it
 * where one is needed.
 */
export const actionSchema = z.enum(['Failover', 'Switchover', 'Reprotect', 'Failback', 'Drill']);
export type Action = z.infer<typeof actionSchema>;

/** A loss that a person accepts: up to so many seconds of writes, or `any` where nobody can name a number. */
export const acceptedLossSchema = z.union([z.number().nonnegative(), z.literal('any')]);

/**
 * One operation on a plan. Its record is complete at every moment: another actor that reads it can go on from here.
 */
export const operationSchema = z.object({
  /** `<plan>#<epoch>`. */
  id: z.string(),
  epoch: z.number().int().positive(),
  action: actionSchema,
  /** The active site at the start. */
  from: siteSchema,
  /** The other one: to be activated, protected by, or rehearsed in. */
  to: siteSchema,
  /** The instances that it is about, fixed at the start, so that every actor means the same ones. */
  databases: z.object({
    /** Of `from`: what writes at the start. */
    from: z.string(),
    /** Of `to`: what is promoted or made. */
    to: z.string(),
    /** Of `to`: what is to be deleted once the operation has something better; `null`: nothing. */
    retired: z.string().nullable(),
  }),
  /** The activation term in force when it has succeeded. */
  activationTerm: z.number().int().positive(),
  reason: z.string(),
  /** The request that it serves, where that had an id. */
  requestId: z.string().optional(),
  /** Started on evidence, not on a person's word; only such an operation aborts because the active recovered. */
  automatic: z.boolean(),
  /** Requested as soon as this one has succeeded; `null`: nothing. */
  followedBy: z.literal('Failback').nullable(),
  phase: z.enum(['Running', 'WaitingForConsent', 'WaitingForHuman', 'Aborting']),
  startedAtMs: z.number(),
  /** Who has driven it, in order; each entry is a change of hands. */
  actors: z.array(z.object({ actor: z.string(), atMs: z.number() })),
  decision: decisionSchema,
  consent: z.object({ acceptUpToSeconds: acceptedLossSchema.nullable() }),
  abort: z.object({ requested: z.boolean(), reason: z.string() }),
  /** The point of no return: with it written nobody aborts any more. */
  intent: z
    .object({
      call: z.literal('PromoteReadReplica'),
      database: z.string(),
      epoch: z.number().int(),
      leaseTerm: z.number().int(),
      atMs: z.number(),
    })
    .nullable(),
  steps: z.array(stepSchema),
  /** Keys of the alerts already sent, so that a change of actors repeats none. */
  alerted: z.array(z.string()),
});

export type Call = z.infer<typeof callSchema>;
export type Step = z.infer<typeof stepSchema>;
export type Evidence = z.infer<typeof evidenceSchema>;
export type AcceptedLoss = z.infer<typeof acceptedLossSchema>;
export type LossEstimate = Pick<z.infer<typeof decisionSchema>, 'observedLossSeconds' | 'worstCaseSeconds'>;
export type Operation = z.infer<typeof operationSchema>;

export function stepOf(operation: Operation, name: StepName): Step {
  for (const step of operation.steps) if (step.name === name) return step;
  throw new Error(`operation ${operation.id} has no step ${name}`);
}

/** Nothing more will be done about the step, well or badly. */
export function isSettled(step: Step): boolean {
  return step.phase === 'Done' || step.phase === 'GaveUp' || step.phase === 'Left' || step.phase === 'Skipped';
}

/** The operation with a step changed; one that is settled by that gets its number. */
export function withStep(operation: Operation, changed: Step): Operation {
  const isNew = isSettled(changed) && changed.order === null;
  const order = isNew ? operation.steps.filter(isSettled).length + 1 : changed.order;
  return {
    ...operation,
    steps: operation.steps.map((step) => (step.name === changed.name ? { ...changed, order } : step)),
  };
}
