import { databaseSecret } from '../../src/api/names.ts';
import { sites } from '../../src/api/site.ts';
import type { AwsClients } from '../../src/aws/clients.ts';
import { describeDbInstance } from '../../src/aws/db-instance.ts';
import { Parameters } from '../../src/aws/parameters.ts';
import { lookAt } from '../../src/aws/readiness/look-at.ts';
import type { Journal } from '../../src/failover/journal.ts';
import { type Plan, planNow } from '../../src/failover/plan.ts';
import { type StackObject, secrets } from '../kinds.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { isAlreadyExists, isNotFound } from '../runtime/api-error.ts';
import type { KubernetesObject } from '../runtime/kubernetes-object.ts';

export interface DatabasePasswordOptions {
  readonly api: ApiClient;
  readonly clients: AwsClients;
  readonly callMs: number;
}

interface Secret extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * Gives a cluster that was built anew the password that the live databases have. Without the secret the provider would
 * generate another one, and set it on a database that applications are logged in to.
 *
 * The copy in SSM is Crossplane's to make, from the secret, once roles are written.
 *
 * @returns why nothing that depends on the password may be composed yet; null: all is well.
 * @throws ApiError, ApiUnreachable
 */
export async function restorePassword(
  { api, clients, callMs }: DatabasePasswordOptions,
  plan: Plan,
  journal: Journal,
  stack: StackObject,
): Promise<string | null> {
  const { name, key } = databaseSecret(stack.spec);
  const metadata = { name, ...(stack.metadata.namespace === undefined ? {} : { namespace: stack.metadata.namespace }) };
  const found = await api.get<Secret>(secrets, metadata).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (found?.data?.[key] !== undefined && found.data[key] !== '') return null;

  const prefix = `/${stack.spec.app}/${stack.spec.environment}`;
  const unread: string[] = [];
  for (const site of sites) {
    const { region } = plan.sites[site];
    const parameters = new Parameters(clients.ssm(region), prefix, callMs);
    const password = await lookAt(callMs, () => parameters.read('database/password'));
    if (!password.known) unread.push(`${region}: ${password.why}`);
    else if (password.value !== null) {
      await putSecret(api, metadata, key, password.value, found !== undefined);
      return null;
    }
  }
  if (unread.length > 0) {
    return `the secret ${name} is missing, and SSM cannot be asked for the password: ${unread.join('; ')}`;
  }
  return whyNotGenerate(clients, callMs, plan, journal, `${prefix}/database/password`, name);
}

/** A first installation has no password yet, and no database. */
async function whyNotGenerate(
  clients: AwsClients,
  callMs: number,
  plan: Plan,
  journal: Journal,
  parameter: string,
  secret: string,
): Promise<string | null> {
  const inUse = planNow(plan, journal);
  for (const site of sites) {
    const { region, database } = inUse.sites[site];
    const instance = await lookAt(callMs, (limit) =>
      describeDbInstance(clients.rds(region), database.identifier, limit),
    );
    if (!instance.known)
      return `the secret ${secret} is missing, and RDS in ${region} cannot be asked: ${instance.why}`;
    if (instance.value !== null) {
      return `${database.identifier} in ${region} lives, and its password is neither in the secret ${secret} nor in the SSM parameter ${parameter}. Put it into either.`;
    }
  }
  return null;
}

async function putSecret(
  api: ApiClient,
  metadata: { readonly name: string; readonly namespace?: string },
  key: string,
  password: string,
  exists: boolean,
): Promise<void> {
  const data = { [key]: Buffer.from(password).toString('base64') };
  const patch = async (): Promise<void> => {
    await api.mergePatch(secrets, metadata, { data });
  };
  if (exists) return patch();
  const secret: Secret & { readonly type: string } = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    type: 'Opaque',
    data,
  };
  await api.create(secrets, secret).catch((error: unknown) => {
    if (isAlreadyExists(error)) return patch();
    throw error;
  });
}
