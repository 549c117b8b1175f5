import { z } from 'zod';

/** A kind as its page presents it. */
export interface KindPage {
  readonly kind: string;
  readonly schema: z.ZodType;
  /** Where an object of the kind lives and who writes it, in a sentence. */
  readonly lives: string;
}

/** What of a JSON schema a page shows. */
interface Node {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly additionalProperties?: Node | false;
  readonly anyOf?: readonly Node[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly 'x-kubernetes-validations'?: readonly { readonly message: string }[];
}

/** Reference page of one kind: a table for its spec, and one for its status if it has any. */
export function kindPage({ kind, schema, lives }: KindPage): string {
  const root = jsonOf(schema);
  const { spec, status } = root.properties ?? {};
  return [
    `# ${kind}`,
    root.description ?? '',
    lives,
    ...(spec === undefined ? [] : ['## spec', spec.description ?? '', table(spec, 'spec'), rules(spec)]),
    ...(status === undefined ? [] : ['## status', status.description ?? '', table(status, 'status')]),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function rules(spec: Node): string {
  const messages = [...new Set(messagesOf(spec))];
  return messages.length === 0 ? '' : ['Rules:', '', ...messages.map((message) => `- ${message}`)].join('\n');
}

/** Of the object's own rules, then of those further down. */
function messagesOf(node: Node): string[] {
  const below = [...Object.values(node.properties ?? {}), ...(node.items === undefined ? [] : [node.items])];
  const own = (node['x-kubernetes-validations'] ?? []).map(({ message }) => message);
  return [...own, ...below.flatMap(messagesOf)];
}

/** Table of all fields of a schema, by their paths from its root. */
export function fieldTable(schema: z.ZodType): string {
  return table(jsonOf(schema), '');
}

function jsonOf(schema: z.ZodType): Node {
  return z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', reused: 'inline' }) as Node;
}

function table(node: Node, path: string): string {
  const rows = rowsOf(node, path).map((cells) => `| ${cells.map(escapeCell).join(' | ')} |`);
  return ['| Field | Type | Default | Description |', '|---|---|---|---|', ...rows].join('\n');
}

function rowsOf(node: Node, path: string): string[][] {
  return Object.entries(node.properties ?? {}).flatMap(([name, field]) => {
    const here = path === '' ? name : `${path}.${name}`;
    const isRequired = node.required?.includes(name) ?? false;
    return [
      [`\`${here}\``, typeOf(field), defaultOf(field, isRequired), field.description ?? ''],
      ...rowsBelow(field, here),
    ];
  });
}

/** Fields of an object, of the entries of a list or a map, and of the alternatives that are objects. */
function rowsBelow(field: Node, path: string): string[][] {
  return [
    ...rowsOf(field, path),
    ...(field.items === undefined ? [] : rowsBelow(field.items, `${path}[]`)),
    ...(field.additionalProperties ? rowsBelow(field.additionalProperties, `${path}.KEY`) : []),
    ...(field.anyOf ?? []).flatMap((alternative) => rowsBelow(alternative, path)),
  ];
}

function typeOf(node: Node): string {
  if (node.anyOf !== undefined) {
    return node.anyOf.map(typeOf).join(' or ');
  }
  if (node.enum !== undefined) {
    return node.enum.map((word) => `\`${String(word)}\``).join(', ');
  }
  if (node.title !== undefined) {
    return node.title.toLowerCase();
  }
  switch (node.type) {
    case 'array':
      return `list of ${node.items === undefined ? 'anything' : typeOf(node.items)}`;
    case 'object':
      return node.additionalProperties ? `map to ${typeOf(node.additionalProperties)}` : 'object';
    case 'integer':
      return `integer${rangeOf(node)}`;
    default:
      return node.type ?? 'anything';
  }
}

function rangeOf({ minimum, maximum }: Node): string {
  // zod's bounds of a whole number are nobody's rule.
  const isRule = (limit: number | undefined) => limit !== undefined && Math.abs(limit) !== Number.MAX_SAFE_INTEGER;
  if (isRule(minimum) && isRule(maximum)) {
    return `, ${minimum} to ${maximum}`;
  }
  return isRule(minimum) ? `, from ${minimum}` : isRule(maximum) ? `, to ${maximum}` : '';
}

function defaultOf(node: Node, isRequired: boolean): string {
  if (isRequired) {
    return 'required';
  }
  // A group's own default only says that its fields have theirs.
  const isGroup = node.properties !== undefined;
  return node.default === undefined || isGroup ? '' : `\`${JSON.stringify(node.default)}\``;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
