import { z } from 'zod';

/** Kubernetes' standard condition (meta/v1 Condition). */
export const conditionSchema = z.strictObject({
  type: z.string().min(1).max(316).describe('What the condition is about, such as Ready.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it holds.'),
  reason: z.string().min(1).max(1024).describe('One word in CamelCase for programs.'),
  message: z.string().max(32_768).describe('A sentence for people.'),
  lastTransitionTime: z.iso.datetime({ offset: true }).describe('When the status last changed.'),
  observedGeneration: z.int().optional().describe('Generation of the spec that the condition speaks of.'),
});

export type Condition = z.output<typeof conditionSchema>;

export const conditionsSchema = z
  .array(conditionSchema)
  .default([])
  .describe('Conditions, one a type, as Kubernetes tools read them.')
  .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] });
