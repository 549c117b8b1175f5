import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { PortError } from '../failover/port-error.ts';
import { mutatingCall, readCall } from './bounded-call.ts';

/**
 * One bucket of the switch. S3 is strongly consistent: what a read shows after a write is what every health checker is
 * shown from then on.
 *
 * A missing key reads as `null` only for a caller with `s3:ListBucket`; without it S3 answers 403, which is `Refused`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export class SwitchBucket {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /** @throws PortError */
  async read(key: string, limit: AbortSignal): Promise<string | null> {
    try {
      return await readCall(limit, async (options) => {
        const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }), options);
        return Body === undefined ? '' : Body.transformToString();
      });
    } catch (error) {
      if (error instanceof PortError && error.cause instanceof NoSuchKey) return null;
      throw error;
    }
  }

  /** @throws PortError */
  async write(key: string, body: string, limit: AbortSignal): Promise<void> {
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      Body: body,
      ContentType: 'application/json',
      // Health checkers must never be shown an older answer by something in between.
      CacheControl: 'no-store',
    });
    await mutatingCall(limit, (options) => this.#client.send(command, options));
  }

  /** Deletes the object, or in a versioned bucket hides it behind a delete marker. @throws PortError */
  async delete(key: string, limit: AbortSignal): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.#bucket, Key: key });
    await mutatingCall(limit, (options) => this.#client.send(command, options));
  }

  toString(): string {
    return `s3://${this.#bucket}`;
  }
}
