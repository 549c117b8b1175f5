import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { regionalName, scopeOf } from '../../src/api/names.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { ec2 } from '../builder/aws-kinds.ts';
import { type CapabilityScope, capability } from '../builder/capability.ts';
import { format } from '../builder/format.ts';
import { ref } from '../builder/references.ts';
import { named, type StackCapability, zonesOf } from './stack.ts';

const anywhere = '0.0.0.0/0';

/**
 * Who reaches what: the public subnets the internet, the application subnets the internet by NAT, the data subnets
 * nothing beyond the VPC. S3 and DynamoDB are reached from all of them without leaving AWS's network.
 */
export function routes(app: MultiRegionApp): StackCapability {
  const zones = zonesOf(app);
  const natZone = app.spec.network.natGateways === 'Single' ? () => 1 : (zone: number) => zone;
  const name = (resource: string) => regionalName(scopeOf(app), resource);
  return capability(regionalStackSchema, (scope) => {
    const { xr, resource } = scope;
    const { region } = xr.spec;
    const vpcIdRef = ref('vpc');
    const table = (key: string) =>
      resource(`route-table-${key}`, ec2.RouteTable, {
        forProvider: { region, vpcIdRef, tags: named(xr, name(`${key}-routes`)) },
      });
    const attach = (routeTable: { readonly name: string }, subnet: string) =>
      resource(`route-table-of-${subnet}`, ec2.RouteTableAssociation, {
        forProvider: { region, routeTableIdRef: ref(routeTable), subnetIdRef: ref(`subnet-${subnet}`) },
      });

    const gateway = resource('internet-gateway', ec2.InternetGateway, {
      forProvider: { region, vpcIdRef, tags: named(xr, name('igw')) },
    });
    for (const zone of new Set(zones.map(natZone))) {
      natGateway(scope, `${zone}`, name);
    }

    const open = table('public');
    resource('route-public-to-internet', ec2.Route, {
      forProvider: { region, routeTableIdRef: ref(open), destinationCidrBlock: anywhere, gatewayIdRef: ref(gateway) },
    });
    const isolated = table('data');
    const tables = [open, isolated];
    for (const zone of zones) {
      const own = table(`application-${zone}`);
      tables.push(own);
      resource(`route-application-${zone}-to-nat`, ec2.Route, {
        forProvider: {
          region,
          routeTableIdRef: ref(own),
          destinationCidrBlock: anywhere,
          natGatewayIdRef: ref(`nat-gateway-${natZone(zone)}`),
        },
      });
      attach(open, `public-${zone}`);
      attach(own, `application-${zone}`);
      attach(isolated, `data-${zone}`);
    }

    for (const service of ['s3', 'dynamodb'] as const) {
      const endpoint = resource(`endpoint-${service}`, ec2.VPCEndpoint, {
        forProvider: {
          region,
          vpcIdRef,
          serviceName: format`com.amazonaws.${region}.${service}`,
          vpcEndpointType: 'Gateway',
          tags: named(xr, name(`${service}-endpoint`)),
        },
      });
      for (const { name: routeTable } of tables) {
        resource(`endpoint-${service}-in-${routeTable}`, ec2.VPCEndpointRouteTableAssociation, {
          forProvider: { region, vpcEndpointIdRef: ref(endpoint), routeTableIdRef: ref(routeTable) },
        });
      }
    }
  });
}

function natGateway(
  { xr, resource }: CapabilityScope<typeof regionalStackSchema>,
  zone: string,
  name: (resource: string) => string,
): void {
  const { region } = xr.spec;
  const address = resource(`nat-address-${zone}`, ec2.EIP, {
    forProvider: { region, domain: 'vpc', tags: named(xr, name(`nat-${zone}`)) },
  });
  resource(`nat-gateway-${zone}`, ec2.NATGateway, {
    forProvider: {
      region,
      subnetIdRef: ref(`subnet-public-${zone}`),
      allocationIdRef: ref(address),
      connectivityType: 'public',
      tags: named(xr, name(`nat-${zone}`)),
    },
  });
}
