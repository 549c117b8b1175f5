import path from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * Bundles one function into the module that Lambda runs, `index.mjs`. The AWS SDK stays out: the Node.js runtimes of
 * Lambda carry it, and with it a bundle would not fit into the object of Kubernetes by which it is deployed.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included
 * @param name of the function: `lambda/<name>/handler.ts` exports its handler.
 * @returns the same bytes for the same sources.
 */
export async function functionCode(name: string): Promise<Uint8Array> {
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
  return output.contents;
}

/** Zod carries its messages in fifty languages, half of a bundle; English is all that is used, and stays. */
const withoutLocales: Plugin = {
  name: 'without-locales',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\.\/locales\/index\.js$/ }, () => ({ path: 'no-locales', namespace: 'empty' }));
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export {}' }));
  },
};
