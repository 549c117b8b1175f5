import { createHash } from 'node:crypto';
import { build, type Plugin } from 'esbuild';
import { ZipFile } from 'yazl';

/** Functions that have a bundle: `lambda/<name>/handler.ts` exports `handler`. */
export const bundledFunctions = ['failover', 'prober', 'validator', 'witness'] as const;
export type BundledFunction = (typeof bundledFunctions)[number];

/** A bundle as Lambda takes it. */
export interface Bundle {
  readonly name: BundledFunction;
  /** A zip with `index.mjs` alone. */
  readonly zip: Buffer;
  /** Hexadecimal. The same sources give the same zip. */
  readonly sha256: string;
}

/**
 * Bundles one function. The AWS SDK stays out: the Node.js runtimes of Lambda carry it, and with it a bundle would not
 * fit into the object of Kubernetes by which it is deployed.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included
 */
export async function bundleFunction(name: BundledFunction, root: string): Promise<Bundle> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`lambda/${name}/handler.ts`],
    outfile: 'index.mjs',
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    // Names stay, so that a stack trace in a log can be read.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    external: ['@aws-sdk/*', '@smithy/*', 'pg-native'],
    // pg is CommonJS and requires Node's own modules.
    banner: {
      js: "import{createRequire as understudyRequire}from'node:module';const require=understudyRequire(import.meta.url);",
    },
    plugins: [withoutLocales],
    logLevel: 'silent',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild wrote nothing for ${name}`);
  const zip = await zipped('index.mjs', Buffer.from(output.contents));
  return { name, zip, sha256: createHash('sha256').update(zip).digest('hex') };
}

/** Zod carries its messages in fifty languages, half of a bundle; English is all that is used, and stays. */
const withoutLocales: Plugin = {
  name: 'without-locales',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\.\/locales\/index\.js$/ }, () => ({ path: 'no-locales', namespace: 'empty' }));
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export {}' }));
  },
};

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
