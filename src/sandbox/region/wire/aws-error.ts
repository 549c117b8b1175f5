/** An error that AWS documents, as a handler throws it; each protocol gives it the documented form. */
export class AwsError extends Error {
  /** As on the wire, such as `InvalidDBInstanceState`; SDK clients may add `Fault` or `Exception` to the name. */
  readonly code: string;
  readonly httpStatus: number;

  constructor(code: string, message: string, httpStatus = 400) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.httpStatus = httpStatus;
  }
}

export function notImplemented(service: string, operation: string): AwsError {
  return new AwsError(
    'NotImplemented',
    `The sandbox does not emulate ${service}:${operation}; docs/reference/sandbox.md lists what it does.`,
    501,
  );
}

/** What a client sees of a defect of ours, and of an injected 500. */
export function internalFailure(message: string): AwsError {
  return new AwsError('InternalFailure', message, 500);
}

/**
 * What a caller without permission is told, in the code of the service's protocol: EC2 has its own, JSON and REST
 * services append `Exception`.
 */
export function accessDenied(service: string, operation: string, caller: string): AwsError {
  const code =
    service === 'ec2' ? 'UnauthorizedOperation' : queryServices.has(service) ? 'AccessDenied' : 'AccessDeniedException';
  return new AwsError(code, `User: ${caller} is not authorized to perform: ${service}:${operation}`, 403);
}

const queryServices: ReadonlySet<string> = new Set(['rds', 'autoscaling', 'elasticloadbalancing', 'sns', 's3']);
