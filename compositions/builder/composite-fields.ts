import { z } from 'zod';
import { type CompositeSchema, fieldFacts } from './composite-schema.ts';
import { type FieldTree, fieldNode } from './field-node.ts';
import { fieldPath, type Segment } from './field-path.ts';
import type { ObservedOwner, PatchSource, Placement } from './source.ts';

/** Present on every object that the API server has admitted; the schema of a kind says nothing about them. */
const metadataSchema = z.object({
  name: z.string(),
  namespace: z.string(),
  uid: z.string(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

/** The composite's fields as nodes, for {@link CompositeFields}. */
export function compositeFields(
  schema: CompositeSchema,
  write: (path: string, source: Placement) => void,
): { readonly metadata: unknown; readonly spec: unknown; readonly status: unknown } {
  const root = z.object({ metadata: metadataSchema, spec: schema.shape.spec, status: schema.shape.status });
  const tree: FieldTree = { read: (segments) => compositePatch(root, segments) };
  return {
    metadata: fieldNode(tree, ['metadata']),
    spec: fieldNode(tree, ['spec']),
    status: fieldNode({ ...tree, write }, ['status']),
  };
}

/**
 * Reads a field of the composite. A field of spec that the schema promises is Required: a composite without it was not
 * defaulted yet, and nothing should be built from it. Metadata needs no policy, it is always there.
 */
function compositePatch(root: z.ZodType, segments: readonly Segment[]): PatchSource {
  const { alwaysPresent, valueType } = fieldFacts(root, segments);
  const required = alwaysPresent && segments[0] === 'spec';
  return {
    from: { path: fieldPath(segments) },
    transforms: [],
    policy: required ? { fromFieldPath: 'Required' } : {},
    alwaysPresent,
    valueType,
  };
}

/** What was observed of a composed resource as nodes, for {@link ObservedFields}. */
export function observedFields(owner: ObservedOwner): { readonly metadata: unknown; readonly status: unknown } {
  const tree: FieldTree = {
    read: (segments) => ({
      from: { path: fieldPath(segments) },
      transforms: [],
      policy: {},
      owner,
      alwaysPresent: false,
      valueType: 'unknown',
    }),
  };
  return { metadata: fieldNode(tree, ['metadata']), status: fieldNode(tree, ['status']) };
}
