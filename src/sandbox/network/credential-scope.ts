import type { IncomingHttpHeaders } from 'node:http';

/** Which region's which service a request is for. */
export interface AwsTarget {
  readonly region: string;
  /** AWS's signing name, such as `rds` or `s3`. */
  readonly service: string;
  /** The bucket that an unsigned request names by its host. */
  readonly bucket?: string;
}

const scope = /Credential=[^/,\s]+\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request/;
const bucketHost = /^(?:([a-z0-9][a-z0-9.-]*)\.)?s3[.-]([a-z]{2,4}(?:-[a-z]+)+-\d)\.amazonaws\.com(?::\d+)?$/;

/**
 * Tells where an AWS request is meant to go. A signed one says it itself: the credential scope of Signature Version 4,
 * in the `Authorization` header or, in a presigned URL, in `X-Amz-Credential`. An unsigned one can only be an anonymous
 * read of an S3 object, and says it by its `Host`, `<bucket>.s3.<region>.amazonaws.com` or `s3.<region>.amazonaws.com`.
 * Null for anything else.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html and
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function awsTargetOf(headers: IncomingHttpHeaders, url: string): AwsTarget | null {
  const presigned = new URLSearchParams(url.split('?')[1] ?? '').get('X-Amz-Credential');
  const credential = headers.authorization ?? (presigned === null ? '' : `Credential=${presigned}`);
  const [, region, service] = scope.exec(credential) ?? [];
  if (region !== undefined && service !== undefined) return { region, service };
  const [, bucket, bucketRegion] = bucketHost.exec((headers.host ?? '').toLowerCase()) ?? [];
  if (bucketRegion === undefined) return null;
  return { region: bucketRegion, service: 's3', ...(bucket === undefined ? {} : { bucket }) };
}

/** The region in the name of an S3 endpoint or of a bucket on one, or null. */
export function regionOfS3Host(hostname: string): string | null {
  return bucketHost.exec(hostname.toLowerCase())?.[2] ?? null;
}
