import { createHash } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from '../state-file.ts';

export interface StoredObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly modified: Date;
}

/**
 * Objects as files, one a key: its name is the key, URL-encoded, so that keys with slashes and dots stay flat. Writes
 * are atomic, and a conditional one lets a single writer win even across processes.
 */
export class ObjectStore {
  readonly #directory: string;
  #writes = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async createBucket(bucket: string): Promise<void> {
    await mkdir(path.join(this.#directory, bucket), { recursive: true });
  }

  async hasBucket(bucket: string): Promise<boolean> {
    return (await stat(path.join(this.#directory, bucket)).catch(() => undefined))?.isDirectory() ?? false;
  }

  async put(bucket: string, key: string, body: Buffer): Promise<string> {
    await replaceFile(this.#file(bucket, key), body, this.#suffix());
    return etagOf(body);
  }

  /** @returns the ETag, or `undefined` if the key exists already. */
  async putIfAbsent(bucket: string, key: string, body: Buffer): Promise<string | undefined> {
    const temporary = `${this.#file(bucket, key)}.${process.pid}-${this.#suffix()}.tmp`;
    await writeFile(temporary, body);
    try {
      await link(temporary, this.#file(bucket, key));
      return etagOf(body);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
      throw error;
    } finally {
      await rm(temporary);
    }
  }

  async get(bucket: string, key: string): Promise<(StoredObject & { readonly body: Buffer }) | undefined> {
    try {
      const file = this.#file(bucket, key);
      const [body, { mtimeMs }] = await Promise.all([readFile(file), stat(file)]);
      return { key, size: body.length, etag: etagOf(body), modified: new Date(mtimeMs), body };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async delete(bucket: string, key: string): Promise<void> {
    await rm(this.#file(bucket, key), { force: true });
  }

  /** In the order of UTF-8 bytes, as S3 lists. */
  async list(bucket: string, prefix: string): Promise<StoredObject[]> {
    const names = await readdir(path.join(this.#directory, bucket));
    const keys = names.filter((name) => !name.endsWith('.tmp')).map(keyOf);
    const matching = keys.filter((key) => key.startsWith(prefix)).sort(byBytes);
    const objects = await Promise.all(matching.map((key) => this.get(bucket, key)));
    return objects.filter((each) => each !== undefined);
  }

  #file(bucket: string, key: string): string {
    // The suffix keeps a key that ends in `.tmp`, and the keys `.` and `..`, from being anything but a name.
    return path.join(this.#directory, bucket, `${encodeURIComponent(key)}.object`);
  }

  #suffix(): string {
    this.#writes += 1;
    return String(this.#writes);
  }
}

function keyOf(fileName: string): string {
  return decodeURIComponent(fileName.slice(0, -'.object'.length));
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function etagOf(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
