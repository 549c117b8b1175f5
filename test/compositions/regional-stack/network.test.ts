import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/render/json.ts';
import type { Rendered } from '../../../src/render/render-resources.ts';
import { appOf, forProvider, namesOf, renderSite } from './rendered-site.ts';

/** Where each route of a site leads, by the route table. */
function routesOf(site: Rendered): Record<string, unknown> {
  return Object.fromEntries(
    namesOf(site, 'Route').map((name) => {
      const { routeTableIdRef, gatewayIdRef, natGatewayIdRef, destinationCidrBlock } = forProvider(site, name);
      expect(destinationCidrBlock).toBe('0.0.0.0/0');
      return [nameOf(routeTableIdRef), nameOf(gatewayIdRef ?? natGatewayIdRef)];
    }),
  );
}

function nameOf(ref: unknown): string {
  return String((ref as JsonObject).name).replace('trading-primary-', '');
}

describe('the network of a site', () => {
  it('has a subnet of each tier in each zone, cut from the site’s range', () => {
    const app = appOf({ network: { zones: 3 }, secondary: { region: 'eu-west-1', vpcCidr: '10.7.0.0/16' } });
    const site = renderSite(app, 'secondary');
    expect(forProvider(site, 'vpc')).toMatchObject({ region: 'eu-west-1', cidrBlock: '10.7.0.0/16' });
    const subnets = namesOf(site, 'Subnet').map((name) => {
      const { availabilityZone, cidrBlock, vpcIdRef } = forProvider(site, name);
      expect(vpcIdRef).toEqual({ name: 'trading-secondary-vpc' });
      return [name, availabilityZone, cidrBlock];
    });
    expect(subnets).toEqual([
      ['subnet-public-1', 'eu-west-1a', '10.7.0.0/20'],
      ['subnet-public-2', 'eu-west-1b', '10.7.16.0/20'],
      ['subnet-public-3', 'eu-west-1c', '10.7.32.0/20'],
      ['subnet-application-1', 'eu-west-1a', '10.7.64.0/20'],
      ['subnet-application-2', 'eu-west-1b', '10.7.80.0/20'],
      ['subnet-application-3', 'eu-west-1c', '10.7.96.0/20'],
      ['subnet-data-1', 'eu-west-1a', '10.7.128.0/20'],
      ['subnet-data-2', 'eu-west-1b', '10.7.144.0/20'],
      ['subnet-data-3', 'eu-west-1c', '10.7.160.0/20'],
    ]);
  });

  it('leads the application to the NAT gateway of its own zone, and the data tier nowhere', () => {
    const site = renderSite(appOf(), 'primary');
    expect(routesOf(site)).toEqual({
      'route-table-public': 'internet-gateway',
      'route-table-application-1': 'nat-gateway-1',
      'route-table-application-2': 'nat-gateway-2',
    });
    expect(namesOf(site, 'NATGateway').map((name) => nameOf(forProvider(site, name).subnetIdRef))).toEqual([
      'subnet-public-1',
      'subnet-public-2',
    ]);
  });

  it('has one NAT gateway where the file says so', () => {
    const site = renderSite(appOf({ network: { natGateways: 'Single' } }), 'primary');
    expect(namesOf(site, 'NATGateway')).toEqual(['nat-gateway-1']);
    expect(namesOf(site, 'EIP')).toEqual(['nat-address-1']);
    expect(routesOf(site)).toMatchObject({
      'route-table-application-1': 'nat-gateway-1',
      'route-table-application-2': 'nat-gateway-1',
    });
  });

  it('puts each subnet in the route table of its tier', () => {
    const site = renderSite(appOf(), 'primary');
    const pairs = namesOf(site, 'RouteTableAssociation').map((name) => {
      const { subnetIdRef, routeTableIdRef } = forProvider(site, name);
      return [nameOf(subnetIdRef), nameOf(routeTableIdRef)];
    });
    expect(Object.fromEntries(pairs)).toEqual({
      'subnet-public-1': 'route-table-public',
      'subnet-public-2': 'route-table-public',
      'subnet-application-1': 'route-table-application-1',
      'subnet-application-2': 'route-table-application-2',
      'subnet-data-1': 'route-table-data',
      'subnet-data-2': 'route-table-data',
    });
    expect(pairs).toHaveLength(6);
  });

  it('reaches S3 and DynamoDB from every route table', () => {
    const site = renderSite(appOf(), 'primary');
    const reached = namesOf(site, 'VPCEndpointRouteTableAssociation').map((name) => {
      const { vpcEndpointIdRef, routeTableIdRef } = forProvider(site, name);
      return `${nameOf(routeTableIdRef)} ${nameOf(vpcEndpointIdRef)}`;
    });
    const tables = namesOf(site, 'RouteTable');
    expect(reached.sort()).toEqual(
      tables.flatMap((table) => [`${table} endpoint-dynamodb`, `${table} endpoint-s3`]).sort(),
    );
    expect(forProvider(site, 'endpoint-s3').serviceName).toBe('com.amazonaws.us-east-1.s3');
  });

  it('closes the default security group, and leaves the network ACL to the fence once it is there', () => {
    const site = renderSite(appOf(), 'primary');
    const group = forProvider(site, 'default-security-group');
    expect(group).not.toHaveProperty('ingress');
    expect(group).not.toHaveProperty('egress');

    expect(site.resources.get('network-acl')).toHaveProperty('spec.managementPolicies', [
      'Observe',
      'Create',
      'Delete',
    ]);
    const acl = forProvider(site, 'network-acl');
    expect(acl).toHaveProperty('tags.Name', 'trading-db-acl-dev');
    for (const direction of ['ingress', 'egress'] as const) {
      expect(acl[direction]).toEqual([expect.objectContaining({ action: 'allow', protocol: '-1', ruleNo: 100 })]);
    }
  });

  it('logs its flows to a group of its own', () => {
    const site = renderSite(appOf(), 'primary');
    expect(forProvider(site, 'flow-logs')).toMatchObject({
      trafficType: 'ALL',
      vpcIdRef: { name: 'trading-primary-vpc' },
      logDestinationRef: { name: 'trading-primary-flow-logs-group' },
    });
    expect(forProvider(site, 'flow-logs-group')).toHaveProperty('retentionInDays', 30);
  });
});
