import { type App, Chart } from 'cdk8s';
import type { MultiRegionApp } from '../src/api/multi-region-app.ts';
import { AppObjects, codeObjectKind } from './app-objects.ts';
import type { ControllerSettingsInput } from './controller/settings.ts';
import { ControllerChart } from './controller-chart.ts';
import { credentialsOf } from './credentials.ts';
import type { LambdaBundle } from './lambda-bundles.ts';
import { composedKinds, distinctKinds } from './managed-kind.ts';
import { PackagesChart } from './packages-chart.ts';
import { PlatformChart } from './platform-chart.ts';

/**
 * Adds the charts of some applications. Their ids become the names of the files, which begin with their place in the
 * order: an application that comes or goes renames no other's file. (cdk8s can number charts by their dependencies, but
 * makes every object of one depend on every object of the other: a hundred applications took twice as long.)
 *
 * @param apps that `readApps` finds no error in; at least one.
 * @param settings of the controller.
 */
export function addCharts(
  root: App,
  apps: readonly MultiRegionApp[],
  bundles: readonly LambdaBundle[],
  settings: ControllerSettingsInput = {},
): void {
  const [first] = apps;
  if (first === undefined) {
    throw new Error('there is no application to make charts for');
  }
  const platform = new PlatformChart(root, '0001-platform', apps);
  const composed = apps.flatMap((app) => {
    const chart = new Chart(root, `0002-${app.metadata.name}-${app.spec.environment}`);
    return new AppObjects(chart, 'app', { app, bundles, compositions: platform }).composed;
  });
  const kinds = composedKinds(composed.map(({ composition }) => composition));
  new ControllerChart(root, '0001-controller', { settings, apps, kinds });
  new PackagesChart(root, '0000-packages', {
    kinds: distinctKinds([...kinds, codeObjectKind]),
    credentials: credentialsOf(first),
  });
}
