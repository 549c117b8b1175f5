import { XmlShapeDeserializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import { AwsError, notImplemented } from './aws-error.ts';
import type { Operation } from './operation.ts';
import type { Service, WireRequest, WireResponse } from './service.ts';
import { xmlMembers, xmlText } from './xml.ts';

export interface RestXmlServiceOptions {
  readonly signingName: string;
  /** Such as `https://route53.amazonaws.com/doc/2013-04-01/`. */
  readonly xmlNamespace: string;
  readonly operations: readonly Operation[];
}

/** Where an operation is found: its `http` trait. */
interface Binding {
  readonly operation: Operation;
  readonly method: string;
  /** Parts of the path; `{Name}` stands for a member. */
  readonly path: readonly string[];
  readonly status: number;
}

/**
 * A service that speaks restXml with its operations told apart by method and path, members in the path, the query and an
 * XML body. Route 53 does; S3 has a service of its own, because its bodies are no XML.
 *
 * Source: Smithy, "AWS restXml protocol" and "HTTP binding traits".
 */
export function restXmlService({ signingName, xmlNamespace, operations }: RestXmlServiceOptions): Service {
  const bindings = operations.map(bindingOf);
  const find = (request: WireRequest): { readonly binding: Binding; readonly labels: Labels } | undefined => {
    const parts = request.url.pathname.split('/');
    for (const binding of bindings) {
      const labels = binding.method === request.method ? labelsOf(binding.path, parts) : undefined;
      if (labels !== undefined) return { binding, labels };
    }
    return undefined;
  };

  return {
    signingName,
    throttled: new AwsError('Throttling', 'Rate exceeded', 400),
    async identify(request) {
      const found = find(request);
      if (found === undefined) return { operation: `${request.method} ${request.url.pathname}`, parameters: {} };
      const { binding, labels } = found;
      return { operation: binding.operation.name, parameters: await readInput(binding.operation, request, labels) };
    },
    async perform(request, { operation: name, parameters }) {
      const binding = bindings.find(({ operation }) => operation.name === name);
      if (binding === undefined) throw notImplemented(signingName, name);
      const members = xmlMembers(binding.operation.schema[5], await binding.operation.handle(parameters as object));
      return xml(binding.status, request, `<${name}Response xmlns="${xmlNamespace}">${members}</${name}Response>`);
    },
    renderError({ code, message, httpStatus }, request) {
      const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${xmlText(message)}</Message></Error>`;
      const body = `${error}<RequestId>${request.requestId}</RequestId>`;
      return xml(httpStatus, request, `<ErrorResponse xmlns="${xmlNamespace}">${body}</ErrorResponse>`);
    },
  };
}

type Labels = ReadonlyMap<string, string>;

function bindingOf(operation: Operation): Binding {
  const { http } = operation.schema[3] as { readonly http?: readonly [string, string, number] };
  if (http === undefined) throw new Error(`${operation.name} has no HTTP binding`);
  const [method, uri, status] = http;
  return { operation, method, path: uri.split('/'), status };
}

/** @returns undefined for another path. */
function labelsOf(path: readonly string[], parts: readonly string[]): Labels | undefined {
  if (path.length !== parts.length) return undefined;
  const labels = new Map<string, string>();
  for (const [index, expected] of path.entries()) {
    const part = decodeURIComponent(parts[index] ?? '');
    const [, label] = /^\{(\w+)\}$/.exec(expected) ?? [];
    if (label !== undefined) labels.set(label, part);
    else if (part !== expected) return undefined;
  }
  return labels;
}

async function readInput(operation: Operation, request: WireRequest, labels: Labels): Promise<object> {
  const schema = NormalizedSchema.of(operation.schema[4]);
  const body = request.body.toString('utf8');
  const members = body === '' ? {} : await readBody(operation, schema, body);
  const bound: [string, unknown][] = [];
  for (const [name, member] of schema.structIterator()) {
    const { httpLabel, httpQuery } = member.getMergedTraits();
    const text = httpLabel === undefined ? request.url.searchParams.get(String(httpQuery)) : labels.get(name);
    if (text == null || (httpLabel === undefined && httpQuery === undefined)) continue;
    bound.push([name, member.isNumericSchema() ? Number(text) : text]);
  }
  return { ...members, ...Object.fromEntries(bound) };
}

async function readBody(operation: Operation, schema: NormalizedSchema, body: string): Promise<object> {
  const deserializer = new XmlShapeDeserializer({
    timestampFormat: { useTrait: true, default: 5 },
    httpBindings: false,
    xmlNamespace: '',
    serviceNamespace: '',
  });
  try {
    return await deserializer.read(schema, body);
  } catch {
    throw new AwsError('MalformedInput', `The body of ${operation.name} is not what its schema says.`);
  }
}

function xml(status: number, request: WireRequest, body: string): WireResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': request.requestId },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  };
}
