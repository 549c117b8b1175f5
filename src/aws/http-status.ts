import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';

/**
 * The status that a GET is answered with. Redirects are not followed, and every call opens a connection of its own: one
 * that was kept open would still lead to where the name used to.
 *
 * @param limit ends the request, name look-up and TLS handshake included.
 * @throws Error if no answer came.
 */
export function httpStatus(url: URL, lookup: LookupFunction, limit: AbortSignal): Promise<number> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { lookup, signal: limit, agent: false, headers: { 'user-agent': 'understudy' } });
    outgoing.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      outgoing.destroy();
    });
    outgoing.on('error', (error) => {
      reject(limit.aborted ? new Error('no answer in time', { cause: error }) : error);
    });
    outgoing.end();
  });
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
