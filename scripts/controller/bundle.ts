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
    // Libraries in CommonJS call these, which a module does not have. As properties of the global object: a declaration
    // would collide with the ones that some modules make for themselves, which esbuild cannot see.
    banner: {
      js: [
        "globalThis.require ??= process.getBuiltinModule('node:module').createRequire(import.meta.url);",
        'globalThis.__filename ??= import.meta.filename;',
        'globalThis.__dirname ??= import.meta.dirname;',
      ].join('\n'),
    },
    logLevel: 'warning',
    metafile: true,
  });
}
