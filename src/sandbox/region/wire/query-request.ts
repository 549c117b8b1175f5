import { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from './aws-error.ts';
import type { OperationSchema } from './operation.ts';

/** Awsquery and ec2Query differ in how members are named. */
export type QueryDialect = 'Query' | 'Ec2';

/** `Filters.Filter.1.Name=x` as `{ Filters: { Filter: { 1: { Name: 'x' } } } }`. */
interface FormNode {
  value?: string;
  readonly children: Map<string, FormNode>;
}

/**
 * Reads a form-encoded request by the operation's input schema. Lists are accepted flat and with any member name, as
 * clients differ in them.
 *
 * Source: Smithy, "AWS query protocol" and "AWS EC2 query protocol".
 */
export function readQueryInput(schema: OperationSchema, form: URLSearchParams, dialect: QueryDialect): object {
  const input = readStructure(NormalizedSchema.of(schema[4]), treeOf(form), dialect);
  return input ?? {};
}

function treeOf(form: URLSearchParams): FormNode {
  const root: FormNode = { children: new Map() };
  for (const [key, value] of form) {
    let node = root;
    for (const part of key.split('.')) {
      const child = node.children.get(part) ?? { children: new Map() };
      node.children.set(part, child);
      node = child;
    }
    node.value = value;
  }
  return root;
}

function readStructure(schema: NormalizedSchema, node: FormNode, dialect: QueryDialect): object | undefined {
  const entries: [string, unknown][] = [];
  if (schema.isUnitSchema()) return {};
  for (const [name, member] of schema.structIterator()) {
    const child = node.children.get(memberKey(name, member, dialect));
    if (child === undefined) continue;
    entries.push([name, readValue(member, child, dialect)]);
  }
  return Object.fromEntries(entries);
}

function memberKey(name: string, member: NormalizedSchema, dialect: QueryDialect): string {
  const traits = member.getMergedTraits();
  if (dialect === 'Query') return String(traits.xmlName ?? name);
  if (traits.ec2QueryName !== undefined) return String(traits.ec2QueryName);
  const key = String(traits.xmlName ?? name);
  return key.charAt(0).toUpperCase() + key.slice(1);
}

function readValue(schema: NormalizedSchema, node: FormNode, dialect: QueryDialect): unknown {
  if (schema.isListSchema()) {
    return numbered(node).map((item) => readValue(schema.getValueSchema(), item, dialect));
  }
  if (schema.isMapSchema()) {
    const entries = numbered(node).map((entry) => [
      [...entry.children.values()][0]?.value ?? '',
      readMapValue(schema.getValueSchema(), entry, dialect),
    ]);
    return Object.fromEntries(entries);
  }
  if (schema.isStructSchema()) return readStructure(schema, node, dialect);
  return readScalar(schema, node.value ?? '');
}

function readMapValue(schema: NormalizedSchema, entry: FormNode, dialect: QueryDialect): unknown {
  const value = [...entry.children.values()][1];
  return value === undefined ? undefined : readValue(schema, value, dialect);
}

/** Children `1`, `2`, … in their order, whether or not a member name stands between. */
function numbered(node: FormNode): FormNode[] {
  const keys = [...node.children.keys()];
  if (keys.length === 0) return [];
  if (keys.every((key) => /^\d+$/.test(key))) {
    return [...node.children].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);
  }
  return [...node.children.values()].flatMap(numbered);
}

function readScalar(schema: NormalizedSchema, text: string): unknown {
  if (schema.isBooleanSchema()) return text === 'true';
  if (schema.isNumericSchema()) {
    const number = Number(text);
    if (Number.isNaN(number)) throw new AwsError('InvalidParameterValue', `${text} is not a number`);
    return number;
  }
  if (schema.isTimestampSchema()) {
    const date = new Date(text);
    if (Number.isNaN(date.getTime())) throw new AwsError('InvalidParameterValue', `${text} is not a time`);
    return date;
  }
  if (schema.isBlobSchema()) return Buffer.from(text, 'base64');
  return text;
}
