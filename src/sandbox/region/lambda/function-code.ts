import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { UnderstudyError } from '../../../api/errors.ts';
import { readZip } from './zip-archive.ts';

/**
 * Makes a function's code ready to be run.
 *
 * @param code a folder with index.mjs, which is run where it is, or a zip, which is unpacked.
 * @param directory folder of the function's own.
 * @returns the folder that index.mjs is in.
 * @throws UnderstudyError US5023 if there is no such code.
 */
export async function prepareCode(code: string, directory: string): Promise<string> {
  if (await isFolder(code)) return code;
  const archive = await readFile(code);
  const hash = createHash('sha256').update(archive).digest('hex').slice(0, 12);
  const folder = path.join(directory, hash);
  await mkdir(folder, { recursive: true });
  for (const { name, content } of readZip(archive)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  await linkRuntimePackages(folder);
  return folder;
}

async function isFolder(code: string): Promise<boolean> {
  try {
    return (await stat(code)).isDirectory();
  } catch (cause) {
    throw new UnderstudyError('US5023', `there is no ${code}`, { cause });
  }
}

/** Lambda's Node.js runtimes carry the AWS SDK; here it is the sandbox's own. */
export async function linkRuntimePackages(folder: string): Promise<void> {
  const sdk = createRequire(import.meta.url).resolve('@aws-sdk/client-ssm');
  const packages = sdk.slice(0, sdk.lastIndexOf(`${path.sep}@aws-sdk${path.sep}`));
  await symlink(packages, path.join(folder, 'node_modules')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
