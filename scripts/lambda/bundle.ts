import { createHash } from 'node:crypto';
import { ZipFile } from 'yazl';
import type { FunctionName } from '../../src/api/names.ts';
import { functionCode } from '../../src/bundle/function-code.ts';

/** A bundle as Lambda takes it. */
export interface Bundle {
  readonly name: FunctionName;
  /** A zip with `index.mjs` alone. */
  readonly zip: Buffer;
  /** Hexadecimal. The same sources give the same zip. */
  readonly sha256: string;
}

/** Bundles one function and packs it. */
export async function bundleFunction(name: FunctionName): Promise<Bundle> {
  const zip = await zipped('index.mjs', Buffer.from(await functionCode(name)));
  return { name, zip, sha256: createHash('sha256').update(zip).digest('hex') };
}

/** Zip's earliest time, in the machine's own zone: DOS times have none, so these are the same bytes everywhere. */
const noTime = new Date(1980, 0, 1);

async function zipped(file: string, content: Buffer): Promise<Buffer> {
  const archive = new ZipFile();
  archive.addBuffer(content, file, { mtime: noTime, forceDosTimestamp: true, mode: 0o100644, compressionLevel: 9 });
  archive.end();
  const chunks: Buffer[] = [];
  for await (const chunk of archive.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
