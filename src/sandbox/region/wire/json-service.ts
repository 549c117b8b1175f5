import { JsonCodec2 } from '@smithy/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import { AwsError, notImplemented } from './aws-error.ts';
import { type Operation, operationsByName } from './operation.ts';
import type { Service, WireRequest, WireResponse } from './service.ts';

export interface JsonServiceOptions {
  readonly signingName: string;
  readonly version: '1.0' | '1.1';
  /** Such as `com.amazonaws.cloudwatch`, which error types carry. */
  readonly namespace: string;
  readonly operations: readonly Operation[];
}

/** Smithy's code for `epoch-seconds`, the timestamp format of the JSON protocols. */
const epochSeconds = 7;

/** A service that speaks awsJson (CloudWatch): the operation is in `X-Amz-Target`, JSON in and out. */
export function jsonService(options: JsonServiceOptions): Service {
  const { signingName, version, namespace } = options;
  const operations = operationsByName(options.operations);
  const codec = new JsonCodec2({ timestampFormat: { useTrait: true, default: epochSeconds }, jsonName: false });
  const contentType = `application/x-amz-json-${version}`;

  return {
    signingName,
    throttled: new AwsError('ThrottlingException', 'Rate exceeded', 400),
    async identify(request) {
      const name = targetOperation(request);
      const known = operations.get(name);
      if (known === undefined) return { operation: name, parameters: {} };
      return { operation: name, parameters: await readInput(codec, known, request) };
    },
    async perform(request, { operation: name, parameters }) {
      const known = operations.get(name);
      if (known === undefined) throw notImplemented(signingName, name);
      const output = await known.handle(parameters as object);
      return json(200, request, contentType, writeOutput(codec, known, output));
    },
    renderError(error, request) {
      const body = JSON.stringify({ __type: `${namespace}#${error.code}`, message: error.message });
      const response = json(error.httpStatus, request, contentType, body);
      // Clients of services that once spoke awsQuery read the error's code from here.
      const queryError = `${error.code};${error.httpStatus < 500 ? 'Sender' : 'Receiver'}`;
      return { ...response, headers: { ...response.headers, 'x-amzn-query-error': queryError } };
    },
  };
}

/** `GetMetricData` of `X-Amz-Target: GraniteServiceVersion20100801.GetMetricData`. */
export function targetOperation(request: WireRequest): string {
  const target = request.headers['x-amz-target'];
  const name = typeof target === 'string' ? target.split('.')[1] : undefined;
  if (name === undefined) throw new AwsError('UnknownOperationException', 'The request has no X-Amz-Target.');
  return name;
}

async function readInput(codec: JsonCodec2, operation: Operation, request: WireRequest): Promise<unknown> {
  const text = request.body.toString('utf8') || '{}';
  try {
    return await codec.createDeserializer().read(NormalizedSchema.of(operation.schema[4]), text);
  } catch {
    throw new AwsError('SerializationException', `The body of ${operation.name} is not what its schema says.`);
  }
}

function writeOutput(codec: JsonCodec2, operation: Operation, output: object): string {
  if (operation.schema[5] === 'unit') return '{}';
  const serializer = codec.createSerializer();
  serializer.write(NormalizedSchema.of(operation.schema[5]), output);
  const text = serializer.flush();
  return typeof text === 'string' ? text : new TextDecoder().decode(text);
}

function json(status: number, request: WireRequest, contentType: string, body: string): WireResponse {
  return { status, headers: { 'content-type': contentType, 'x-amzn-requestid': request.requestId }, body };
}
