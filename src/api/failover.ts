import { z } from 'zod';
import { conditionsSchema } from './condition.ts';
import { durationSchema } from './duration.ts';
import { evidenceSchema } from './failover-plan-status.ts';
import { apiVersionSchema, dnsLabelPattern, objectMetaSchema } from './object-meta.ts';
import { siteSchema } from './site.ts';

/** Failover: one operation and its record. */

const timestamp = z.iso.datetime({ offset: true });

export const failoverActionSchema = z.enum(['Failover', 'Switchover', 'Failback', 'Reprotect', 'Drill']);
export type FailoverAction = z.output<typeof failoverActionSchema>;

export const failoverPhaseSchema = z.enum([
  'Pending',
  'WaitingForConsent',
  'WaitingForHuman',
  'Running',
  'Succeeded',
  'Failed',
  'Aborted',
]);
export type FailoverPhase = z.output<typeof failoverPhaseSchema>;

export const failoverSpecSchema = z
  .strictObject({
    planRef: z
      .strictObject({
        name: z
          .string()
          .min(1)
          .max(63)
          .regex(dnsLabelPattern, 'is not the name of an object')
          .describe('Name of the FailoverPlan.'),
      })
      .describe('Plan in the same namespace that the operation belongs to.'),
    action: failoverActionSchema.describe(
      'Failover: unplanned, may lose data. Switchover: planned, loses nothing. Failback: switchover to the designated primary. Reprotect: rebuild replication towards the former active. Drill: rehearsal on a disposable copy.',
    ),
    to: siteSchema.optional().describe('Site that is to be active afterwards. Default: the standby.'),
    reason: z.string().min(1).max(1024).default('not given').describe('Why, for the record and for the notification.'),
    dataLoss: z
      .strictObject({
        acceptUpTo: z
          .string()
          .max(32)
          .regex(/^(any|([0-9]+(d|h|m|s|ms))+)$/, 'is neither `any` nor a duration such as 30s, 5m or 1m30s')
          .describe(
            'Loss consented to, such as 45s. An operation that waits for consent names the measured number; `any` is for one whose loss nobody could even bound.',
          ),
      })
      .optional()
      .describe('Consent to losing writes. It may be given later.'),
    dryRun: z
      .boolean()
      .default(false)
      .describe('Says what would be done, by whom and within which budget, and does nothing.'),
    abort: z
      .boolean()
      .default(false)
      .describe('Stops the operation if it has not passed its point of no return. It may be set later.'),
  })
  .describe('What to do. Only `abort` and `dataLoss` may change afterwards.')
  .meta({
    'x-kubernetes-validations': [
      ...['planRef', 'action', 'reason', 'dryRun'].map((field) => ({
        rule: `self.${field} == oldSelf.${field}`,
        message: `${field} is immutable; make another Failover instead`,
      })),
      {
        rule: 'has(self.to) == has(oldSelf.to) && (!has(self.to) || self.to == oldSelf.to)',
        message: 'to is immutable; make another Failover instead',
      },
      { rule: '!oldSelf.abort || self.abort', message: 'abort cannot be taken back' },
      {
        rule: "!has(self.to) || self.action in ['Failover', 'Switchover'] || (self.action == 'Failback' && self.to == 'primary')",
        message:
          'to goes with Failover and Switchover: a Failback goes to the primary, Reprotect and Drill move nothing',
      },
      {
        rule: "!has(self.dataLoss) || self.action == 'Failover'",
        message: 'dataLoss goes with Failover alone: no other action loses writes',
      },
    ],
  });

export type FailoverSpec = z.output<typeof failoverSpecSchema>;

export const failoverStepSchema = z
  .strictObject({
    name: z.string().describe('Name of the step, such as promote.'),
    phase: z.enum(['Pending', 'Running', 'Succeeded', 'Failed', 'Skipped']).describe('How far it is.'),
    startedAt: timestamp.optional().describe('When it started.'),
    completedAt: timestamp.optional().describe('When it ended.'),
    attempts: z.int().min(0).default(0).describe('Times that it was tried.'),
    budget: durationSchema
      .optional()
      .describe('Its share of the recovery time objective. Beyond it the step alerts and goes on.'),
    message: z.string().optional().describe('What it did, or what it waits for.'),
  })
  .describe('One step of the operation.');
export type FailoverStep = z.output<typeof failoverStepSchema>;

const measuredSchema = z
  .strictObject({
    rto: durationSchema
      .optional()
      .describe("Last good answer before to first good answer after, at the client's name."),
    rpo: durationSchema.optional().describe('Acknowledged writes lost, as seconds of the heartbeat.'),
    lostWrites: z.int().min(0).optional().describe('Acknowledged writes lost, in rows, where they can be counted.'),
    detection: durationSchema.optional().describe('From the outage to the decision.'),
    promotion: durationSchema.optional().describe('From the intent to a database that takes writes.'),
    trafficFlip: durationSchema.optional().describe('From the markers to the first answer from the new site.'),
  })
  .describe('What was measured. Nothing here is computed from settings.');

export const failoverStatusSchema = z
  .strictObject({
    phase: failoverPhaseSchema.optional().describe('One word for how far the operation is.'),
    step: z.string().optional().describe('Step in hand.'),
    message: z.string().optional().describe('A sentence: what it does, or what it waits for and how to give it.'),
    operationId: z.string().optional().describe('Plan and epoch, such as trading#7.'),
    epoch: z.int().optional().describe('Number of the operation within its plan.'),
    from: siteSchema.optional().describe('Site that was active at the decision.'),
    to: siteSchema.optional().describe('Site that becomes active.'),
    actor: z.string().optional().describe('Who acts now, such as controller/understudy-0 or lambda/us-west-2.'),
    actors: z
      .array(
        z.strictObject({
          actor: z.string().describe('Who took over.'),
          at: timestamp.describe('When.'),
          term: z.int().optional().describe('Term of the lease, where it is known.'),
        }),
      )
      .optional()
      .describe('Every change of hands.'),
    steps: z.array(failoverStepSchema).optional().describe('Steps in order.'),
    evidence: z.array(evidenceSchema).optional().describe('What the vantages said at the decision.'),
    dataLoss: z
      .strictObject({
        observed: durationSchema
          .optional()
          .describe('Lag when the active was last seen writable; consent is about this number.'),
        worstCase: durationSchema.optional().describe('Time since then.'),
      })
      .optional()
      .describe('Loss to expect.'),
    measured: measuredSchema.optional(),
    startedAt: timestamp.optional().describe('When the operation started.'),
    completedAt: timestamp.optional().describe('When it ended.'),
    conditions: conditionsSchema.optional(),
    observedGeneration: z.int().optional().describe('Generation of the spec that this status speaks of.'),
  })
  .describe('How far the operation is, and what it did.');
export type FailoverStatus = z.output<typeof failoverStatusSchema>;

export const failoverSchema = z
  .strictObject({
    apiVersion: apiVersionSchema,
    kind: z.literal('Failover').describe('Failover.'),
    metadata: objectMetaSchema,
    spec: failoverSpecSchema,
    status: failoverStatusSchema.optional(),
  })
  .describe('One operation and its record: what was decided, by whom, on which evidence, and what it took.');

export type Failover = z.output<typeof failoverSchema>;
export type FailoverInput = z.input<typeof failoverSchema>;
