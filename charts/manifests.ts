import { type App, Chart } from 'cdk8s';
import type { MultiRegionApp } from '../src/api/multi-region-app.ts';
import { AppObjects, codeObjectKind } from './app-objects.ts';
import { credentialsOf } from './credentials.ts';
import type { LambdaBundle } from './lambda-bundles.ts';
import { composedKinds, distinctKinds } from './managed-kind.ts';
import { PackagesChart } from './packages-chart.ts';
import { PlatformChart } from './platform-chart.ts';

/**
 * Adds the charts of some applications, in the order in which they are applied: `packages`, `platform`, and one an
 * application, `<name>-<environment>`.
 *
 * @param apps that `readApps` finds no error in; at least one.
 */
export function addCharts(root: App, apps: readonly MultiRegionApp[], bundles: readonly LambdaBundle[]): void {
  const [first] = apps;
  if (first === undefined) {
    throw new Error('there is no application to make charts for');
  }
  const platform = new PlatformChart(root, 'platform', apps);
  const composed = apps.flatMap((app) => {
    const chart = new Chart(root, `${app.metadata.name}-${app.spec.environment}`);
    chart.addDependency(platform);
    return new AppObjects(chart, 'app', { app, bundles, compositions: platform }).composed;
  });
  const packages = new PackagesChart(root, 'packages', {
    kinds: distinctKinds([...composedKinds(composed.map(({ composition }) => composition)), codeObjectKind]),
    credentials: credentialsOf(first),
  });
  platform.addDependency(packages);
}
