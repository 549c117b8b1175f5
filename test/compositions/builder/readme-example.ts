import { z } from 'zod';
import { rds, route53 } from '../../../compositions/builder/aws-kinds.ts';
import { capability } from '../../../compositions/builder/capability.ts';
import { composition } from '../../../compositions/builder/composition.ts';
import { format } from '../../../compositions/builder/format.ts';
import { merged, required } from '../../../compositions/builder/policies.ts';
import { ref, sameStack } from '../../../compositions/builder/references.ts';

const stackSchema = z.strictObject({
  apiVersion: z.literal('example.org/v1'),
  kind: z.literal('Stack'),
  spec: z.strictObject({
    app: z.string(),
    environment: z.string().default('dev'),
    region: z.string(),
    role: z.enum(['Active', 'Standby']),
    tags: z.record(z.string(), z.string()).default({}),
    failover: z.strictObject({ term: z.int(), endpoint: z.string().optional() }).optional(),
  }),
  status: z.strictObject({ database: z.strictObject({ arn: z.string() }).optional() }),
});

const database = capability(stackSchema, ({ xr, resource }) => {
  const subnets = resource(
    'subnets',
    rds.SubnetGroup,
    { forProvider: { region: xr.spec.region, subnetIdSelector: sameStack({ tier: 'data' }) } },
    { labels: { role: 'database' } },
  );
  const instance = resource(
    'database',
    rds.Instance,
    {
      forProvider: {
        region: xr.spec.region,
        identifier: format`${xr.spec.app}-db-${xr.spec.environment}`,
        instanceClass: xr.spec.role.map({ Active: 'db.m7g.large', Standby: 'db.t4g.medium' }),
        dbSubnetGroupNameRef: ref(subnets),
        tags: merged(xr.spec.tags, { App: xr.spec.app, ManagedBy: 'understudy' }),
      },
    },
    { waitsFor: [xr.spec.failover.term], ready: ({ status }) => [status.atProvider.address.exists()] },
  );
  xr.status.database.arn.from(instance.status.atProvider.arn);
});

const record = capability(stackSchema, ({ xr, resource }) => {
  resource('record', route53.Record, {
    forProvider: {
      type: 'CNAME',
      ttl: 5,
      records: [required(xr.spec.failover.endpoint)],
    },
  });
});

export const stack = composition(stackSchema, { name: 'stack', capabilities: [database, record] });
