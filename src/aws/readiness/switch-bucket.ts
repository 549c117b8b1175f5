import {
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadBucketCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { takeoverKey } from '../../api/switch-objects.ts';
import { PortError } from '../../failover/port-error.ts';
import type { SwitchBucketFacts } from '../../failover/readiness/facts.ts';
import { readCall } from '../bounded-call.ts';
import { rangesThatMayRead } from './bucket-policy.ts';
import { lookAt } from './look-at.ts';

/** No activation has it, so nobody ever writes its marker. */
const neverActivated = 0;

export interface SwitchBucketClients {
  readonly signed: S3Client;
  readonly anonymous: S3Client;
}

/**
 * Who may read a bucket of the switch, as far as can be told without being one of Route 53's checkers; `null` if there is
 * no such bucket.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 * @throws PortError
 */
export async function switchBucketFacts(
  { signed, anonymous }: SwitchBucketClients,
  bucket: string,
  callMs: number,
  limit: AbortSignal,
): Promise<SwitchBucketFacts | null> {
  try {
    await readCall(limit, (options) => signed.send(new HeadBucketCommand({ Bucket: bucket }), options));
  } catch (error) {
    if (error instanceof PortError && statusOf(error) === 404) return null;
    throw error;
  }
  const [anonymousGet, readableFrom, encryption] = await Promise.all([
    lookAt(callMs, (each) => getAnonymously(anonymous, bucket, each)),
    lookAt(callMs, (each) => readers(signed, bucket, each)),
    lookAt(callMs, (each) => defaultEncryption(signed, bucket, each)),
  ]);
  return { anonymousGet, readableFrom, encryption };
}

/** A key that is not there reads as 404 for whoever may read and list, else as 403: that is no proof of a refusal. */
async function getAnonymously(client: S3Client, bucket: string, limit: AbortSignal): Promise<'allowed' | 'denied'> {
  try {
    await readCall(limit, (options) =>
      client.send(new GetObjectCommand({ Bucket: bucket, Key: takeoverKey(neverActivated) }), options),
    );
    return 'allowed';
  } catch (error) {
    if (error instanceof PortError && error.code === 'NoSuchKey') return 'allowed';
    if (error instanceof PortError && statusOf(error) === 403) return 'denied';
    throw error;
  }
}

async function readers(client: S3Client, bucket: string, limit: AbortSignal): Promise<readonly string[]> {
  try {
    const { Policy } = await readCall(limit, (options) =>
      client.send(new GetBucketPolicyCommand({ Bucket: bucket }), options),
    );
    return rangesThatMayRead(Policy ?? '', bucket);
  } catch (error) {
    if (error instanceof PortError && error.code === 'NoSuchBucketPolicy') return [];
    throw error;
  }
}

/** Every bucket has one; S3's own is `AES256`. */
async function defaultEncryption(client: S3Client, bucket: string, limit: AbortSignal): Promise<string | null> {
  const { ServerSideEncryptionConfiguration } = await readCall(limit, (options) =>
    client.send(new GetBucketEncryptionCommand({ Bucket: bucket }), options),
  );
  const [rule] = ServerSideEncryptionConfiguration?.Rules ?? [];
  return rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? null;
}

function statusOf({ cause }: PortError): number | undefined {
  if (typeof cause !== 'object' || cause === null || !('$metadata' in cause)) return undefined;
  const { $metadata } = cause as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return $metadata?.httpStatusCode;
}
