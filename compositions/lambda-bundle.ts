import { createHash } from 'node:crypto';
import type { MultiRegionApp } from '../src/api/multi-region-app.ts';
import { type FunctionName, scopeOf, siteNames, stackName } from '../src/api/names.ts';
import type { Site } from '../src/api/site.ts';

/** A function's code, ready to be uploaded. */
export interface LambdaBundle {
  readonly function: FunctionName;
  /** Where it goes in a code bucket: it names the content, so a changed bundle is a new object and never an old one. */
  readonly key: string;
  readonly contentBase64: string;
}

/** An S3 Object that brings a bundle into a site's code bucket, in the cluster as in AWS. */
export interface BundleObject {
  readonly apiVersion: 's3.aws.m.upbound.io/v1beta1';
  readonly kind: 'Object';
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly forProvider: {
      readonly region: string;
      readonly bucket: string;
      readonly key: string;
      readonly contentBase64: string;
      readonly contentType: string;
    };
  };
}

/** @param zip as the build wrote it, `build/lambda/<function>.zip`. */
export function lambdaBundle(name: FunctionName, zip: Uint8Array): LambdaBundle {
  const hash = createHash('sha256').update(zip).digest('hex').slice(0, 16);
  return { function: name, key: `${name}/${hash}.zip`, contentBase64: Buffer.from(zip).toString('base64') };
}

/**
 * The object is in the application's chart and in no composition, every revision of which would be a copy of it. It has
 * no tags: S3 takes ten on an object, and an application may have more.
 */
export function bundleObject(app: MultiRegionApp, site: Site, bundle: LambdaBundle): BundleObject {
  const { region } = app.spec[site];
  const [, file = ''] = bundle.key.split('/');
  return {
    apiVersion: 's3.aws.m.upbound.io/v1beta1',
    kind: 'Object',
    metadata: {
      name: `${stackName(app.metadata.name, site)}-${bundle.function}-${file.replace('.zip', '')}`,
      namespace: app.metadata.namespace,
    },
    spec: {
      forProvider: {
        region,
        bucket: siteNames({ ...scopeOf(app), region }).codeBucket,
        key: bundle.key,
        contentBase64: bundle.contentBase64,
        contentType: 'application/zip',
      },
    },
  };
}
