import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { regionalName, scopeOf } from '../../src/api/names.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { ec2 } from '../builder/aws-kinds.ts';
import { capability } from '../builder/capability.ts';
import { ref } from '../builder/references.ts';
import { commonNames, named, type StackCapability } from './stack.ts';

/** After the fence's: it puts deny entries before this one, from rule 1 on. */
const allowRule = 100;
const allowAll = { ruleNo: allowRule, action: 'allow', protocol: '-1', cidrBlock: '0.0.0.0/0', fromPort: 0, toPort: 0 };

/**
 * The two guards that every VPC comes with. The default security group is emptied, so that a resource that nobody gave a
 * group reaches nothing.
 *
 * The default network ACL, which all subnets share, is where a site is fenced: the engine adds entries that deny the
 * application the database, and removes them. It is adopted under the name that the plan knows, open, and never updated
 * again: an update would take the fence away. The provider has no other kind that leaves the entries of others alone.
 *
 * Source: aws_default_network_acl in the documentation of Terraform's AWS provider; "Managed resources: management
 * policies" in Crossplane's.
 */
export function networkGuards(app: MultiRegionApp): StackCapability {
  const scope = scopeOf(app);
  return capability(regionalStackSchema, ({ xr, resource }) => {
    const { region } = xr.spec;
    resource('default-security-group', ec2.DefaultSecurityGroup, {
      forProvider: { region, vpcIdRef: ref('vpc'), tags: named(xr, regionalName(scope, 'default-sg')) },
    });
    resource('network-acl', ec2.DefaultNetworkACL, {
      managementPolicies: ['Observe', 'Create', 'Delete'],
      forProvider: {
        region,
        defaultNetworkAclIdRef: ref('vpc'),
        ingress: [allowAll],
        egress: [allowAll],
        tags: named(xr, commonNames(app).databaseNetworkAcl),
      },
    });
  });
}
