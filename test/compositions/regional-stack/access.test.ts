import { describe, expect, it } from '@jest/globals';
import { unscopedActions } from '../../../compositions/permissions/unscoped-actions.ts';
import { siteFunctionNames } from '../../../src/api/names.ts';
import { sites } from '../../../src/api/site.ts';
import type { JsonObject } from '../../../src/render/json.ts';
import type { Rendered } from '../../../src/render/render-resources.ts';
import { appOf, forProvider, namesOf, renderSite } from './rendered-site.ts';

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** Who may open a connection to whom, as `from → to: port`. */
function opened(site: Rendered, kind: 'SecurityGroupIngressRule' | 'SecurityGroupEgressRule'): string[] {
  const short = (ref: unknown) =>
    String((ref as JsonObject).name).replace(/^trading-primary-(.*)-security-group$/, '$1');
  return namesOf(site, kind).map((name) => {
    const rule = forProvider(site, name);
    expect([rule.ipProtocol, rule.fromPort]).toEqual(['tcp', rule.toPort]);
    const own = short(rule.securityGroupIdRef);
    const other = rule.cidrIpv4 ?? short(rule.referencedSecurityGroupIdRef);
    return kind === 'SecurityGroupIngressRule'
      ? `${other} → ${own}: ${rule.toPort}`
      : `${own} → ${other}: ${rule.toPort}`;
  });
}

function statementsOf(site: Rendered): Statement[] {
  return namesOf(site, 'RolePolicy').flatMap(
    (name) => (JSON.parse(String(forProvider(site, name).policy)) as { Statement: Statement[] }).Statement,
  );
}

describe('access within a site', () => {
  it('has only the needed ports, from the clients to the database', () => {
    const site = renderSite(appOf({ instances: { port: 9000 }, database: { port: 6432 } }), 'primary');
    expect(opened(site, 'SecurityGroupIngressRule')).toEqual([
      '0.0.0.0/0 → load-balancer: 80',
      'load-balancer → instance: 9000',
      'instance → database: 6432',
      'function → database: 6432',
    ]);
    expect(opened(site, 'SecurityGroupEgressRule')).toEqual([
      'load-balancer → instance: 9000',
      'instance → database: 6432',
      'instance → 0.0.0.0/0: 443',
      'function → database: 6432',
      'function → 0.0.0.0/0: 80',
      'function → 0.0.0.0/0: 443',
    ]);
    expect(forProvider(site, 'database-a').vpcSecurityGroupIdRefs).toEqual([
      { name: 'trading-primary-database-security-group' },
    ]);
  });

  it('lets only the load balancer be reached from outside', () => {
    const site = renderSite(appOf(), 'primary');
    expect(namesOf(site, 'Subnet').map((name) => forProvider(site, name).mapPublicIpOnLaunch)).not.toContain(true);
    const fromAnywhere = opened(site, 'SecurityGroupIngressRule').filter((rule) => rule.startsWith('0.0.0.0/0'));
    expect(fromAnywhere).toEqual(['0.0.0.0/0 → load-balancer: 80']);
  });
});

describe('permissions in AWS', () => {
  it.each(sites)('are actions by name on resources of the application: %s', (site) => {
    const statements = statementsOf(renderSite(appOf(), site));
    expect(statements.length).toBeGreaterThan(20);
    for (const { Action, Resource } of statements) {
      expect(Action.filter((action) => !/^[a-z0-9-]+:[A-Za-z]+$/.test(action))).toEqual([]);
      const unscoped = Action.filter((action) => Object.hasOwn(unscopedActions, action));
      expect(Resource.includes('*') ? unscoped : []).toEqual(Resource.includes('*') ? Action : []);
      const own = /^arn:aws:[a-z0-9-]+:us-(east|west)-[12]:111122223333:|^arn:aws:s3:::trading-/;
      expect(Resource.filter((arn) => arn !== '*' && !own.test(arn))).toEqual([]);
    }
  });

  it('end at the site for what only the site itself needs', () => {
    const scoped = statementsOf(renderSite(appOf(), 'secondary')).filter(({ Action }) =>
      Action.some((action) => /^(logs|ssm|sqs|lambda):/.test(action)),
    );
    expect(scoped.length).toBeGreaterThan(8);
    const elsewhere = scoped.flatMap(({ Resource }) => Resource.filter((arn) => !arn.includes(':us-west-2:')));
    // The validator sees whether both sites go by the same plan.
    expect(elsewhere).toEqual(['arn:aws:ssm:us-east-1:111122223333:parameter/trading/dev/plan']);
  });

  it('let the failover function alone act', () => {
    const site = renderSite(appOf(), 'secondary');
    const acts = ['rds:PromoteReadReplica', 's3:PutObject', 's3:DeleteObject', 'ec2:CreateNetworkAclEntry'];
    const actors = namesOf(site, 'RolePolicy').filter((name) =>
      acts.some((action) => String(forProvider(site, name).policy).includes(action)),
    );
    expect(actors).toEqual(['failover-permissions']);
  });

  it('fit into a role', () => {
    const site = renderSite(appOf({}, 'an-application-with-a-name'), 'primary');
    for (const name of namesOf(site, 'RolePolicy')) {
      // Source: "IAM and AWS STS quotas": what the inline policies of a role may add up to.
      expect(String(forProvider(site, name).policy).length).toBeLessThan(10_240);
    }
  });

  it('give the instances their settings and their tables, and no more', () => {
    const tables = [{ name: 'carts', partitionKey: 'id' }];
    const site = renderSite(appOf({ tables }), 'primary');
    const { Statement } = JSON.parse(String(forProvider(site, 'instance-permissions').policy)) as {
      Statement: Statement[];
    };
    expect(Statement.map(({ Resource }) => Resource)).toEqual([
      [
        'arn:aws:ssm:us-east-1:111122223333:parameter/trading/dev',
        'arn:aws:ssm:us-east-1:111122223333:parameter/trading/dev/*',
      ],
      [
        'arn:aws:dynamodb:us-east-1:111122223333:table/trading-carts-dev',
        'arn:aws:dynamodb:us-east-1:111122223333:table/trading-carts-dev/index/*',
      ],
    ]);
    const without = renderSite(appOf({ tables: [] }), 'primary');
    expect(String(forProvider(without, 'instance-permissions').policy)).not.toContain('dynamodb');
  });

  it('are assumed by one service each', () => {
    const site = renderSite(appOf(), 'primary');
    const trusted = namesOf(site, 'Role').map((name) => {
      const policy = JSON.parse(String(forProvider(site, name).assumeRolePolicy)) as {
        Statement: { Principal: object; Action: string }[];
      };
      return policy.Statement.map(({ Principal, Action }) => ({ ...Principal, Action }));
    });
    expect(trusted).toEqual([
      [{ Service: 'vpc-flow-logs.amazonaws.com', Action: 'sts:AssumeRole' }],
      [{ Service: 'ec2.amazonaws.com', Action: 'sts:AssumeRole' }],
      ...siteFunctionNames.map(() => [{ Service: 'lambda.amazonaws.com', Action: 'sts:AssumeRole' }]),
      [{ Service: 'scheduler.amazonaws.com', Action: 'sts:AssumeRole' }],
    ]);
  });
});
