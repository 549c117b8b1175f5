import { randomBytes } from 'node:crypto';
import type { ApiClient, KubernetesObject } from '../kubernetes/api-client.ts';

interface PasswordFields {
  readonly autoGeneratePassword?: boolean;
  /** Of an RDS instance. */
  readonly passwordSecretRef?: SecretKey;
  /** Of an RDS cluster. */
  readonly masterPasswordSecretRef?: SecretKey;
}

interface SecretKey {
  readonly name: string;
  readonly key: string;
}

/**
 * Generates the password that a database asks for, unless its Secret holds one: then that one stays, whoever wrote it. A
 * Secret that is made here belongs to the resource and goes away with it; one that was there does not. As
 * `PasswordGenerator` of provider-upjet-aws does it (config/namespaced/common).
 */
export async function generatePassword(api: ApiClient, managed: KubernetesObject): Promise<void> {
  const { forProvider = {} } = (managed.spec ?? {}) as { forProvider?: PasswordFields };
  const reference = forProvider.passwordSecretRef ?? forProvider.masterPasswordSecretRef;
  if (reference === undefined || forProvider.autoGeneratePassword !== true) {
    return;
  }
  const { namespace, name: owner, uid } = managed.metadata;
  const metadata = { name: reference.name, ...(namespace === undefined ? {} : { namespace }) };
  const secret: KubernetesObject = { apiVersion: 'v1', kind: 'Secret', metadata };
  const existing = await api.get(secret);
  const present = (existing?.data ?? {}) as Readonly<Record<string, string>>;
  if ((present[reference.key] ?? '') !== '') {
    return;
  }
  const ownerReferences = [{ apiVersion: managed.apiVersion, kind: managed.kind, name: owner, uid }];
  await api.apply(
    {
      ...secret,
      metadata: existing === undefined ? { ...metadata, ownerReferences } : metadata,
      data: { [reference.key]: randomBytes(20).toString('base64') },
    },
    { fieldManager: 'provider-aws' },
  );
}
