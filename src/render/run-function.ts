/**
 * `render` behind Crossplane's function protocol: a RunFunctionRequest in, a RunFunctionResponse out. It stands in for
 * function-patch-and-transform as the first step of a pipeline.
 *
 * Source: proto/v1/run_function.proto and response.To of https://github.com/crossplane/function-sdk-go.
 */
import { UnderstudyError } from '../api/errors.ts';
import { parseResourcesInput } from './function-input.ts';
import type { JsonObject } from './json.ts';
import { bytesField, fieldsOf, varintField } from './protobuf.ts';
import { decodeStruct, encodeEntry, encodeStruct, mapEntries, messages } from './protobuf-struct.ts';
import { renderError } from './render-error.ts';
import { type Rendered, renderResources } from './render-resources.ts';

const fatal = 1;
const warning = 2;
const ready = 1;
const notReady = 2;
/** How long Crossplane may go without asking again, in seconds; the SDK's default. */
const ttlSeconds = 60;

interface Request {
  readonly tag: string;
  readonly xr: JsonObject;
  readonly observed: ReadonlyMap<string, JsonObject>;
  readonly input: JsonObject;
  /** True where an earlier step of the pipeline already wants something. */
  readonly hasDesired: boolean;
  /** Passed on as it came. */
  readonly context: Buffer | undefined;
}

/**
 * Answers one call. What cannot be evaluated is a fatal result in the answer, which Crossplane shows on the composite.
 *
 * @throws UnderstudyError US1110 for a message that is no RunFunctionRequest.
 */
export function runFunction(message: Buffer): Buffer {
  const request = decodeRequest(message);
  const answer = [
    bytesField(1, Buffer.concat([bytesField(1, request.tag), bytesField(2, varintField(1, ttlSeconds))])),
  ];
  if (request.context !== undefined) {
    answer.push(bytesField(4, request.context));
  }
  return Buffer.concat([...answer, ...outcome(request)]);
}

function outcome(request: Request): readonly Buffer[] {
  try {
    if (request.hasDesired) {
      throw renderError('a step before this one is not evaluated');
    }
    return encodeRendered(renderResources(parseResourcesInput(request.input), request.xr, request.observed));
  } catch (error) {
    if (!(error instanceof UnderstudyError)) {
      throw error;
    }
    return [result(fatal, error.message)];
  }
}

function decodeRequest(message: Buffer): Request {
  const fields = fieldsOf(message);
  const observed = fieldsOf(messages(fields, 2)[0] ?? Buffer.alloc(0));
  const desired = fieldsOf(messages(fields, 3)[0] ?? Buffer.alloc(0));
  const meta = fieldsOf(messages(fields, 1)[0] ?? Buffer.alloc(0));
  return {
    tag: messages(meta, 1)[0]?.toString() ?? '',
    xr: decodeResource(messages(observed, 1)[0] ?? Buffer.alloc(0)),
    observed: new Map(mapEntries(observed, 2).map(([name, resource]) => [name, decodeResource(resource)])),
    input: decodeStruct(messages(fields, 4)[0] ?? Buffer.alloc(0)),
    hasDesired: messages(desired, 2).length > 0 || messages(desired, 1).some((composite) => composite.length > 0),
    context: messages(fields, 5)[0],
  };
}

function decodeResource(message: Buffer): JsonObject {
  return decodeStruct(messages(fieldsOf(message), 1)[0] ?? Buffer.alloc(0));
}

function encodeRendered({ composite, resources, ready: readyNames, withheld, warnings }: Rendered): readonly Buffer[] {
  const state = [
    bytesField(1, encodeResource(composite, withheld.length > 0 ? notReady : undefined)),
    ...Array.from(resources, ([name, resource]) =>
      encodeEntry(2, name, encodeResource(resource, readyNames.has(name) ? ready : undefined)),
    ),
  ];
  const waiting = withheld.map(({ resource, missing }) => `${resource} is not created before ${missing} exists`);
  return [bytesField(2, Buffer.concat(state)), ...[...waiting, ...warnings].map((text) => result(warning, text))];
}

function encodeResource(resource: JsonObject, readiness: number | undefined): Buffer {
  const parts = [bytesField(1, encodeStruct(resource))];
  return Buffer.concat(readiness === undefined ? parts : [...parts, varintField(3, readiness)]);
}

function result(severity: number, message: string): Buffer {
  return bytesField(3, Buffer.concat([varintField(1, severity), bytesField(2, message)]));
}
