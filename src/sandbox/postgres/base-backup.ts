import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { extract } from 'tar-stream';
import { UnderstudyError } from '../../api/errors.ts';
import { replicationUser } from './cluster.ts';

export interface BaseBackupOptions {
  /** Where the source's replication listens: a link that may be slow, or cut. */
  readonly host: string;
  readonly port: number;
  /** Tells the source's gateway which database is wanted. */
  readonly applicationName: string;
  /** Empty, and this process's own. */
  readonly dataDirectory: string;
}

/** What `pg` calls on a query that it runs; its copy messages have no types. */
interface CopyQuery {
  submit(connection: CopyConnection): void;
  handleRowDescription(): void;
  handleDataRow(): void;
  handleCopyData(message: { readonly chunk: Buffer }): void;
  handleCommandComplete(): void;
  handleReadyForQuery(): void;
  handleError(error: Error): void;
}

interface CopyConnection {
  query(text: string): void;
  readonly stream: { pause(): void; resume(): void };
}

/** With the log that the copy needs to be consistent, so that it starts even if the source is gone a moment later. */
const command = "BASE_BACKUP (LABEL 'understudy', CHECKPOINT 'fast', WAL true, MANIFEST 'no')";

/**
 * Copies a running cluster over its replication connection, as pg_basebackup does (which the npm package does not
 * carry), and marks the copy as a standby.
 *
 * Source: PostgreSQL 18, "Streaming Replication Protocol", BASE_BACKUP.
 * @throws UnderstudyError US5015 if the source cannot be reached, or refuses.
 */
export async function takeBaseBackup(options: BaseBackupOptions): Promise<void> {
  const { host, port, applicationName, dataDirectory } = options;
  const client = new pg.Client({
    host,
    port,
    user: replicationUser,
    database: 'replication',
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    ...{ replication: 'true' },
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const archive = extract();
    const unpacked = unpack(archive, dataDirectory);
    await Promise.all([copyInto(client, archive), unpacked]);
    await writeFile(path.join(dataDirectory, 'standby.signal'), '');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnderstudyError('US5015', `copying ${applicationName} from ${host}:${port} failed: ${reason}`, { cause });
  } finally {
    await client.end().catch(() => {});
  }
}

function copyInto(client: pg.Client, archive: ReturnType<typeof extract>): Promise<void> {
  return new Promise((resolve, reject) => {
    let connection: CopyConnection | undefined;
    archive.on('drain', () => connection?.stream.resume());
    client.once('end', () => fail(new Error('the connection ended')));
    const fail = (error: Error) => {
      archive.destroy(error);
      reject(error);
    };
    const query: CopyQuery = {
      submit(to) {
        connection = to;
        to.query(command);
      },
      handleRowDescription() {},
      handleDataRow() {},
      handleCopyData({ chunk }) {
        // The first byte tells what follows: `d` is content of the one archive, `n` its name, `p` progress.
        if (chunk[0] !== contentMessage) return;
        // A copy, since pg reads the next message into the same memory.
        if (!archive.write(Buffer.from(chunk.subarray(1)))) connection?.stream.pause();
      },
      handleCommandComplete() {},
      handleReadyForQuery() {
        archive.end(undefined);
        resolve();
      },
      handleError: fail,
    };
    client.query(query as unknown as pg.Submittable);
  });
}

const contentMessage = 'd'.charCodeAt(0);

async function unpack(archive: ReturnType<typeof extract>, directory: string): Promise<void> {
  for await (const entry of archive) {
    const { name, type, linkname } = entry.header;
    const target = path.join(directory, name);
    if (!target.startsWith(directory)) throw new Error(`the backup holds ${name}, which is outside of it`);
    // A thousand small files: whole writes are much faster than a stream for each.
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    if (type === 'directory') await mkdir(target, { recursive: true, mode: 0o700 });
    else if (type === 'symlink') await symlink(linkname ?? '', target);
    else await writeFile(target, Buffer.concat(chunks), { mode: 0o600 });
  }
}
