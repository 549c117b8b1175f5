import { describe, expect, it } from '@jest/globals';
import { appOf, firstRoles, forProvider, namesOf, renderBeforeJournal, renderSite } from './rendered-site.ts';

describe('the instances of a site', () => {
  it('number what the controller says, and only at first', () => {
    const site = renderSite(appOf({ instances: { count: 3, maxCount: 9 } }), 'secondary');
    expect(site.resources.get('auto-scaling-group')?.spec).toMatchObject({
      managementPolicies: ['Observe', 'Create', 'Update', 'Delete'],
      initProvider: { desiredCapacity: 1 },
      forProvider: { minSize: 1, maxSize: 9 },
    });
    expect(forProvider(site, 'auto-scaling-group')).not.toHaveProperty('desiredCapacity');
  });

  it('do not exist before the journal was asked, nor before there is a capacity', () => {
    const groups = ['auto-scaling-group', 'auto-scaling-attachment', 'auto-scaling-by-cpu'];
    const app = appOf({ instances: { targetCpuPercent: 60 } });
    const { resources, withheld } = renderBeforeJournal(app, 'primary');
    for (const name of groups) {
      expect(resources.has(name)).toBe(false);
      expect(withheld).toContainEqual({ resource: name, missing: 'spec.failover.term' });
    }
    const { capacity: _, ...withoutCapacity } = firstRoles.primary;
    expect(renderSite(app, 'primary', withoutCapacity).resources.has('auto-scaling-group')).toBe(false);
    expect([...renderSite(app, 'primary').resources.keys()]).toEqual(expect.arrayContaining(groups));
  });

  it('are replaced for their own health, and not because their database is down', () => {
    const site = renderSite(appOf({ instances: { healthCheckPath: '/ready', port: 9000 } }), 'primary');
    expect(forProvider(site, 'auto-scaling-group')).toHaveProperty('healthCheckType', 'EC2');
    expect(forProvider(site, 'target-group')).toMatchObject({
      port: 9000,
      healthCheck: { path: '/ready', port: 'traffic-port', matcher: '200-299' },
    });
    expect(forProvider(site, 'auto-scaling-attachment')).toMatchObject({
      autoscalingGroupNameRef: { name: 'trading-primary-auto-scaling-group' },
      lbTargetGroupArnRef: { name: 'trading-primary-target-group' },
    });
  });

  it('start from an image that is right in the region, with encrypted disks and IMDSv2 alone', () => {
    const imageParameter = '/golden/trading:7';
    const site = renderSite(appOf({ instances: { imageParameter, userData: '#!/bin/sh\ntrue\n' } }), 'primary');
    const template = forProvider(site, 'launch-template');
    expect(template).toMatchObject({
      imageId: 'resolve:ssm:/golden/trading:7',
      metadataOptions: { httpTokens: 'required' },
      blockDeviceMappings: [{ ebs: { encrypted: 'true', volumeType: 'gp3' } }],
      iamInstanceProfile: { nameRef: { name: 'trading-primary-instance-profile' } },
    });
    expect(Buffer.from(String(template.userData), 'base64').toString()).toBe('#!/bin/sh\ntrue\n');
  });

  it('scale by load only where the file says so', () => {
    expect(namesOf(renderSite(appOf(), 'primary'), 'Policy')).toEqual([]);
    const site = renderSite(appOf({ instances: { targetCpuPercent: 55 } }), 'primary');
    expect(forProvider(site, 'auto-scaling-by-cpu')).toMatchObject({
      policyType: 'TargetTrackingScaling',
      targetTrackingConfiguration: { targetValue: 55 },
    });
  });
});

describe('the load balancer of a site', () => {
  const certificate = {
    primary: 'arn:aws:acm:us-east-1:111122223333:certificate/p',
    secondary: 'arn:aws:acm:us-west-2:111122223333:certificate/s',
  };

  it('is in the public subnets of all zones, and reports where it is', () => {
    const dnsName = 'trading-alb-dev-1.elb.amazonaws.com';
    const observed = new Map([['load-balancer', { status: { atProvider: { dnsName, zoneId: 'Z1', arn: 'arn' } } }]]);
    const site = renderSite(appOf(), 'primary', firstRoles.primary, observed);
    expect(forProvider(site, 'load-balancer')).toMatchObject({
      name: 'trading-alb-dev',
      internal: false,
      enableCrossZoneLoadBalancing: true,
      subnetRefs: [{ name: 'trading-primary-subnet-public-1' }, { name: 'trading-primary-subnet-public-2' }],
    });
    expect(site.composite).toHaveProperty('status.loadBalancer', { dnsName, zoneId: 'Z1', arn: 'arn' });
  });

  it('forwards plain HTTP without a certificate', () => {
    const site = renderSite(appOf({ certificate: 'None' }), 'primary');
    expect(namesOf(site, 'LBListener')).toEqual(['listener-http']);
    expect(forProvider(site, 'listener-http')).toMatchObject({ port: 80, defaultAction: [{ type: 'forward' }] });
  });

  it('forwards HTTPS with the certificate of the site, and redirects HTTP to it', () => {
    const site = renderSite(appOf({ certificate }), 'secondary');
    expect(forProvider(site, 'listener-https')).toMatchObject({
      port: 443,
      protocol: 'HTTPS',
      certificateArn: certificate.secondary,
      defaultAction: [{ type: 'forward', targetGroupArnRef: { name: 'trading-secondary-target-group' } }],
    });
    expect(forProvider(site, 'listener-http')).toMatchObject({ port: 80, defaultAction: [{ type: 'redirect' }] });
  });
});
