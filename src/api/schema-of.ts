import { z } from 'zod';

/** A JSON schema as Kubernetes takes it; only the keywords that are used here are named. */
export interface OpenApiSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly required?: readonly string[];
  readonly items?: OpenApiSchema;
  readonly additionalProperties?: OpenApiSchema;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message: string }[];
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

/** Copied as they are. */
const plainKeywords = [
  'type',
  'description',
  'required',
  'enum',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'default',
  'x-kubernetes-validations',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
];

/** Left out: said by other keywords, or without meaning to Kubernetes. */
const droppedKeywords = ['$schema', 'title', 'id'];

/**
 * The structural schema of a zod schema, as a CustomResourceDefinition or a CompositeResourceDefinition takes it.
 * Kubernetes prunes unknown keys by itself and refuses `additionalProperties: false` beside `properties`.
 *
 * Source: "Specifying a structural schema", Kubernetes documentation.
 *
 * @throws Error for what a structural schema cannot say, such as a union of types: a defect of the schema, not of input.
 */
export function openApiSchemaOf(schema: z.ZodType): OpenApiSchema {
  const json: unknown = z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', reused: 'inline' });
  return structural(json, '');
}

function structural(node: unknown, path: string): OpenApiSchema {
  if (!isRecord(node)) {
    throw new Error(`${path || 'the schema'} is not an object`);
  }
  const result: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(node)) {
    const converted = convert(keyword, value, node, path);
    if (converted !== undefined) {
      result[keyword] = converted;
    }
  }
  return result;
}

function convert(keyword: string, value: unknown, node: Readonly<Record<string, unknown>>, path: string): unknown {
  switch (keyword) {
    case 'properties':
      return isRecord(value)
        ? Object.fromEntries(Object.entries(value).map(([name, field]) => [name, structural(field, `${path}.${name}`)]))
        : undefined;
    case 'items':
      return structural(value, `${path}[]`);
    case 'additionalProperties':
      return value === false ? undefined : structural(value, `${path}[*]`);
    case 'propertyNames':
      return undefined;
    case 'format':
      return value === 'date-time' ? value : undefined;
    case 'pattern':
      // Kubernetes knows this format; zod's pattern for it is two lines long.
      return node.format === 'date-time' ? undefined : value;
    case 'minimum':
    case 'maximum':
      // zod's way to say "a whole number".
      return Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER ? undefined : value;
    default:
      if (plainKeywords.includes(keyword)) {
        return value;
      }
      if (droppedKeywords.includes(keyword)) {
        return undefined;
      }
      throw new Error(`${path}: a structural schema cannot say ${keyword}`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
