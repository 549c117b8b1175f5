import { z } from 'zod';

/** A composite that has one field of each sort that the builder tells apart. */
export const stackSchema = z.strictObject({
  apiVersion: z.literal('example.org/v1'),
  kind: z.literal('Stack'),
  metadata: z.strictObject({ name: z.string() }),
  spec: z.strictObject({
    app: z.string(),
    environment: z.string().default('dev'),
    region: z.string(),
    role: z.enum(['Active', 'Standby']),
    port: z.int(),
    multiAz: z.boolean().default(false),
    note: z.string().optional(),
    subnetIds: z.array(z.string()).optional(),
    tags: z.record(z.string(), z.string()).prefault({}),
    failover: z
      .strictObject({
        term: z.int(),
        source: z.string().optional(),
        capacity: z.strictObject({ desired: z.int() }).optional(),
      })
      .optional(),
    map: z.strictObject({ from: z.string() }).prefault({ from: 'a' }),
  }),
  status: z
    .strictObject({
      database: z.strictObject({ arn: z.string().optional(), endpoint: z.string().optional() }).optional(),
      port: z.int().optional(),
      replicas: z.record(z.string(), z.strictObject({ arn: z.string().optional() })).optional(),
    })
    .optional(),
});
