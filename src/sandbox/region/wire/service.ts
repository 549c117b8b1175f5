import type { IncomingHttpHeaders } from 'node:http';
import type { AwsError } from './aws-error.ts';

/** One request, read whole. */
export interface WireRequest {
  readonly method: string;
  /** Decoded path and query; the host is not meaningful. */
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Whether an Authorization header came with it. */
  readonly signed: boolean;
  readonly requestId: string;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** What a request asks for, known before it is performed: for the call log and the faults table. */
export interface Identified {
  readonly operation: string;
  readonly parameters: unknown;
}

/** One AWS service on the region's listener, in its own protocol. */
export interface Service {
  /** Service part of the credential scope, such as `elasticloadbalancing`. */
  readonly signingName: string;
  /** The documented answer to too many calls. */
  readonly throttled: AwsError;
  /** @throws AwsError if the request names no operation. */
  identify(request: WireRequest): Promise<Identified>;
  /** @throws AwsError as the service documents. */
  perform(request: WireRequest, identified: Identified): Promise<WireResponse>;
  renderError(error: AwsError, request: WireRequest): WireResponse;
}
