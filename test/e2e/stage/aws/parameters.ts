import { type ParameterType, PutParameterCommand } from '@aws-sdk/client-ssm';
import type { AwsClients } from '../../../../src/aws/clients.ts';
import type { ApiClient } from '../../rig/kubernetes/api-client.ts';
import type { Provider } from '../../rig/provider/reconcile-managed.ts';
import { secretValue } from './databases.ts';
import { forProvider, type Reference } from './managed.ts';

interface ParameterFields {
  readonly region: string;
  readonly type: ParameterType;
  readonly insecureValue: string;
  readonly valueSecretRef: Reference & { readonly key: string };
}

/** `Parameter` of provider-aws over the world's Parameter Store. */
export function parameters(clients: AwsClients, api: ApiClient): Provider {
  return {
    async observe(managed) {
      const { region = '', type, insecureValue, valueSecretRef } = forProvider<ParameterFields>(managed);
      const name = managed.metadata.annotations?.['crossplane.io/external-name'] ?? managed.metadata.name;
      const value = valueSecretRef === undefined ? insecureValue : await secretValue(api, managed, valueSecretRef);
      await clients
        .ssm(region)
        .send(new PutParameterCommand({ Name: name, Type: type, Value: value, Overwrite: true }));
      return { externalName: name, atProvider: { id: name } };
    },
  };
}
