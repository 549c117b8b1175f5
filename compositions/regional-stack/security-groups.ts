import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { regionalName, scopeOf } from '../../src/api/names.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { ec2 } from '../builder/aws-kinds.ts';
import { type CapabilityScope, capability } from '../builder/capability.ts';
import { ref } from '../builder/references.ts';
import { named, type StackCapability } from './stack.ts';

type Scope = CapabilityScope<typeof regionalStackSchema>;
type Group = { readonly name: string };

const anywhere = '0.0.0.0/0';
const https = 443;
const http = 80;

/**
 * One group a tier, each with only the ports that it needs: clients to the load balancer, the load balancer to the
 * instances, the instances to the database, and to AWS and others by HTTPS. The database starts no connection.
 */
export function securityGroups(app: MultiRegionApp): StackCapability {
  const { certificate, database, instances } = app.spec;
  const name = (resource: string) => regionalName(scopeOf(app), resource);
  return capability(regionalStackSchema, (scope) => {
    const clientPorts = certificate === 'None' ? [http] : [http, https];
    const loadBalancer = securityGroup(scope, 'load-balancer', name('alb-sg'), 'Load balancer: clients come here');
    const instance = securityGroup(scope, 'instance', name('instance-sg'), 'Instances of the application');
    const server = securityGroup(scope, 'database', name('db-sg'), 'Database of the application');
    for (const port of clientPorts) {
      allow(scope, `clients-to-load-balancer-${port}`, port, { from: anywhere, to: loadBalancer });
    }
    allow(scope, 'load-balancer-to-instance', instances.port, { from: loadBalancer, to: instance });
    allow(scope, 'instance-to-database', database.port, { from: instance, to: server });
    allow(scope, 'instance-to-internet', https, { from: instance, to: anywhere });
  });
}

/** Nothing in, nothing out, until {@link allow} says so. */
export function securityGroup({ xr, resource }: Scope, key: string, name: string, description: string): Group {
  return resource(`${key}-security-group`, ec2.SecurityGroup, {
    forProvider: { region: xr.spec.region, vpcIdRef: ref('vpc'), name, description, tags: named(xr, name) },
  });
}

/**
 * Opens one TCP port from a group or a range to a group or a range: a rule on the way out where a group sends, one on
 * the way in where a group receives.
 */
export function allow(
  { xr, resource }: Scope,
  key: string,
  port: number,
  { from, to }: { readonly from: Group | string; readonly to: Group | string },
): void {
  const rule = { region: xr.spec.region, ipProtocol: 'tcp', fromPort: port, toPort: port, tags: xr.spec.tags };
  if (typeof to !== 'string') {
    resource(`${key}-ingress`, ec2.SecurityGroupIngressRule, {
      forProvider: { ...rule, securityGroupIdRef: ref(to), ...peer(from) },
    });
  }
  if (typeof from !== 'string') {
    resource(`${key}-egress`, ec2.SecurityGroupEgressRule, {
      forProvider: { ...rule, securityGroupIdRef: ref(from), ...peer(to) },
    });
  }
}

function peer(other: Group | string) {
  return typeof other === 'string' ? { cidrIpv4: other } : { referencedSecurityGroupIdRef: ref(other) };
}
