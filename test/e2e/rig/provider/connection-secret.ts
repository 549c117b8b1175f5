import type { ApiClient, KubernetesObject } from '../kubernetes/api-client.ts';

/**
 * Writes a resource's connection details to the Secret that it names in `writeConnectionSecretToRef`, which belongs to
 * the resource and goes away with it. Without a name there is nothing to write.
 */
export async function writeConnectionSecret(
  api: ApiClient,
  managed: KubernetesObject,
  details: Readonly<Record<string, string>>,
): Promise<void> {
  const { writeConnectionSecretToRef: reference } = (managed.spec ?? {}) as {
    writeConnectionSecretToRef?: { readonly name: string };
  };
  if (reference === undefined) {
    return;
  }
  const { apiVersion, kind } = managed;
  const { namespace, name, uid } = managed.metadata;
  await api.apply(
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: reference.name,
        ...(namespace === undefined ? {} : { namespace }),
        ownerReferences: [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }],
      },
      type: 'connection.crossplane.io/v1alpha1',
      data: Object.fromEntries(
        Object.entries(details).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
      ),
    },
    { fieldManager: 'provider-aws' },
  );
}
