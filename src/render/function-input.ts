/**
 * The part of function-patch-and-transform's input that is evaluated here. The schemas are strict: a patch type, a
 * transform or a policy beyond it is an error that names it, never a field that is quietly passed over.
 *
 * Source: input/v1beta1 of https://github.com/crossplane-contrib/function-patch-and-transform.
 */
import { z } from 'zod';
import { renderError } from './render-error.ts';

const fieldPathSchema = z
  .string()
  .min(1)
  .refine((path) => !path.includes('[*]'), 'wildcards are not evaluated');

const transformSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('map'),
    map: z
      .record(z.string(), z.json())
      .refine((pairs) => Object.keys(pairs).length > 0, 'at least one pair must be specified')
      .refine((pairs) => !Object.values(pairs).includes(null), 'the function fails on a null in a map'),
  }),
  z.strictObject({
    type: z.literal('match'),
    match: z.strictObject({
      patterns: z.array(z.strictObject({ type: z.literal('literal'), literal: z.string(), result: z.json() })).min(1),
      fallbackValue: z.json(),
    }),
  }),
  z.strictObject({
    type: z.literal('convert'),
    convert: z.strictObject({
      toType: z.enum(['string', 'bool', 'int', 'int64', 'float64']),
      format: z.literal('none').optional(),
    }),
  }),
  z.strictObject({
    type: z.literal('string'),
    string: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('Format'), fmt: z.string() }),
      z.strictObject({ type: z.literal('Convert'), convert: z.enum(['ToUpper', 'ToLower']) }),
      z.strictObject({ type: z.enum(['TrimPrefix', 'TrimSuffix']), trim: z.string() }),
    ]),
  }),
  z.strictObject({
    type: z.literal('math'),
    math: z.strictObject({ type: z.literal('Multiply'), multiply: z.int() }),
  }),
]);

const patchEnd = {
  transforms: z.array(transformSchema).optional(),
  policy: z
    .strictObject({
      fromFieldPath: z.enum(['Optional', 'Required']).optional(),
      toFieldPath: z.enum(['Replace', 'MergeObjects']).optional(),
    })
    .optional(),
};

const combineSchema = z.strictObject({
  variables: z.array(z.strictObject({ fromFieldPath: fieldPathSchema })).min(1),
  strategy: z.literal('string'),
  string: z.strictObject({ fmt: z.string() }),
});

/** The function takes a patch without a type for the commonest one. */
const patchSchema = z.preprocess(
  (patch) =>
    typeof patch === 'object' && patch !== null && !('type' in patch)
      ? { type: 'FromCompositeFieldPath', ...patch }
      : patch,
  z.discriminatedUnion('type', [
    z.strictObject({
      type: z.enum(['FromCompositeFieldPath', 'ToCompositeFieldPath']),
      fromFieldPath: fieldPathSchema,
      toFieldPath: fieldPathSchema.optional(),
      ...patchEnd,
    }),
    z.strictObject({
      type: z.enum(['CombineFromComposite', 'CombineToComposite']),
      combine: combineSchema,
      toFieldPath: fieldPathSchema,
      ...patchEnd,
    }),
  ]),
);

const readinessCheckSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('None') }),
  z.strictObject({ type: z.enum(['NonEmpty', 'MatchTrue', 'MatchFalse']), fieldPath: fieldPathSchema }),
  z.strictObject({ type: z.literal('MatchString'), fieldPath: fieldPathSchema, matchString: z.string() }),
]);

const resourcesInputSchema = z.strictObject({
  apiVersion: z.literal('pt.fn.crossplane.io/v1beta1'),
  kind: z.literal('Resources'),
  resources: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        base: z.record(z.string(), z.json()),
        patches: z.array(patchSchema).optional(),
        readinessChecks: z.array(readinessCheckSchema).optional(),
      }),
    )
    .min(1),
});

export type ResourcesInput = z.output<typeof resourcesInputSchema>;
export type ResourceTemplate = ResourcesInput['resources'][number];
export type Patch = z.output<typeof patchSchema>;
export type Combine = z.output<typeof combineSchema>;
export type Transform = z.output<typeof transformSchema>;
export type StringTransform = Extract<Transform, { type: 'string' }>['string'];
export type ConvertTarget = Extract<Transform, { type: 'convert' }>['convert']['toType'];
export type ReadinessCheck = z.output<typeof readinessCheckSchema>;

/**
 * Reads the input of the function's step.
 *
 * @throws UnderstudyError US1110 that names the first part that is not evaluated here.
 */
export function parseResourcesInput(input: unknown): ResourcesInput {
  const parsed = resourcesInputSchema.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw renderError(`${issue?.path.join('.') || 'input'}: ${issue?.message ?? 'invalid'}${received(input, issue)}`);
  }
  return parsed.data;
}

/** The offending value, where it is short enough to say. */
function received(input: unknown, issue: z.core.$ZodIssue | undefined): string {
  const value = (issue?.path ?? []).reduce<unknown>(
    (parent, key) => (typeof parent === 'object' && parent !== null ? Reflect.get(parent, key) : undefined),
    input,
  );
  return typeof value === 'string' ? `, not ${JSON.stringify(value)}` : '';
}
