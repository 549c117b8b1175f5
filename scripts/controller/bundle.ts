import { type BuildResult, build } from 'esbuild';

export interface ControllerBundleOptions {
  /** The source that runs first, such as `controller/main.ts`. */
  readonly entry: string;
  /** Where the bundle goes: `main.mjs`, its source map, and the licences of what is inside. */
  readonly outdir: string;
  /** What `--version` prints; the source finds it as `process.env.UNDERSTUDY_VERSION`. */
  readonly version: string;
}

/** The Node of the image. Older ones run the bundle as long as they know its syntax. */
const target = 'node20';

/**
 * Bundles the controller into one file that needs nothing but Node: no `node_modules`, no `package.json`.
 *
 * @throws BuildFailure of esbuild, which has printed what is wrong.
 */
export async function bundleController({ entry, outdir, version }: ControllerBundleOptions): Promise<BuildResult> {
  return build({
    entryPoints: { main: entry },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target,
    sourcemap: 'linked',
    // Sources are in the repository; the map is for line numbers.
    sourcesContent: false,
    legalComments: 'linked',
    // Names of errors and classes are in logs.
    keepNames: true,
    define: { 'process.env.UNDERSTUDY_VERSION': JSON.stringify(version) },
    // A faster driver that pg takes if somebody installed it.
    external: ['pg-native'],
    // Libraries in CommonJS call these, which a module does not have.
    banner: {
      js: [
        "import { createRequire as __createRequire } from 'node:module';",
        "import { dirname as __dirnameOf } from 'node:path';",
        "import { fileURLToPath as __pathOf } from 'node:url';",
        'const require = __createRequire(import.meta.url);',
        'const __filename = __pathOf(import.meta.url);',
        'const __dirname = __dirnameOf(__filename);',
      ].join('\n'),
    },
    logLevel: 'warning',
    metafile: true,
  });
}
