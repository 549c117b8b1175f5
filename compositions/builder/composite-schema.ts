import { z } from 'zod';
import { fieldPath, type Segment } from './field-path.ts';
import type { ValueType } from './source.ts';

/** A composite resource's schema: the zod object that its XRD is generated from. */
export type CompositeSchema = z.ZodObject<{
  apiVersion: z.ZodLiteral<string>;
  kind: z.ZodLiteral<string>;
  spec: z.ZodType;
  status: z.ZodType;
}>;

export type SpecOf<S extends CompositeSchema> = z.output<S['shape']['spec']>;
export type StatusOf<S extends CompositeSchema> = Exclude<z.output<S['shape']['status']>, undefined>;

/** What a schema says about one of its fields. */
export interface FieldFacts {
  /** True where no part of the path can be absent from an object that the API server has admitted and defaulted. */
  readonly alwaysPresent: boolean;
  readonly valueType: ValueType;
}

/**
 * Follows a path through a schema. A default makes a field always present, because the API server fills it in;
 * `optional()` anywhere on the way makes it absent at times, and so do a list's elements and a record's values.
 *
 * @throws Error where the schema has no such field, which the types prevent unless they are cast away.
 */
export function fieldFacts(schema: z.ZodType, segments: readonly Segment[]): FieldFacts {
  let alwaysPresent = true;
  let current = schema;
  for (const [index, segment] of segments.entries()) {
    const below = child(unwrap(current).schema, segment);
    if (below === undefined) {
      throw new Error(`the composite has no field ${fieldPath(segments.slice(0, index + 1))}`);
    }
    current = below.schema;
    alwaysPresent &&= below.alwaysPresent && !unwrap(current).optional;
  }
  return { alwaysPresent, valueType: valueTypeOf(unwrap(current).schema) };
}

function child(
  parent: z.ZodType,
  segment: Segment,
): { readonly schema: z.ZodType; readonly alwaysPresent: boolean } | undefined {
  if (parent instanceof z.ZodObject) {
    const schema = Object.hasOwn(parent.shape, segment) ? parent.shape[segment] : undefined;
    return schema instanceof z.ZodType ? { schema, alwaysPresent: true } : undefined;
  }
  if (parent instanceof z.ZodRecord && parent.valueType instanceof z.ZodType) {
    return { schema: parent.valueType, alwaysPresent: false };
  }
  if (parent instanceof z.ZodArray && typeof segment === 'number' && parent.element instanceof z.ZodType) {
    return { schema: parent.element, alwaysPresent: false };
  }
  return undefined;
}

/** The schema inside its wrappers, and whether one of them lets the value be absent. */
function unwrap(schema: z.ZodType): { readonly schema: z.ZodType; readonly optional: boolean } {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return { schema: unwrap(schema.unwrap() as z.ZodType).schema, optional: true };
  }
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodReadonly) {
    const inner = unwrap(schema.unwrap() as z.ZodType);
    return { schema: inner.schema, optional: schema instanceof z.ZodReadonly && inner.optional };
  }
  return { schema, optional: false };
}

function valueTypeOf(schema: z.ZodType): ValueType {
  if (schema instanceof z.ZodNumber) {
    return 'number';
  }
  return isString(schema) ? 'string' : 'unknown';
}

function isString(schema: z.ZodType): boolean {
  return (
    schema instanceof z.ZodString ||
    schema instanceof z.ZodStringFormat ||
    (schema instanceof z.ZodEnum && schema.options.every((option) => typeof option === 'string')) ||
    (schema instanceof z.ZodLiteral && [...schema.values].every((value) => typeof value === 'string')) ||
    (schema instanceof z.ZodUnion && schema.options.every((option) => option instanceof z.ZodType && isString(option)))
  );
}
