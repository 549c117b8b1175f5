import { createHash } from 'node:crypto';
import { GetParameterCommand, GetParametersCommand, type Parameter, PutParameterCommand } from '@aws-sdk/client-ssm';
import { parameterArn } from '../../../api/arns.ts';
import { AwsError } from '../wire/aws-error.ts';
import { jsonService } from '../wire/json-service.ts';
import { operation } from '../wire/operation.ts';
import type { Service } from '../wire/service.ts';
import type { ParameterStore, StoredParameter } from './parameter-store.ts';

export interface SsmOptions {
  readonly region: string;
  readonly accountId: string;
  readonly store: ParameterStore;
}

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const mostNames = 10;

/** Parameter Store. Versions are counted and not kept; nothing is encrypted, and a caller sees no difference. */
export function ssmService({ region, accountId, store }: SsmOptions): Service {
  const scope = { region, accountId, app: '', environment: '' };
  const arnOf = (name: string): string => parameterArn(scope, name.startsWith('/') ? name : `/${name}`);
  /** A parameter may be named by its ARN as well. */
  const find = (nameOrArn: string): StoredParameter | undefined =>
    store.get(nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.indexOf(':parameter') + 10) : nameOrArn);
  const shown = (found: StoredParameter, decrypted: boolean | undefined): Parameter => ({
    Name: found.name,
    Type: found.type,
    Value: found.type === 'SecureString' && decrypted !== true ? ciphertext(found.value) : found.value,
    Version: found.version,
    LastModifiedDate: new Date(found.modifiedMs),
    ARN: arnOf(found.name),
    DataType: 'text',
  });

  return jsonService({
    signingName: 'ssm',
    version: '1.1',
    namespace: 'com.amazonaws.ssm',
    operations: [
      operation(GetParameterCommand, ({ Name = '', WithDecryption }) => {
        const found = find(Name);
        if (found === undefined) throw new AwsError('ParameterNotFound', '');
        return { Parameter: shown(found, WithDecryption) };
      }),
      operation(GetParametersCommand, ({ Names = [], WithDecryption }) => {
        if (Names.length > mostNames) {
          throw new AwsError('ValidationException', `At most ${mostNames} names can be asked for at once.`);
        }
        const found = Names.map((name) => [name, find(name)] as const);
        return {
          Parameters: found.flatMap(([, parameter]) =>
            parameter === undefined ? [] : [shown(parameter, WithDecryption)],
          ),
          InvalidParameters: found.flatMap(([name, parameter]) => (parameter === undefined ? [name] : [])),
        };
      }),
      operation(PutParameterCommand, async ({ Name = '', Type, Value = '', Overwrite, Tier }) => {
        const { version, tier } = await store.put({
          name: Name,
          type: Type,
          value: Value,
          overwrite: Overwrite === true,
          tier: Tier ?? 'Standard',
        });
        return { Version: version, Tier: tier };
      }),
    ],
  });
}

/** What stands in for the value of a secret that nobody asked to have decrypted. */
function ciphertext(value: string): string {
  return createHash('sha256').update(value).digest('base64');
}
