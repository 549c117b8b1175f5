import { roleArn } from '../../src/api/arns.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import type { ControllerSettings } from './settings.ts';

/** Where the controller gets AWS credentials. */
export interface Credentials {
  readonly source: 'IRSA' | 'PodIdentity' | 'Secret';
  /** Of the ServiceAccount. */
  readonly annotations: Readonly<Record<string, string>>;
  /** With Secret: its name, in the controller's namespace. */
  readonly secret?: string;
}

/**
 * The source is that of the providers unless the settings have another; the role is the controller's own, whose policy
 * `understudy iam-policy` prints.
 *
 * @param app decides the source and the account. Without one, IRSA needs `roleArn`, and gets no annotation otherwise.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html (nothing in a manifest)
 */
export function controllerCredentials(
  settings: ControllerSettings['credentials'],
  app: MultiRegionApp | undefined,
): Credentials {
  const source = settings.source ?? app?.spec.operations.credentials.source ?? 'IRSA';
  switch (source) {
    case 'IRSA': {
      const { accountId } = app?.spec ?? {};
      const arn = settings.roleArn ?? (accountId === undefined ? undefined : roleArn({ accountId }, settings.role));
      return { source, annotations: arn === undefined ? {} : { 'eks.amazonaws.com/role-arn': arn } };
    }
    case 'PodIdentity':
      return { source, annotations: {} };
    case 'Secret':
      return { source, annotations: {}, secret: settings.secret };
  }
}
