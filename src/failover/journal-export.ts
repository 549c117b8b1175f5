import { z } from 'zod';
import { failoverPlanSchema } from '../api/failover-plan.ts';
import { journalSchema } from './journal.ts';
import { operationSchema } from './operation.ts';

/** A finished operation, as the history keeps it. */
export const historyRecordSchema = operationSchema.extend({
  outcome: z.enum(['Succeeded', 'Aborted']),
  completedAtMs: z.number(),
});

/** All that is known of a plan's operations, in one file: to be kept after an incident, and replayed. */
export const journalExportSchema = z.object({
  plan: failoverPlanSchema,
  journal: journalSchema,
  /** In the order of epochs. */
  history: z.array(historyRecordSchema),
});

export type HistoryRecord = z.infer<typeof historyRecordSchema>;
export type JournalExport = z.infer<typeof journalExportSchema>;
