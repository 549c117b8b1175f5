import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FunctionName, functionNames } from '../src/api/names.ts';

/** Where the build leaves `<function>.zip`. */
export const bundleFolder = 'build/lambda';

/** Code of a Lambda function, as it goes into a manifest. */
export interface LambdaBundle {
  readonly name: FunctionName;
  /** Key in the code bucket. It names the content, so new code is a new object and the old one stays meanwhile. */
  readonly key: string;
  /** First characters of the content's SHA-256, in hexadecimal. */
  readonly hash: string;
  readonly contentBase64: string;
}

/** All bundles, or none, and the files of those that were not built. */
export interface LambdaBundles {
  readonly built: readonly LambdaBundle[];
  readonly missing: readonly string[];
}

/** Reads the functions' bundles from the build. */
export function readLambdaBundles(folder = bundleFolder): LambdaBundles {
  const built: LambdaBundle[] = [];
  const missing: string[] = [];
  for (const name of functionNames) {
    const file = join(folder, `${name}.zip`);
    if (existsSync(file)) {
      built.push(bundleOf(name, readFileSync(file)));
    } else {
      missing.push(file);
    }
  }
  return { built: missing.length === 0 ? built : [], missing };
}

function bundleOf(name: FunctionName, content: Buffer): LambdaBundle {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return { name, hash, key: `${name}-${hash}.zip`, contentBase64: content.toString('base64') };
}
