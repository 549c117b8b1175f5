import { describe, expect, it } from '@jest/globals';
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

describe('access within a site', () => {
  it('has only the needed ports, from the clients to the database', () => {
    const site = renderSite(appOf({ instances: { port: 9000 }, database: { port: 6432 } }), 'primary');
    expect(opened(site, 'SecurityGroupIngressRule')).toEqual([
      '0.0.0.0/0 → load-balancer: 80',
      'load-balancer → instance: 9000',
      'instance → database: 6432',
    ]);
    expect(opened(site, 'SecurityGroupEgressRule')).toEqual([
      'load-balancer → instance: 9000',
      'instance → database: 6432',
      'instance → 0.0.0.0/0: 443',
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
  it.each(sites)('are actions by name on resources of the %s', (site) => {
    const { region } = appOf().spec[site];
    const rendered = renderSite(appOf(), site);
    const statements = namesOf(rendered, 'RolePolicy').flatMap(
      (name) => (JSON.parse(String(forProvider(rendered, name).policy)) as { Statement: Statement[] }).Statement,
    );
    expect(statements.length).toBeGreaterThan(3);
    for (const { Action, Resource } of statements) {
      expect(Action.filter((action) => !/^[a-z0-9-]+:[A-Za-z]+$/.test(action))).toEqual([]);
      expect(
        Resource.filter((arn) => !arn.startsWith(`arn:aws:`) || !arn.includes(`:${region}:111122223333:`)),
      ).toEqual([]);
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
    ]);
  });
});
