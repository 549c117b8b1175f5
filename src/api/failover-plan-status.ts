import { z } from 'zod';
import { conditionsSchema } from './condition.ts';
import { durationSchema } from './duration.ts';
import { siteSchema } from './site.ts';

const timestamp = z.iso.datetime({ offset: true });

export const planPhaseSchema = z.enum([
  'Protected',
  'Degraded',
  'Suspect',
  'FailingOver',
  'Unprotected',
  'Reprotecting',
  'Unknown',
]);
export type PlanPhase = z.output<typeof planPhaseSchema>;

export const verdictSchema = z.enum(['Up', 'Down', 'Unknown']);
export type Verdict = z.output<typeof verdictSchema>;

export const evidenceSchema = z
  .strictObject({
    vantage: z.string().describe('Name of the vantage that looked.'),
    site: siteSchema.describe('Site that it looked at.'),
    verdict: verdictSchema.describe('What it saw.'),
    reason: z.string().describe('Why it says so, in a sentence.'),
    at: timestamp.describe('Since when it says so, or when it looked, by the clock of who wrote it down.'),
  })
  .describe('What one vantage says of one site.');
export type Evidence = z.output<typeof evidenceSchema>;

export const findingSchema = z
  .strictObject({
    code: z.string().describe('Stable code; the reference explains each.'),
    severity: z.enum(['Error', 'Warning', 'Info']).describe('Error: a failover would fail or lose data.'),
    message: z.string().describe('What is wrong, with the value found.'),
    remedy: z.string().describe('What to do about it.'),
    site: siteSchema.optional().describe('Site that it concerns, if only one.'),
  })
  .describe('Something that would make a failover slower, lossier or impossible, found before it is needed.');
export type Finding = z.output<typeof findingSchema>;

const siteStatusSchema = z
  .strictObject({
    role: z.enum(['Active', 'Standby', 'Fenced', 'Unknown']).optional().describe('What the site does now.'),
    databaseIdentifier: z
      .string()
      .optional()
      .describe('Identifier of the database now; rebuilding a replica changes it.'),
    databaseStatus: z.string().optional().describe("RDS's word for the database's state, such as available."),
    healthyTargets: z.int().optional().describe('Targets that the load balancer finds healthy.'),
    totalTargets: z.int().optional().describe('Targets that the load balancer knows.'),
    instanceIds: z.array(z.string()).optional().describe('EC2 instances of the application.'),
    verdict: verdictSchema.optional().describe('What the vantages together say.'),
  })
  .describe('One site as last seen.');

/** Status of a FailoverPlan; the controller alone writes it. */
export const failoverPlanStatusSchema = z
  .strictObject({
    active: siteSchema.optional().describe('Site that serves and writes now.'),
    activeRegion: z.string().optional().describe('Region of the active site.'),
    phase: planPhaseSchema.optional().describe('One word for the state of protection.'),
    message: z.string().optional().describe('A sentence that says why, and what would change it.'),
    epoch: z.int().optional().describe('Counts operations of the plan; never reused.'),
    journalHolder: z.string().optional().describe('Who holds the lease, such as controller/understudy-0.'),
    mode: z.enum(['Automatic', 'Manual']).optional().describe('Mode in force: the one in the journal.'),
    suspended: z.boolean().optional().describe('Suspension in force: the one in the journal.'),
    planHash: z.string().optional().describe('Hash of the plan that the controller works by.'),
    replicationLag: durationSchema.optional().describe('Replication lag when last measured.'),
    predictedRto: durationSchema.optional().describe('Recovery time to expect now, from drills and settings.'),
    evidence: z.array(evidenceSchema).optional().describe('What each vantage says of each site.'),
    findings: z.array(findingSchema).optional().describe('What would make a failover slower, lossier or impossible.'),
    sites: z
      .strictObject({
        primary: siteStatusSchema.optional().describe('The primary site.'),
        secondary: siteStatusSchema.optional().describe('The secondary site.'),
      })
      .optional()
      .describe('Both sites as last seen.'),
    lastFailover: z
      .strictObject({
        operationId: z.string().describe('Operation, such as trading#7.'),
        action: z.string().describe('What it was.'),
        phase: z.string().describe('How it ended.'),
        completedAt: timestamp.optional().describe('When it ended.'),
        rto: durationSchema.optional().describe('Measured recovery time.'),
        rpo: durationSchema.optional().describe('Measured data loss.'),
      })
      .optional()
      .describe('The last operation of the plan.'),
    conditions: conditionsSchema.optional(),
    observedGeneration: z.int().optional().describe('Generation of the spec that this status speaks of.'),
  })
  .describe('Whether the application is safe, and why.');

export type FailoverPlanStatus = z.output<typeof failoverPlanStatusSchema>;

/** Condition types of a FailoverPlan. */
export const failoverPlanConditions = [
  'Ready',
  'StandbyReady',
  'Protected',
  'Automatic',
  'Agreed',
  'FencePending',
  'RolesWritten',
] as const;
export type FailoverPlanCondition = (typeof failoverPlanConditions)[number];
