import type { ApiObjectProps } from 'cdk8s';
import { roleArn } from '../src/api/arns.ts';
import type { MultiRegionApp } from '../src/api/multi-region-app.ts';
import { crossplaneNamespace } from './cluster-names.ts';

/** Where the providers of a cluster get AWS credentials. Never the credentials themselves. */
export interface Credentials {
  readonly source: MultiRegionApp['spec']['operations']['credentials']['source'];
  /** With IRSA: ARN of the role. */
  readonly roleArn?: string;
  /** With Secret: its name. */
  readonly secret?: string;
}

/** What an application's file says of credentials. */
export function credentialsOf({ spec }: MultiRegionApp): Credentials {
  const { source, role, secret } = spec.operations.credentials;
  switch (source) {
    case 'IRSA':
      return { source, roleArn: roleArn({ accountId: spec.accountId }, role) };
    case 'Secret':
      return { source, secret };
    case 'PodIdentity':
      return { source };
  }
}

/** Credentials in a few words, to be compared and to be named in a message. */
export function describeCredentials({ source, roleArn: role, secret }: Credentials): string {
  return [source, role ?? secret].filter((part) => part !== undefined).join(' ');
}

/** How the providers' pods run: all of them as one ServiceAccount, which a role's trust policy can name. */
export const runtimeConfigName = 'understudy-provider-aws';
const providerServiceAccount = 'provider-aws';

/**
 * Source: "AWS authentication", documentation of provider-upjet-aws; "IAM roles for service accounts", Amazon EKS User
 * Guide.
 */
export function runtimeConfig({ roleArn: role }: Credentials): ApiObjectProps {
  return {
    apiVersion: 'pkg.crossplane.io/v1beta1',
    kind: 'DeploymentRuntimeConfig',
    metadata: { name: runtimeConfigName },
    spec: {
      serviceAccountTemplate: {
        metadata: {
          name: providerServiceAccount,
          ...(role === undefined ? {} : { annotations: { 'eks.amazonaws.com/role-arn': role } }),
        },
      },
    },
  };
}

/** The configuration that composed resources use without naming one. */
export function providerConfig({ source, secret }: Credentials): ApiObjectProps {
  return {
    apiVersion: 'aws.m.upbound.io/v1beta1',
    kind: 'ClusterProviderConfig',
    metadata: { name: 'default' },
    spec: {
      credentials: {
        source,
        ...(secret === undefined
          ? {}
          : { secretRef: { namespace: crossplaneNamespace, name: secret, key: 'credentials' } }),
      },
    },
  };
}
