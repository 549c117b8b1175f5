import { describe, expect, it } from '@jest/globals';
import { controllerPolicy } from '../../../compositions/permissions/controller-policy.ts';
import { unscopedActions } from '../../../compositions/permissions/unscoped-actions.ts';
import { policyOf } from '../../../compositions/policy-document.ts';
import { appOf, forProvider, renderSite } from '../regional-stack/rendered-site.ts';

function actionsOf(policy: { readonly Statement: readonly { readonly Action: readonly string[] }[] }): Set<string> {
  return new Set(policy.Statement.flatMap(({ Action }) => Action));
}

describe('the controller’s policy', () => {
  it('allows what the failover function may do, in both sites, and watching the checks', () => {
    const permissions = String(forProvider(renderSite(appOf(), 'secondary'), 'failover-permissions').policy);
    const controller = actionsOf(controllerPolicy(appOf()));
    const ofTheFunctionAlone = /^(logs|sqs|ec2:.*(NetworkInterface|PrivateIp|Subnets))/;
    const missing = [...actionsOf(JSON.parse(permissions))].filter((action) => !controller.has(action));
    expect(missing.filter((action) => !ofTheFunctionAlone.test(action))).toEqual([]);
    expect(controller).toContain('route53:GetHealthCheckStatus');
  });

  it('names the application’s resources, in both regions and the witness', () => {
    const { Statement } = controllerPolicy(appOf({}, 'orders'));
    const promote = Statement.find(({ Action }) => Action.includes('rds:PromoteReadReplica'));
    expect(promote?.Resource).toEqual([
      'arn:aws:rds:us-east-1:111122223333:db:orders-db-dev-*',
      'arn:aws:rds:us-west-2:111122223333:db:orders-db-dev-*',
    ]);
    const write = Statement.find(({ Action }) => Action.includes('s3:PutObject'));
    expect(write?.Resource).toContain('arn:aws:s3:::orders-witness-dev-111122223333-us-east-2/takeover/*');
    const fence = Statement.find(({ Action }) => Action.includes('ec2:CreateNetworkAclEntry'));
    expect(fence?.Condition).toEqual({ StringEquals: { 'aws:ResourceTag/Name': ['orders-db-acl-dev'] } });
  });

  it('has * only for actions that have no resource level', () => {
    const wide = controllerPolicy(appOf()).Statement.filter(({ Resource }) => Resource.includes('*'));
    expect(wide).toHaveLength(1);
    for (const action of wide.flatMap(({ Action }) => Action)) {
      expect(unscopedActions).toHaveProperty([action]);
    }
  });

  it('fits into a managed policy', () => {
    // Source: "IAM and AWS STS quotas": 6,144 characters, white space aside.
    const long = appOf({ environment: 'production' }, 'trading-platform');
    expect(JSON.stringify(controllerPolicy(long)).length).toBeLessThan(6_144);
  });
});

describe('policyOf', () => {
  it('takes * for an action without a resource level, and for no other beside it', () => {
    expect(() => policyOf([{ actions: ['ec2:DescribeSubnets'], resources: ['*'] }])).not.toThrow();
    expect(() => policyOf([{ actions: ['ec2:DescribeSubnets', 'sns:Publish'], resources: ['*'] }])).toThrow('too wide');
  });
});
