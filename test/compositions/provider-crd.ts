import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Json, JsonObject } from '../../src/render/json.ts';

/** The part of a structural schema that a composed resource can break. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly Json[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message?: string }[];
}

interface Crd {
  readonly spec: {
    readonly group: string;
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

/** The provider's CRDs, read as they are asked for: there are hundreds, of up to a megabyte. */
export class ProviderCrds {
  readonly #folder: string;
  readonly #files: readonly string[];
  readonly #schemas = new Map<string, Schema | undefined>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  }

  /** Schema of a kind, or undefined where the provider has none. */
  schemaOf({ apiVersion, kind }: JsonObject): Schema | undefined {
    const key = `${apiVersion}/${kind}`;
    if (!this.#schemas.has(key)) {
      this.#schemas.set(key, this.#read(String(apiVersion), String(kind)));
    }
    return this.#schemas.get(key);
  }

  #read(apiVersion: string, kind: string): Schema | undefined {
    const [group, version] = apiVersion.split('/');
    for (const file of this.#files.filter((each) => each.startsWith(`${group}_`))) {
      const text = readFileSync(join(this.#folder, file), 'utf8');
      if (new RegExp(`^    kind: ${kind}$`, 'm').test(text)) {
        const { spec } = parse(text) as Crd;
        return spec.versions.find(({ name }) => name === version)?.schema.openAPIV3Schema;
      }
    }
    return undefined;
  }
}

/** What strict validation on an API server would refuse in an object, each with its path. */
export function violations(value: Json, schema: Schema, path = ''): string[] {
  if (schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields']) {
    return [];
  }
  if (schema.type !== undefined && !hasType(value, schema.type)) {
    return [`${path} is ${JSON.stringify(value)}, not ${schema.type}`];
  }
  const wrong = schema.enum !== undefined && !schema.enum.includes(value) ? [`${path} is none of ${schema.enum}`] : [];
  if (Array.isArray(value)) {
    return [...wrong, ...value.flatMap((item, index) => violations(item, schema.items ?? {}, `${path}[${index}]`))];
  }
  return typeof value === 'object' && value !== null
    ? [...wrong, ...inObject(value as JsonObject, schema, path), ...inRules(value as JsonObject, schema, path)]
    : wrong;
}

function inObject(value: JsonObject, schema: Schema, path: string): string[] {
  const { additionalProperties: rest } = schema;
  const missing = (schema.required ?? []).filter((key) => !(key in value)).map((key) => `${path}.${key} is missing`);
  const wrong = Object.entries(value).flatMap(([key, part]) => {
    const below = schema.properties?.[key] ?? (typeof rest === 'object' ? rest : undefined);
    const free = path === '.metadata' || rest === true;
    return below === undefined
      ? free
        ? []
        : [`${path}.${key} is unknown`]
      : violations(part, below, `${path}.${key}`);
  });
  return [...missing, ...wrong];
}

/** `has(self.forProvider.name) || (has(self.initProvider) && has(self.initProvider.name))`, unless it is only observed. */
const requiredParameter = /has\(self\.forProvider\.(\w+)\) \|\| \(has\(self\.initProvider\)/;

function inRules(value: JsonObject, schema: Schema, path: string): string[] {
  const policies = (value.managementPolicies ?? ['*']) as readonly string[];
  if (!policies.some((policy) => policy === '*' || policy === 'Create' || policy === 'Update')) {
    return [];
  }
  return (schema['x-kubernetes-validations'] ?? []).flatMap(({ rule, message }) => {
    const field = requiredParameter.exec(rule)?.[1];
    if (field === undefined) {
      return [`${path}: a rule that is not evaluated: ${rule}`];
    }
    const given = [value.forProvider, value.initProvider].some(
      (part) => typeof part === 'object' && part !== null && field in part,
    );
    return given ? [] : [`${path}: ${message}`];
  });
}

function hasType(value: Json, type: NonNullable<Schema['type']>): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
