import { PortError, type PortErrorKind } from '../failover/port-error.ts';

/**
 * What every failure of a call to AWS means for the engine. The question behind each line is the same: can the call have
 * taken effect? Only where AWS or the socket says that it cannot is a mutating call anything but `OutcomeUnknown`.
 */

/** Whether the call changes anything; a read that got no answer can simply be made again. */
export type CallNature = 'read' | 'mutate';

/**
 * Turned away because there are too many calls: those that the SDKs themselves take for throttling.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
const throttlingCodes = [
  'Throttling',
  'RequestThrottled',
  'TooManyRequests',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
  'BandwidthLimitExceeded',
  'SlowDown',
  'EC2ThrottledException',
  'Throttled',
] as const;

/** Lists of codes as AWS sends them, without the `Fault` or `Exception` that some services append. */
export const codeTable: Readonly<Record<Exclude<PortErrorKind, 'OutcomeUnknown'>, readonly string[]>> = {
  /** Turned away before anything was done. */
  Retryable: [
    ...throttlingCodes,
    'LimitExceededException',
    'PriorRequestNotComplete',
    'TransactionInProgress',
    // S3: the request's body did not arrive, so it was not carried out.
    'RequestTimeout',
    // The signature was refused: a clock that is set right, or fresh credentials, may mend it within the operation.
    'RequestTimeTooSkewed',
    'RequestExpired',
    'ExpiredToken',
    // Auto Scaling: "You already have a pending update to an Auto Scaling resource".
    'ResourceContention',
    // RDS has no room for the class in that zone just now.
    'InsufficientDBInstanceCapacity',
    // Somebody else has changed the health check since it was read.
    'HealthCheckVersionMismatch',
  ],
  /**
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html
   * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html
   */
  NotYet: ['InvalidDBInstanceState', 'InvalidDBClusterState', 'ScalingActivityInProgress'],
  /** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
  Refused: [
    'AccessDenied',
    'UnauthorizedOperation',
    'AuthorizationError',
    'AuthFailure',
    'UnrecognizedClient',
    'InvalidClientTokenId',
    'InvalidAccessKeyId',
    'SignatureDoesNotMatch',
    'OptInRequired',
    'ValidationError',
    'Validation',
    'InvalidParameterValue',
    'InvalidParameterCombination',
    'MissingParameter',
    'DBInstanceNotFound',
    'DBClusterNotFound',
    'ResourceNotFound',
    'TargetGroupNotFound',
    'LoadBalancerNotFound',
    'NoSuchBucket',
    'NoSuchKey',
    'NotFound',
    'NetworkAclEntryAlreadyExists',
    'NetworkAclEntryLimitExceeded',
    'NotImplemented',
    'ConditionalCheckFailed',
  ],
};

const throttling: ReadonlySet<string> = new Set(throttlingCodes.map(withoutSuffix));

/** Too many calls were made: more of them would fare no better. */
export function isThrottling({ code }: PortError): boolean {
  return throttling.has(withoutSuffix(code));
}

const kindOfCode = new Map(
  (['Retryable', 'NotYet', 'Refused'] as const).flatMap((kind) =>
    codeTable[kind].map((code) => [withoutSuffix(code), kind] as const),
  ),
);

/** Of a socket that never got as far as carrying a request. */
const neverConnectedCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EMFILE',
]);

/** Where no code tells: these have none, or the one of a connection that was in use. */
const neverSentTexts: readonly RegExp[] = [
  // The SDK's own limit for connecting.
  /did not establish a connection/,
  // Node's ECONNRESET during a TLS handshake.
  /disconnected before secure TLS connection was established/,
  // An error of another realm, of which the SDK keeps nothing but the text.
  /\b(connect|getaddrinfo) E[A-Z_]+/,
];

/**
 * The `PortError` that an SDK's or a socket's error amounts to. Codes come first, since services disagree on statuses
 * (RDS throttles with 400, S3 with 503); then whether the request can have left; then the status.
 */
export function portErrorOf(error: unknown, nature: CallNature): PortError {
  if (error instanceof PortError) return error;
  const facts = factsOf(error);
  return new PortError(kindOf(facts, nature), facts.code, facts.message, { cause: error });
}

interface ErrorFacts {
  readonly code: string;
  readonly message: string;
  /** HTTP status of the answer; absent when there was none. */
  readonly status: number | undefined;
  readonly neverSent: boolean;
}

function kindOf({ code, status, neverSent }: ErrorFacts, nature: CallNature): PortErrorKind {
  if (neverSent) return 'Retryable';
  const ofCode = kindOfCode.get(withoutSuffix(code));
  if (ofCode !== undefined) return ofCode;
  if (status === 429) return 'Retryable';
  if (status !== undefined && status >= 400 && status < 500) return 'Refused';
  return nature === 'mutate' ? 'OutcomeUnknown' : 'Retryable';
}

function factsOf(error: unknown): ErrorFacts {
  if (!isErrorLike(error)) return { code: 'Unknown', message: String(error), status: undefined, neverSent: false };
  const status = error.$metadata?.httpStatusCode;
  const code = error.code ?? error.name;
  return {
    // An SDK error's name is the service's code; a socket error's name says nothing.
    code: status === undefined ? code : error.name,
    message: error.message === '' ? code : error.message,
    status,
    neverSent: status === undefined && isNeverSent(error),
  };
}

function isNeverSent(error: ErrorLike): boolean {
  // Happy Eyeballs tries every address of a name; all of its failures are failures to connect.
  if (error.errors !== undefined) return error.errors.length > 0 && error.errors.every(isNeverSent);
  if (error.name === 'CredentialsProviderError' || error.name === 'TokenProviderError') return true;
  if (error.code !== undefined && neverConnectedCodes.has(error.code)) return true;
  if (error.syscall === 'connect') return true;
  return neverSentTexts.some((text) => text.test(error.message));
}

/** What SDK and socket errors may carry. Told by shape, since an error of another realm is no `instanceof Error`. */
interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly syscall?: string;
  readonly errors?: readonly ErrorLike[];
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function isErrorLike(error: unknown): error is ErrorLike {
  return typeof error === 'object' && error !== null && 'name' in error && 'message' in error;
}

/** `InvalidDBInstanceStateFault`, as the SDK names it, is `InvalidDBInstanceState` on the wire. */
function withoutSuffix(code: string): string {
  return code.replace(/(Fault|Exception)$/, '');
}
