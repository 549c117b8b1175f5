import { AwsError, notImplemented } from '../wire/aws-error.ts';
import type { Identified, Service, WireRequest, WireResponse } from '../wire/service.ts';
import type { Functions } from './functions.ts';

type InvocationType = 'RequestResponse' | 'Event' | 'DryRun';

interface InvokeRequest extends Identified {
  readonly operation: 'Invoke';
  readonly parameters: { readonly FunctionName: string; readonly InvocationType: InvocationType };
}

interface ConcurrencyRequest extends Identified {
  readonly operation: 'PutFunctionConcurrency' | 'DeleteFunctionConcurrency';
  readonly parameters: { readonly FunctionName: string };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const largestEvents: Readonly<Record<InvocationType, number>> = {
  RequestResponse: 6 * 1024 * 1024,
  Event: 1024 * 1024,
  DryRun: 6 * 1024 * 1024,
};

/**
 * Lambda's Invoke, of functions that the region's configuration has, and the reserved concurrency, by which people halt
 * a function. Reading and changing functions is not emulated otherwise.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html
 */
export function lambdaService(functions: Functions): Service {
  return {
    signingName: 'lambda',
    throttled: new AwsError('TooManyRequestsException', 'Rate exceeded', 429),
    async identify(request) {
      return identify(request);
    },
    async perform(request, identified) {
      if (isInvoke(identified)) return invoke(functions, request, identified.parameters);
      if (isConcurrency(identified)) return reserve(functions, request, identified);
      throw notImplemented('lambda', identified.operation);
    },
    renderError(error, request) {
      const body = JSON.stringify({
        Type: error.httpStatus < 500 ? 'User' : 'Service',
        message: error.message,
        ...(error.code === 'TooManyRequestsException'
          ? { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' }
          : {}),
      });
      return respond(request, error.httpStatus, body, { 'x-amzn-errortype': error.code });
    },
  };
}

function isInvoke(identified: Identified): identified is InvokeRequest {
  return identified.operation === 'Invoke';
}

function isConcurrency(identified: Identified): identified is ConcurrencyRequest {
  return identified.operation === 'PutFunctionConcurrency' || identified.operation === 'DeleteFunctionConcurrency';
}

/** `POST /2015-03-31/functions/<name or ARN>/invocations`, and `PUT` or `DELETE /2017-10-31/functions/<…>/concurrency`. */
function identify(request: WireRequest): Identified {
  const [, version, , name, action] = request.url.pathname.split('/');
  const FunctionName = decodeURIComponent(name ?? '');
  switch (`${request.method} ${version} ${action}`) {
    case 'POST 2015-03-31 invocations': {
      const InvocationType = (request.headers['x-amz-invocation-type'] ?? 'RequestResponse') as InvocationType;
      return { operation: 'Invoke', parameters: { FunctionName, InvocationType } };
    }
    case 'PUT 2017-10-31 concurrency':
      return { operation: 'PutFunctionConcurrency', parameters: { FunctionName } };
    case 'DELETE 2017-10-31 concurrency':
      return { operation: 'DeleteFunctionConcurrency', parameters: { FunctionName } };
    default:
      return { operation: `${request.method} ${request.url.pathname}`, parameters: {} };
  }
}

function reserve(
  functions: Functions,
  request: WireRequest,
  { operation, parameters }: ConcurrencyRequest,
): WireResponse {
  const name = nameIn(parameters.FunctionName);
  if (operation === 'DeleteFunctionConcurrency') {
    functions.reserve(name, null);
    return respond(request, 204, '');
  }
  const { ReservedConcurrentExecutions: limit } = JSON.parse(request.body.toString('utf8')) as {
    readonly ReservedConcurrentExecutions?: number;
  };
  if (limit === undefined || !Number.isInteger(limit) || limit < 0) {
    throw new AwsError('InvalidParameterValueException', 'ReservedConcurrentExecutions must be 0 or more.');
  }
  functions.reserve(name, limit);
  return respond(request, 200, JSON.stringify({ ReservedConcurrentExecutions: limit }));
}

async function invoke(
  functions: Functions,
  request: WireRequest,
  { FunctionName, InvocationType }: InvokeRequest['parameters'],
): Promise<WireResponse> {
  const name = nameIn(FunctionName);
  const event = eventIn(request, InvocationType);
  switch (InvocationType) {
    case 'DryRun':
      if (!functions.has(name)) throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
      return respond(request, 204, '');
    case 'Event':
      functions.accept(name, event);
      return respond(request, 202, '');
    case 'RequestResponse': {
      const returned = await functions.invoke(name, event, request.requestId);
      const executed = { 'x-amz-executed-version': '$LATEST' };
      return returned.kind === 'Returned'
        ? respond(request, 200, returned.payload, executed)
        : respond(request, 200, JSON.stringify(returned.error), { ...executed, 'x-amz-function-error': 'Unhandled' });
    }
  }
}

/** `trading-failover-dev` of the name, of `123456789012:function:trading-failover-dev` and of the whole ARN. */
function nameIn(functionName: string): string {
  const parts = functionName.split(':');
  const at = parts.indexOf('function');
  return (at === -1 ? parts[0] : parts[at + 1]) ?? '';
}

function eventIn({ body }: WireRequest, type: InvocationType): string {
  if (!(type in largestEvents)) {
    throw new AwsError('InvalidParameterValueException', `${type} is no invocation type.`);
  }
  if (body.length > largestEvents[type]) {
    throw new AwsError('RequestTooLargeException', `${body.length} bytes are more than the limit of an event.`, 413);
  }
  const text = body.length === 0 ? '{}' : body.toString('utf8');
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${error}`);
  }
}

function respond(
  request: WireRequest,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': request.requestId, ...headers },
    body,
  };
}
