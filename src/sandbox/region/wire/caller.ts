import type { IncomingHttpHeaders } from 'node:http';

export interface Caller {
  /** `app/<id>` of the user agent (`userAgentAppId` of an SDK client), else the access key id, else `anonymous`. */
  readonly name: string;
  /** Access key id of the signature, or `anonymous`. A function of the sandbox has its own name for one. */
  readonly principal: string;
  /** Service of the credential scope; absent for an unsigned request. */
  readonly signingName?: string;
}

/**
 * Who calls what, from the headers: `Credential=<key>/<date>/<region>/<service>/aws4_request`. Signatures are not
 * checked.
 *
 * Source: AWS IAM, "Elements of an AWS API request signature".
 */
export function callerOf(headers: IncomingHttpHeaders): Caller {
  const scope = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\/aws4_request/.exec(headers.authorization ?? '');
  const userAgent = `${headers['user-agent'] ?? ''} ${headers['x-amz-user-agent'] ?? ''}`;
  const application = /\bapp\/(\S+)/.exec(userAgent)?.[1];
  const principal = scope?.[1] ?? 'anonymous';
  const name = application ?? principal;
  return scope?.[2] === undefined ? { name, principal } : { name, principal, signingName: scope[2] };
}
