import { z } from 'zod';

/** Group and version of every kind that Understudy defines. */
export const apiGroup = 'understudy.dev';
export const apiVersionName = 'v1alpha1';
export const apiVersion = `${apiGroup}/${apiVersionName}` as const;

export const apiVersionSchema = z.literal(apiVersion).describe('Version of the schema that this object follows.');

/** Kubernetes' rule for names of objects that become DNS labels (RFC 1123). */
export const dnsLabelPattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

const setByServer = 'Set by the Kubernetes API server.';

/**
 * Metadata of an object, in a user's file or as the API server returns it. It lists the server's own fields rather than
 * letting any key pass, so that `namepsace` in a file is an error.
 */
export const objectMetaSchema = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(63)
      .regex(dnsLabelPattern, 'must be lower-case letters, digits and hyphens, starting and ending with neither hyphen')
      .describe('Name of the object, unique in its namespace.'),
    namespace: z
      .string()
      .min(1)
      .max(63)
      .regex(dnsLabelPattern, 'must be lower-case letters, digits and hyphens')
      .default('default')
      .describe('Namespace of the object.'),
    labels: z.record(z.string(), z.string()).optional().describe('Labels, as on any Kubernetes object.'),
    annotations: z.record(z.string(), z.string()).optional().describe('Annotations, as on any Kubernetes object.'),
    finalizers: z.array(z.string()).optional().describe('What must be done before the object may go.'),
    ownerReferences: z.array(z.record(z.string(), z.unknown())).optional().describe('Objects that this one goes with.'),
    generateName: z.string().optional().describe(setByServer),
    uid: z.string().optional().describe(setByServer),
    resourceVersion: z.string().optional().describe(setByServer),
    generation: z.int().optional().describe(setByServer),
    creationTimestamp: z.string().optional().describe(setByServer),
    deletionTimestamp: z.string().optional().describe(setByServer),
    deletionGracePeriodSeconds: z.int().optional().describe(setByServer),
    managedFields: z.array(z.record(z.string(), z.unknown())).optional().describe(setByServer),
  })
  .describe('Name, namespace, labels and annotations.');

export type ObjectMeta = z.output<typeof objectMetaSchema>;
