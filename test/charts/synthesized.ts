import { App, Chart } from 'cdk8s';
import type { LambdaBundle } from '../../charts/lambda-bundles.ts';
import { addCharts } from '../../charts/manifests.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { functionNames } from '../../src/api/names.ts';

/** An object of a manifest. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  // biome-ignore lint/suspicious/noExplicitAny: tests look into objects of every kind
  readonly [field: string]: any;
}

/** Objects of each chart, by its id. */
export function synthesize(
  apps: readonly MultiRegionApp[],
  bundles: readonly LambdaBundle[] = [],
): ReadonlyMap<string, readonly Manifest[]> {
  const root = new App();
  addCharts(root, apps, bundles);
  return new Map(
    root.node.children
      .filter((child) => child instanceof Chart)
      .map((chart) => [chart.node.id, chart.toJson() as Manifest[]]),
  );
}

/** All objects of all charts. */
export function allObjects(apps: readonly MultiRegionApp[], bundles: readonly LambdaBundle[] = []): Manifest[] {
  return [...synthesize(apps, bundles).values()].flat();
}

/** Bundles as a build would leave them. */
export const someBundles: readonly LambdaBundle[] = functionNames.map((name) => ({
  name,
  hash: '0123456789ab',
  key: `${name}-0123456789ab.zip`,
  contentBase64: Buffer.from(name).toString('base64'),
}));
