import {
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  DeleteDBInstanceCommand,
  PromoteReadReplicaCommand,
} from '@aws-sdk/client-rds';
import type { AwsClients } from '../../../../src/aws/clients.ts';
import { type DbInstance, describeDbInstance } from '../../../../src/aws/db-instance.ts';
import type { ApiClient, KubernetesObject } from '../../rig/kubernetes/api-client.ts';
import type { Observation, Provider } from '../../rig/provider/reconcile-managed.ts';
import { forProvider, type Reference } from './managed.ts';

interface InstanceFields {
  readonly region: string;
  readonly identifier: string;
  readonly replicateSourceDb: string;
  readonly instanceClass: string;
  readonly multiAz: boolean;
  readonly backupRetentionPeriod: number;
  readonly dbName: string;
  readonly username: string;
  readonly passwordSecretRef: Reference & { readonly key: string };
}

/** Limit of one call, milliseconds. */
const callMs = 5_000;

/**
 * `Instance` of provider-aws over the world's RDS, with the trap that a wrong order walks into: an instance that was
 * promoted, and whose spec still names a source, cannot be attached to it again, and until that is settled nothing of it
 * is updated. The other way round, the provider itself promotes a replica whose source the spec has emptied.
 *
 * Source: hashicorp/terraform-provider-aws, internal/service/rds/instance.go, `resourceInstanceUpdate`, which
 * provider-upjet-aws runs: "cannot elect new source database for replication".
 */
export function databases(clients: AwsClients, api: ApiClient): Provider {
  const find = ({ region = '', identifier = '' }: Partial<InstanceFields>): Promise<DbInstance | null> =>
    describeDbInstance(clients.rds(region), identifier, AbortSignal.timeout(callMs));

  return {
    async observe(managed) {
      const fields = forProvider<InstanceFields>(managed);
      const found = await find(fields);
      if (found === null) {
        await create(clients, api, managed);
        return { ready: false };
      }
      const { replicateSourceDb: wanted } = fields;
      if (wanted === '' && found.source !== null) {
        const DBInstanceIdentifier = fields.identifier;
        await clients.rds(fields.region ?? '').send(new PromoteReadReplicaCommand({ DBInstanceIdentifier }));
      } else if (wanted !== undefined && wanted !== '' && wanted !== found.source) {
        throw new Error('update failed: async update failed: cannot elect new source database for replication');
      }
      return observation(found);
    },
    async remove(managed) {
      const { region = '', identifier } = forProvider<InstanceFields>(managed);
      const found = await find(forProvider<InstanceFields>(managed));
      if (found === null) return;
      if (found.status !== 'deleting') {
        const input = { DBInstanceIdentifier: identifier, SkipFinalSnapshot: true };
        await clients.rds(region).send(new DeleteDBInstanceCommand(input));
      }
      throw new Error(`${identifier} is being deleted`);
    },
  };
}

function observation({ arn, raw, status, source, endpoint }: DbInstance): Observation {
  return {
    // An instance's external name is its resource id, which no manifest can know.
    ...(raw.DbiResourceId === undefined ? {} : { externalName: raw.DbiResourceId }),
    ready: status === 'available' || status === 'backing-up',
    atProvider: {
      arn,
      status,
      identifier: raw.DBInstanceIdentifier,
      replicateSourceDb: source ?? '',
      ...(endpoint === null ? {} : { address: endpoint.host, port: endpoint.port }),
    },
  };
}

/**
 * Noted first, on the version that was read: a copy of before somebody deleted the resource must not create anything.
 *
 * @see https://github.com/crossplane/crossplane-runtime, pkg/meta, `SetExternalCreatePending`
 */
async function create(clients: AwsClients, api: ApiClient, managed: KubernetesObject): Promise<void> {
  const { resourceVersion } = managed.metadata;
  const annotations = { 'crossplane.io/external-create-pending': new Date().toISOString() };
  await api.mergePatch(managed, { metadata: { resourceVersion, annotations } });
  const fields = forProvider<InstanceFields>(managed);
  const common = {
    DBInstanceIdentifier: fields.identifier,
    DBInstanceClass: fields.instanceClass,
    MultiAZ: fields.multiAz,
  };
  const rds = clients.rds(fields.region ?? '');
  if (fields.replicateSourceDb !== undefined && fields.replicateSourceDb !== '') {
    const input = { ...common, SourceDBInstanceIdentifier: fields.replicateSourceDb };
    await rds.send(new CreateDBInstanceReadReplicaCommand(input));
    return;
  }
  await rds.send(
    new CreateDBInstanceCommand({
      ...common,
      Engine: 'postgres',
      DBName: fields.dbName,
      MasterUsername: fields.username,
      MasterUserPassword: await password(api, managed),
      BackupRetentionPeriod: fields.backupRetentionPeriod,
    }),
  );
}

async function password(api: ApiClient, managed: KubernetesObject): Promise<string | undefined> {
  const { passwordSecretRef: reference } = forProvider<InstanceFields>(managed);
  return reference === undefined ? undefined : secretValue(api, managed, reference);
}

/** The value of a key of a Secret beside the managed resource. @throws Error while there is none. */
export async function secretValue(
  api: ApiClient,
  { metadata: { namespace } }: KubernetesObject,
  { name, key }: Reference & { readonly key: string },
): Promise<string> {
  const place = namespace === undefined ? { name } : { name, namespace };
  const secret = await api.get({ apiVersion: 'v1', kind: 'Secret', metadata: place });
  const value = (secret?.data as Readonly<Record<string, string>> | undefined)?.[key];
  if (value === undefined) throw new Error(`cannot get the secret value: ${name}, key ${key}`);
  return Buffer.from(value, 'base64').toString('utf8');
}
