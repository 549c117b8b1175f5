import { readFile } from 'node:fs/promises';
import { bundleController } from './controller/bundle.ts';

/** `npm run build:controller`: bundles controller/main.ts into build/controller/main.mjs, which the image runs. */
const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { readonly version: string };
const { metafile } = await bundleController({ entry: 'controller/main.ts', outdir: 'build/controller', version });
for (const [file, { bytes }] of Object.entries(metafile?.outputs ?? {})) {
  console.log(`${file}  ${Math.ceil(bytes / 1024)} KiB`);
}
