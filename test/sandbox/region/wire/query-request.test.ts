import { CreateNetworkAclEntryCommand, DescribeNetworkAclsCommand } from '@aws-sdk/client-ec2';
import { CreateDBInstanceCommand } from '@aws-sdk/client-rds';
import { QueryShapeSerializer } from '@aws-sdk/core/protocols';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { operation } from '../../../../src/sandbox/region/wire/operation.ts';
import { type QueryDialect, readQueryInput } from '../../../../src/sandbox/region/wire/query-request.ts';

/** What the SDK's client would send. */
function written(
  schema: ReturnType<typeof operation>['schema'],
  input: object,
  dialect: QueryDialect,
): URLSearchParams {
  const settings = {
    timestampFormat: { useTrait: true, default: 5 as const },
    httpBindings: false,
    xmlNamespace: '',
    serviceNamespace: '',
    serializeEmptyLists: dialect === 'Query',
    ...(dialect === 'Ec2' ? { ec2: true, capitalizeKeys: true, flattenLists: true } : {}),
  };
  const serializer = new QueryShapeSerializer(settings);
  serializer.write(schema[4] as Parameters<QueryShapeSerializer['write']>[0], input);
  return new URLSearchParams(String(serializer.flush()));
}

const text = fc.string({ minLength: 1, unit: 'binary' });

describe('a form-encoded request', () => {
  it('is read as the SDK wrote it, for awsQuery', () => {
    const { schema } = operation(CreateDBInstanceCommand, () => ({}));
    const input = fc.record({
      DBInstanceIdentifier: text,
      AllocatedStorage: fc.integer({ min: 0 }),
      MultiAZ: fc.boolean(),
      Tags: fc.array(fc.record({ Key: text, Value: text }), { maxLength: 12 }),
      VpcSecurityGroupIds: fc.array(text, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(input, (value) => {
        expect(readQueryInput(schema, written(schema, value, 'Query'), 'Query')).toEqual(value);
      }),
    );
  });

  it('is read as the SDK wrote it, for ec2Query', () => {
    const entry = operation(CreateNetworkAclEntryCommand, () => ({})).schema;
    const filters = operation(DescribeNetworkAclsCommand, () => ({})).schema;
    fc.assert(
      fc.property(text, fc.integer(), fc.boolean(), (NetworkAclId, From, Egress) => {
        const value = { NetworkAclId, Egress, PortRange: { From, To: From } };
        expect(readQueryInput(entry, written(entry, value, 'Ec2'), 'Ec2')).toEqual(value);
      }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.record({ Name: text, Values: fc.array(text, { minLength: 1 }) }), { minLength: 1 }),
        (Filters) => {
          expect(readQueryInput(filters, written(filters, { Filters }, 'Ec2'), 'Ec2')).toEqual({ Filters });
        },
      ),
    );
  });

  it('refuses a number that is none', () => {
    const { schema } = operation(CreateDBInstanceCommand, () => ({}));
    const form = new URLSearchParams({ AllocatedStorage: 'much' });
    expect(() => readQueryInput(schema, form, 'Query')).toThrow('much is not a number');
  });
});
