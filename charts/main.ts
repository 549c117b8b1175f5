/**
 * `npx cdk8s synth`: writes dist/ for the applications named by UNDERSTUDY_APPS, files or folders with commas between
 * them. Default: examples/trading-rds.yaml. UNDERSTUDY_CONTROLLER names a file with settings of the controller, if they
 * are not the defaults (docs/reference/controller.md).
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { formatProblems, hasErrors } from '../src/api/problems.ts';
import { readApps } from './app-files.ts';
import { readControllerSettings } from './controller/read-settings.ts';
import { defaultImage } from './controller/settings.ts';
import { readLambdaBundles } from './lambda-bundles.ts';
import { addCharts } from './manifests.ts';

const paths = (process.env.UNDERSTUDY_APPS ?? 'examples/trading-rds.yaml')
  .split(',')
  .map((path) => path.trim())
  .filter((path) => path !== '');
const { apps, problems: appProblems } = await readApps(paths);
const { settings, problems: settingsProblems } = await readControllerSettings(process.env.UNDERSTUDY_CONTROLLER);
const problems = [...appProblems, ...settingsProblems];
if (problems.length > 0) {
  console.error(formatProblems(problems));
}
if (hasErrors(problems) || settings === undefined) {
  process.exitCode = 1;
} else {
  const bundles = readLambdaBundles();
  if (bundles.missing.length > 0) {
    console.error(
      `The Lambda functions have not been built: there is no ${bundles.missing.join(', ')}.\n` +
        '  dist/ is without them, so only the controller would fail these applications over.\n' +
        '  Run `npm run build:lambda` first to have them in it.',
    );
  }
  if (settings.image === defaultImage) {
    console.error(
      `The controller's image is ${defaultImage}, which no registry has: build it and push it, and name it as image in\n` +
        '  the file that UNDERSTUDY_CONTROLLER names (docs/reference/controller.md).',
    );
  }
  const root = new App();
  removeManifests(root);
  addCharts(root, apps, bundles.built, settings);
  root.synth();
}

/** An application that is gone would otherwise be applied again, from the manifest that it left. */
function removeManifests({ outdir, outputFileExtension }: App): void {
  const files = existsSync(outdir) ? readdirSync(outdir) : [];
  for (const file of files.filter((each) => each.endsWith(outputFileExtension))) {
    rmSync(join(outdir, file));
  }
}
