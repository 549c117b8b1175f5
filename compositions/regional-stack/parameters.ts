import { failoverPlanOf } from '../../src/api/failover-plan-of.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { databaseSecret, scopeOf } from '../../src/api/names.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { ssm } from '../builder/aws-kinds.ts';
import { capability } from '../builder/capability.ts';
import { required } from '../builder/policies.ts';
import { externalName } from '../external-name.ts';
import { parameter } from '../parameter.ts';
import type { Text } from '../text.ts';
import { commonNames, named, type StackCapability } from './stack.ts';

/**
 * What the application and the functions of a site read at their start: where their own site's database is and how to
 * log in, and the plan. An application that reads its own site's endpoint has nothing to change in a failover.
 *
 * The password is the same in both sites, since a promoted replica keeps its source's. Here it outlives the cluster: the
 * controller restores the secret from it before it lets anything depend on a role.
 */
export function parameters(app: MultiRegionApp): StackCapability {
  const { database } = app.spec;
  const { parameterPrefix } = commonNames(app);
  return capability(regionalStackSchema, (stack) => {
    const { xr, resource } = stack;
    const { region, failover } = xr.spec;
    const plain = (key: string, description: string, value: Text): void => {
      const name = `${parameterPrefix}/${key}`;
      const tags = named(xr, name);
      parameter(stack, `parameter-${key.replaceAll('/', '-')}`, { region, name, description, value, tags });
    };
    plain('plan', 'The standing failover policy', JSON.stringify(failoverPlanOf(app)));
    plain('database/name', 'Database to connect to', database.name);
    plain('database/port', 'Port of the database', `${database.port}`);
    plain('database/username', 'User of the database', database.username);
    plain('database/endpoint', "Address of this site's database", required(failover.databaseEndpoint));
    plain('load-balancer/endpoint', "Address of this site's load balancer", required(failover.loadBalancer.dnsName));

    const passwordName = `${parameterPrefix}/database/password`;
    resource(
      'parameter-database-password',
      ssm.Parameter,
      {
        forProvider: {
          region,
          type: 'SecureString',
          description: 'Password of the database',
          valueSecretRef: databaseSecret(scopeOf(app)),
          tags: named(xr, passwordName),
        },
      },
      { annotations: externalName(passwordName), waitsFor: [failover.term] },
    );
  });
}
