import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { failoverDefinition, failoverPlanDefinition } from '../src/api/definitions.ts';
import { type Credentials, providerConfig, runtimeConfig, runtimeConfigName } from './credentials.ts';
import { definitionName, type ManagedKind, serviceOf } from './managed-kind.ts';

/** Versions that this release was tested with. The fields of composed resources are those of this provider's CRDs. */
const versions = {
  providerAws: 'v2.6.0',
  patchAndTransform: 'v0.10.8',
  autoReady: 'v0.7.0',
} as const;

const registry = 'xpkg.crossplane.io/crossplane-contrib';

/**
 * The family has the ProviderConfig kinds. Every provider of a service depends on it, and would install it under this
 * name: one by another name would be a second installation of the same package, which Crossplane refuses.
 */
const familyName = 'crossplane-contrib-provider-family-aws';

export interface PackagesProps {
  /** Kinds that applications compose: only their providers are installed, and only they are activated. */
  readonly kinds: readonly ManagedKind[];
  /** Where the providers get AWS credentials. */
  readonly credentials: Credentials;
}

/** What has to be in the cluster before anything of Understudy: its own kinds, providers, functions, credentials. */
export class PackagesChart extends Chart {
  constructor(scope: Construct, id: string, { kinds, credentials }: PackagesProps) {
    super(scope, id);
    new ApiObject(this, 'failover-plan', failoverPlanDefinition());
    new ApiObject(this, 'failover', failoverDefinition());

    new ApiObject(this, 'runtime', runtimeConfig(credentials));
    const services = [...new Set(kinds.map(serviceOf))].sort();
    this.#provider(familyName, 'provider-family-aws', versions.providerAws);
    for (const service of services) {
      this.#provider(`provider-aws-${service}`, `provider-aws-${service}`, versions.providerAws);
    }
    this.#function('function-patch-and-transform', versions.patchAndTransform);
    this.#function('function-auto-ready', versions.autoReady);

    new ApiObject(this, 'activation', {
      apiVersion: 'apiextensions.crossplane.io/v1alpha1',
      kind: 'ManagedResourceActivationPolicy',
      metadata: { name: 'understudy' },
      spec: { activate: kinds.map(definitionName) },
    });
    new ApiObject(this, 'provider-config', providerConfig(credentials));
  }

  #provider(name: string, image: string, version: string): void {
    new ApiObject(this, name, {
      apiVersion: 'pkg.crossplane.io/v1',
      kind: 'Provider',
      metadata: { name },
      spec: {
        package: `${registry}/${image}:${version}`,
        runtimeConfigRef: {
          apiVersion: 'pkg.crossplane.io/v1beta1',
          kind: 'DeploymentRuntimeConfig',
          name: runtimeConfigName,
        },
      },
    });
  }

  #function(name: string, version: string): void {
    new ApiObject(this, name, {
      apiVersion: 'pkg.crossplane.io/v1',
      kind: 'Function',
      metadata: { name },
      spec: { package: `${registry}/${name}:${version}` },
    });
  }
}
