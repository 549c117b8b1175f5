import { AwsError } from '../wire/aws-error.ts';
import type { WireRequest } from '../wire/service.ts';

/**
 * The content of a body that an SDK sent in `aws-chunked` encoding: `<hex length>[;signature]\r\n<data>\r\n …`, then
 * trailers. Other bodies are returned as they are.
 *
 * Source: Amazon S3 API Reference, "Signature calculations: transferring a payload in multiple chunks".
 */
export function decodeAwsChunked(request: WireRequest): Buffer {
  const { body } = request;
  if (!request.headers['content-encoding']?.includes('aws-chunked')) return body;
  const chunks: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', offset);
    const length = lineEnd === -1 ? Number.NaN : Number.parseInt(body.toString('latin1', offset, lineEnd), 16);
    if (Number.isNaN(length)) throw new AwsError('IncompleteBody', 'The aws-chunked body ends early.');
    if (length === 0) return Buffer.concat(chunks);
    const start = lineEnd + 2;
    chunks.push(body.subarray(start, start + length));
    offset = start + length + 2;
  }
}
