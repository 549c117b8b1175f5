import { z } from 'zod';

const attributeName = z.string().min(1).max(255);

const globalIndexSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{3,255}$/, 'must be 3 to 255 letters, digits, _, . and -')
      .describe('Name of the index.'),
    partitionKey: attributeName.describe('Attribute that is the partition key.'),
    sortKey: attributeName.optional().describe('Attribute that is the sort key.'),
  })
  .describe('A global secondary index, the same in both regions.');

/** A DynamoDB global table (version 2019.11.21), on demand, with streams and point-in-time recovery. */
export const tableSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens, starting with a letter')
      .describe('Name of the table within the application.'),
    partitionKey: attributeName.describe('Attribute that is the partition key.'),
    sortKey: attributeName.optional().describe('Attribute that is the sort key.'),
    globalIndexes: z
      .array(globalIndexSchema)
      .max(20)
      .default([])
      .describe('Global secondary indexes, with all attributes projected.'),
    timeToLive: attributeName
      .optional()
      .describe('Attribute that holds the time, in epoch seconds, at which an item expires.'),
    attributeTypes: z
      .record(attributeName, z.enum(['S', 'N', 'B']))
      .default({})
      .describe('Types of key attributes that are not strings: N for numbers, B for bytes.'),
  })
  .describe('A DynamoDB global table.');

export type Table = z.output<typeof tableSchema>;
