import { inflateRawSync } from 'node:zlib';

/** One file of a zip. */
export interface ZipEntry {
  /** With slashes, relative. */
  readonly name: string;
  readonly content: Buffer;
}

/**
 * Files of a zip archive, stored or deflated: all that a bundle of a function is packed with. Node reads no zips itself.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT sections 4.3.7, 4.3.12 and 4.3.16
 * @throws Error if it is no zip, or one of another kind.
 */
export function readZip(archive: Buffer): ZipEntry[] {
  const end = archive.lastIndexOf(signature('05', '06'));
  if (end === -1) throw new Error('this is no zip archive');
  const count = archive.readUInt16LE(end + 10);
  const entries: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    if (!name.endsWith('/')) entries.push({ name, content: contentOf(archive, at, name) });
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

/** @param header of the entry, in the central directory. */
function contentOf(archive: Buffer, header: number, name: string): Buffer {
  const method = archive.readUInt16LE(header + 10);
  const size = archive.readUInt32LE(header + 20);
  const local = archive.readUInt32LE(header + 42);
  const begin = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const packed = archive.subarray(begin, begin + size);
  if (method === 0) return packed;
  if (method === 8) return inflateRawSync(packed);
  throw new Error(`${name} is packed by method ${method}, which is neither stored nor deflated`);
}

function signature(third: string, fourth: string): Buffer {
  return Buffer.from(`504b${third}${fourth}`, 'hex');
}
