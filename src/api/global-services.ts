import { z } from 'zod';
import { accountIdSchema, domainNameSchema, regionSchema } from './aws-formats.ts';
import { conditionsSchema } from './condition.ts';
import { apiVersionSchema, objectMetaSchema } from './object-meta.ts';
import { siteSchema } from './site.ts';

/** GlobalServices: the composite resource for what belongs to an application, but to neither of its sites. */

const sharedFailoverSchema = z
  .object({
    watched: siteSchema
      .optional()
      .describe('Site that the TXT record of the health checkers speaks of: the active one.'),
    endpointChecks: z
      .object({
        primary: z.string().min(1).max(64).optional().describe('Of the primary.'),
        secondary: z.string().min(1).max(64).optional().describe('Of the secondary.'),
      })
      .optional()
      .describe('Ids of the health checks of the sites themselves, for their alarms, once verified.'),
  })
  .describe('Decisions made at run time. The controller alone writes them.');
export type SharedFailover = z.output<typeof sharedFailoverSchema>;

export const globalServicesSpecSchema = z
  .object({
    app: z.string().min(1).max(63).describe('Name of the application, first part of every AWS name.'),
    environment: z.string().min(1).max(12).describe('Environment, last part of every AWS name.'),
    accountId: accountIdSchema.describe('AWS account.'),
    primaryRegion: regionSchema.describe('AWS region of the primary site.'),
    secondaryRegion: regionSchema.describe('AWS region of the secondary site.'),
    witnessRegion: regionSchema.optional().describe('Region of the witness.'),
    zoneName: domainNameSchema.optional().describe('Hosted zone to make. Default: none is made.'),
    code: z
      .object({ witness: z.string().min(1).max(1024).describe("Key of the witness's function.") })
      .optional()
      .describe("Bundle in the code bucket of the witness's region, named by its content. No function before."),
    tags: z.record(z.string(), z.string()).default({}).describe('Tags of every resource that takes tags.'),
    failover: sharedFailoverSchema.optional(),
  })
  .describe('What the two sites share.');
export type GlobalServicesSpec = z.output<typeof globalServicesSpecSchema>;

const tableStatusSchema = z
  .object({
    arn: z.string().optional().describe("ARN in the primary's region."),
    replicaArn: z.string().optional().describe("ARN in the secondary's region."),
    streamArn: z.string().optional().describe("ARN of the stream in the primary's region."),
    replicaStreamArn: z.string().optional().describe("ARN of the stream in the secondary's region."),
  })
  .describe('One DynamoDB global table.');

export const globalServicesStatusSchema = z
  .object({
    zoneId: z.string().optional().describe('Id of the hosted zone.'),
    nameServers: z.array(z.string()).optional().describe('Name servers to delegate the zone to.'),
    witnessBucket: z.string().optional().describe("Name of the witness's bucket."),
    witnessFunction: z.string().optional().describe("ARN of the witness's function."),
    tables: z.record(z.string(), tableStatusSchema).optional().describe('Global tables, by their name in the file.'),
    conditions: conditionsSchema.optional(),
  })
  .describe('What was built.');
export type GlobalServicesStatus = z.output<typeof globalServicesStatusSchema>;

export const globalServicesSchema = z
  .object({
    apiVersion: apiVersionSchema,
    kind: z.literal('GlobalServices').describe('GlobalServices.'),
    metadata: objectMetaSchema,
    spec: globalServicesSpecSchema,
    status: globalServicesStatusSchema.optional(),
  })
  .describe('What an application needs beside its two sites: the hosted zone, global tables and the witness.');

export type GlobalServices = z.output<typeof globalServicesSchema>;
export type GlobalServicesInput = z.input<typeof globalServicesSchema>;
