import { AwsError, notImplemented } from '../wire/aws-error.ts';
import type { Identified, Service, WireRequest, WireResponse } from '../wire/service.ts';
import type { Functions } from './functions.ts';

type InvocationType = 'RequestResponse' | 'Event' | 'DryRun';

interface InvokeRequest extends Identified {
  readonly parameters: { readonly FunctionName: string; readonly InvocationType: InvocationType };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const largestEvents: Readonly<Record<InvocationType, number>> = {
  RequestResponse: 6 * 1024 * 1024,
  Event: 1024 * 1024,
  DryRun: 6 * 1024 * 1024,
};

/**
 * Lambda's Invoke, of functions that the region's configuration has. Reading and changing functions is not emulated.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function lambdaService(functions: Functions): Service {
  return {
    signingName: 'lambda',
    throttled: new AwsError('TooManyRequestsException', 'Rate exceeded', 429),
    async identify(request) {
      return identify(request);
    },
    async perform(request, identified) {
      if (identified.operation !== 'Invoke') throw notImplemented('lambda', identified.operation);
      return invoke(functions, request, (identified as InvokeRequest).parameters);
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

/** `POST /2015-03-31/functions/<name or ARN>/invocations`. */
function identify(request: WireRequest): Identified {
  const [, version, , name, action] = request.url.pathname.split('/');
  if (version !== '2015-03-31' || action !== 'invocations' || request.method !== 'POST') {
    return { operation: `${request.method} ${request.url.pathname}`, parameters: {} };
  }
  const FunctionName = decodeURIComponent(name ?? '');
  const InvocationType = (request.headers['x-amz-invocation-type'] ?? 'RequestResponse') as InvocationType;
  return { operation: 'Invoke', parameters: { FunctionName, InvocationType } };
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
