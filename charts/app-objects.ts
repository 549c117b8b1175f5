import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { sharedTags, siteTags } from '../compositions/tags.ts';
import { failoverPlanOf } from '../src/api/failover-plan-of.ts';
import { type MultiRegionApp, witnessFunctionRegion } from '../src/api/multi-region-app.ts';
import {
  type FunctionName,
  functionNames,
  globalServicesName,
  scopeOf,
  siteNames,
  stackName,
} from '../src/api/names.ts';
import { sites } from '../src/api/site.ts';
import { type CodeKeys, type Composed, composedApp } from './composed-app.ts';
import { applicationAccessObjects } from './controller/application-access.ts';
import type { LambdaBundle } from './lambda-bundles.ts';
import type { ManagedKind } from './managed-kind.ts';
import { manifest } from './manifest.ts';
import { keepObject } from './protection.ts';

export interface AppObjectsProps {
  readonly app: MultiRegionApp;
  /** Code of all Lambda functions. @default none: the sites are built without functions */
  readonly bundles?: readonly LambdaBundle[];
  /** Where the compositions go, which are of no namespace. @default here */
  readonly compositions?: Construct;
}

/** The kind of a Lambda bundle's object, beside the kinds that compositions compose. */
export const codeObjectKind: ManagedKind = { apiVersion: 's3.aws.m.upbound.io/v1beta1', kind: 'Object' };

/**
 * Everything of one application: its compositions, the composite resources that they build, the functions' code, what
 * the controller may do to them, and the failover plan. Nothing in it says which site is active.
 */
export class AppObjects extends Construct {
  /** The composite resources, each with its composition. */
  readonly composed: readonly Composed[];

  constructor(scope: Construct, id: string, { app, bundles = [], compositions }: AppObjectsProps) {
    super(scope, id);
    this.composed = composedApp(app, codeKeys(bundles));
    this.#compositions(compositions ?? this);
    for (const bundle of bundles) {
      for (const place of placesOf(app, bundle.name)) {
        this.#code(app, place, bundle);
      }
    }
    for (const each of this.composed) {
      this.#composite(app, each);
    }
    for (const object of applicationAccessObjects(app, this.composed)) {
      new ApiObject(this, `controller-${object.kind}`, object);
    }
    new ApiObject(this, 'plan', manifest(failoverPlanOf(app)));
  }

  #compositions(scope: Construct): void {
    for (const composition of new Set(this.composed.map((each) => each.composition))) {
      new ApiObject(scope, composition.metadata.name, composition);
    }
  }

  /** A cluster has compositions of several applications for one kind, so an object names its own. */
  #composite({ spec }: MultiRegionApp, { composite, composition }: Composed): void {
    const { apiVersion, kind, metadata } = composite;
    const object = manifest(composite);
    const crossplane = { compositionRef: { name: composition.metadata.name } };
    new ApiObject(this, metadata.name, { ...object, spec: { ...object.spec, crossplane } });
    if (spec.deletion === 'Protected') {
      const of = { apiVersion, kind, name: metadata.name };
      new ApiObject(this, `keep-${metadata.name}`, keepObject(of, metadata.namespace ?? 'default'));
    }
  }

  /** Under a name of its content: the function is updated to new code before the old code goes. */
  #code(
    app: MultiRegionApp,
    { region, composite, tags }: Place,
    { name, hash, key, contentBase64 }: LambdaBundle,
  ): void {
    const objectName = `${composite}-code-${name}-${hash}`;
    new ApiObject(this, objectName, {
      ...codeObjectKind,
      metadata: { name: objectName, namespace: app.metadata.namespace },
      spec: {
        forProvider: {
          region,
          bucket: siteNames({ ...scopeOf(app), region }).codeBucket,
          key,
          contentBase64,
          contentType: 'application/zip',
          tags,
        },
      },
    });
  }
}

/** Where a function is, and which composite makes it. */
interface Place {
  readonly region: string;
  readonly composite: string;
  readonly tags: Readonly<Record<string, string>>;
}

function placesOf(app: MultiRegionApp, name: FunctionName): Place[] {
  const { metadata, spec } = app;
  if (name !== 'witness') {
    return sites.map((site) => ({
      region: spec[site].region,
      composite: stackName(metadata.name, site),
      tags: siteTags(app, site),
    }));
  }
  const region = witnessFunctionRegion(spec);
  return region === undefined ? [] : [{ region, composite: globalServicesName(metadata.name), tags: sharedTags(app) }];
}

/** Undefined unless every function has its code: an application has all of them or none. */
function codeKeys(bundles: readonly LambdaBundle[]): CodeKeys | undefined {
  const keys = Object.fromEntries(bundles.map(({ name, key }) => [name, key]));
  return functionNames.every((name) => keys[name] !== undefined) ? (keys as CodeKeys) : undefined;
}
