import type * as Rds from '@crossplane-models/provider-upjet-aws/rds.aws.m.upbound.io/v1beta1';
import { describe, expect, it } from '@jest/globals';
import { rds } from '../../../compositions/builder/aws-kinds.ts';
import { capability } from '../../../compositions/builder/capability.ts';
import { format } from '../../../compositions/builder/format.ts';
import { kindsOf } from '../../../compositions/builder/kind.ts';
import { merged, required } from '../../../compositions/builder/policies.ts';
import { sameStack } from '../../../compositions/builder/references.ts';
import { stackSchema } from './stack-schema.ts';

/** Never called: each line below a `@ts-expect-error` has to be an error, or the type check of this file fails. */
function mistakes(): void {
  capability(stackSchema, ({ xr, resource }) => {
    // @ts-expect-error a misspelt field of the composite
    resource('a', rds.Instance, { forProvider: { region: xr.spec.regoin } });
    // @ts-expect-error a misspelt field of the AWS resource
    resource('a', rds.Instance, { forProvider: { region: xr.spec.region, identifer: 'x' } });
    // @ts-expect-error a misspelt field of the AWS resource, with a field of the composite
    resource('a', rds.Instance, { forProvider: { region: xr.spec.region, identifer: xr.spec.app } });
    // @ts-expect-error a number where text belongs
    resource('a', rds.Instance, { forProvider: { region: xr.spec.region, identifier: xr.spec.port } });
    // @ts-expect-error text where a number belongs
    resource('a', rds.Instance, { forProvider: { region: xr.spec.region, port: xr.spec.app } });
    // @ts-expect-error a literal of the wrong type
    resource('a', rds.Instance, { forProvider: { region: xr.spec.region, port: '5432' } });
    // @ts-expect-error a required field of the AWS resource is missing
    resource('a', rds.Instance, { forProvider: {} });
    // @ts-expect-error a required field of the AWS resource from a field that may be absent
    resource('a', rds.Instance, { forProvider: { region: xr.spec.note } });
    // @ts-expect-error the same below a parent that may be absent
    resource('a', rds.Instance, { forProvider: { region: xr.spec.failover.source } });
    // @ts-expect-error undefined would be a silently dropped field
    resource('a', rds.Instance, { forProvider: { region: xr.spec.region, identifier: undefined } });
    // @ts-expect-error a kind that the module does not have
    resource('a', rds.Instnace, { forProvider: { region: xr.spec.region } });
    // @ts-expect-error a list where text belongs
    resource('a', rds.Instance, { forProvider: { region: xr.spec.region, identifier: xr.spec.subnetIds } });
    // @ts-expect-error an object of the composite where an object of other fields belongs
    resource('a', rds.Instance, { forProvider: xr.spec.map });

    const database = resource('database', rds.Instance, { forProvider: { region: xr.spec.region } });
    // @ts-expect-error a misspelt field of the composite's status
    xr.status.database.anr.from(database.status.atProvider.arn);
    // @ts-expect-error a misspelt field of the observed resource
    xr.status.database.arn.from(database.status.atProvider.anr);
    // @ts-expect-error a number where the status has text
    xr.status.database.arn.from(database.status.atProvider.port);
    // @ts-expect-error a misspelt field of a value of a record in the status
    xr.status.replicas.key('first').anr.from(database.status.atProvider.arn);
    // @ts-expect-error a whole record in the status, which has no one resource to come from
    xr.status.replicas.from(database.status.atProvider.tags);
    // @ts-expect-error a status cannot come from the composite itself
    xr.status.database.arn.from(xr.spec.app);
    // @ts-expect-error spec belongs to whoever wrote it
    xr.spec.app.from(database.status.atProvider.arn);
    // @ts-expect-error the status has no place for a literal
    xr.status.database.arn.from(database.status.atProvider.arn.or('none'));
    // @ts-expect-error one composed resource's state does not go straight into another
    resource('b', rds.Instance, { forProvider: { region: database.status.atProvider.region } });

    // @ts-expect-error a lookup has to know every value
    xr.spec.role.map({ Active: 'PRIMARY' });
    // @ts-expect-error an open string has values that no table lists
    xr.spec.app.map({ a: 'b' });
    // @ts-expect-error text cannot be multiplied
    xr.spec.app.times(2);
    // @ts-expect-error a number has no case
    xr.spec.port.toLowerCase();
    // @ts-expect-error a transform goes before or
    xr.spec.note.or('x').toLowerCase();
    // @ts-expect-error beside another field, a number has no safe format
    format`${xr.spec.app}-${xr.spec.port}`;
    // @ts-expect-error beside another field, a derived value cannot be a variable
    format`${xr.spec.app}-${xr.spec.role.toLowerCase()}`;
    // @ts-expect-error the composite and a composed resource in one text
    format`${xr.spec.app}-${database.status.atProvider.arn}`;
    // @ts-expect-error one of several values has no policy of its own
    required(xr.spec.note.or(xr.spec.app));
    // @ts-expect-error the function cannot check a number
    database.status.atProvider.port.is(5432);
    const region = { forProvider: { region: 'x' } };
    // @ts-expect-error a misspelt field in a variation
    resource('d', rds.Instance, region, { variations: [{ by: xr.spec.role, cases: { Active: { usrname: 'a' } } }] });
    // @ts-expect-error a value of the wrong type in a variation
    resource('d', rds.Instance, region, { variations: [{ by: xr.spec.role, cases: { Active: { port: 'a' } } }] });
    // @ts-expect-error a composite's field is no readiness check
    xr.spec.app.exists();
    // @ts-expect-error tags are text
    merged(xr.spec.tags, { size: 3 });
  });
  // @ts-expect-error another group's version
  kindsOf<typeof Rds>('ec2.aws.m.upbound.io/v1beta1');
}

describe('the builder’s types', () => {
  it('take what can be expressed', () => {
    const stack = capability(stackSchema, ({ xr, resource }) => {
      const database = resource(
        'database',
        rds.Instance,
        {
          forProvider: {
            region: xr.spec.region,
            identifier: format`${xr.spec.app}-db-${xr.spec.environment}`,
            replicateSourceDb: xr.spec.failover.source,
            multiAz: xr.spec.multiAz,
            port: xr.spec.failover.capacity.desired.or(xr.spec.port),
            engine: xr.spec.role.map({ Active: 'postgres', Standby: 'mysql' }),
            dbSubnetGroupNameSelector: sameStack({ role: 'database' }),
            vpcSecurityGroupIds: xr.spec.subnetIds,
            enabledCloudwatchLogsExports: ['postgresql', xr.spec.app],
            tags: merged(xr.spec.tags, { Name: format`${xr.spec.app}-db`, ManagedBy: 'understudy' }),
          },
        },
        { waitsFor: [xr.spec.failover.term], ready: (o) => [o.status.atProvider.status.is('available')] },
      );
      xr.status.database.arn.from(database.status.atProvider.arn);
      xr.status.port.from(database.status.atProvider.port);
      xr.status.replicas.key('first').arn.from(database.status.atProvider.arn);
    });
    expect(stack.declarations.map(({ name }) => name)).toEqual(['database']);
    expect(mistakes).toBeDefined();
  });
});
