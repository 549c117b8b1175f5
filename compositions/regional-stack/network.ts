import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { regionalName, scopeOf } from '../../src/api/names.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { subnetTiers } from '../../src/api/subnets.ts';
import { ec2 } from '../builder/aws-kinds.ts';
import { capability } from '../builder/capability.ts';
import { format, small } from '../builder/format.ts';
import { required } from '../builder/policies.ts';
import { ref } from '../builder/references.ts';
import { named, type StackCapability, zonesOf } from './stack.ts';

// A composition can report only what it reads from a composed resource, and the VPC is there from the beginning: what is
// awaited is written on it, and read back into the status.
const awaitsRoles = 'understudy.dev/awaits.roles';
const awaitsRecords = 'understudy.dev/awaits.records';
const awaitedTerm = 'spec.failover.term, which the controller writes from the journal';
const awaitedSwitch = 'spec.failover.switch, which the controller writes when the health checks have settled';

/** The VPC, and a public, an application and a data subnet in each zone. */
export function network(app: MultiRegionApp): StackCapability {
  const scope = scopeOf(app);
  const hasRecords = app.spec.domain !== 'none';
  return capability(regionalStackSchema, ({ xr, resource }) => {
    const { region } = xr.spec;
    const vpc = resource(
      'vpc',
      ec2.VPC,
      {
        forProvider: {
          region,
          cidrBlock: xr.spec.vpcCidr,
          enableDnsSupport: true,
          enableDnsHostnames: true,
          tags: named(xr, regionalName(scope, 'vpc')),
        },
      },
      {
        annotations: {
          [awaitsRoles]: format`nothing: term ${small(xr.spec.failover.term)}`.or(awaitedTerm),
          ...(hasRecords
            ? {
                [awaitsRecords]: xr.spec.failover.switch.follows.slot
                  .map({ a: 'nothing', b: 'nothing' })
                  .or(awaitedSwitch),
              }
            : {}),
        },
      },
    );
    xr.status.awaits.roles.from(vpc.metadata.annotations.key(awaitsRoles));
    if (hasRecords) xr.status.awaits.records.from(vpc.metadata.annotations.key(awaitsRecords));
    xr.status.vpcId.from(vpc.status.atProvider.id);

    const cidrs = { public: xr.spec.publicCidrs, application: xr.spec.applicationCidrs, data: xr.spec.dataCidrs };
    for (const tier of subnetTiers) {
      for (const zone of zonesOf(app)) {
        const subnet = resource(`subnet-${tier}-${zone}`, ec2.Subnet, {
          forProvider: {
            region,
            vpcIdRef: ref(vpc),
            availabilityZone: required(xr.spec.zones.at(zone - 1)),
            cidrBlock: required(cidrs[tier].at(zone - 1)),
            mapPublicIpOnLaunch: false,
            tags: named(xr, regionalName(scope, `${tier}-${zone}`)),
          },
        });
        xr.status.subnets[tier][`zone${zone}`].from(subnet.status.atProvider.id);
      }
    }
  });
}
