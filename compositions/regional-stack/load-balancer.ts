import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { elbv2 } from '../builder/aws-kinds.ts';
import { capability } from '../builder/capability.ts';
import { required } from '../builder/policies.ts';
import { ref } from '../builder/references.ts';
import { commonNames, named, type StackCapability, zonesOf } from './stack.ts';

/** TLS 1.2 and 1.3. Source: "Security policies for your Application Load Balancer". */
const tlsPolicy = 'ELBSecurityPolicy-TLS13-1-2-2021-06';

/**
 * The load balancer, the one public part of a site, and the target group of the instances. A target is healthy when the
 * application says that it can serve, its database included, so a standby whose database is a replica shows as it is.
 */
export function loadBalancer(app: MultiRegionApp): StackCapability {
  const { certificate, deletion, instances } = app.spec;
  const names = commonNames(app);
  return capability(regionalStackSchema, ({ xr, resource }) => {
    const { region, failover } = xr.spec;
    const balancer = resource('load-balancer', elbv2.LB, {
      forProvider: {
        region,
        name: names.loadBalancer,
        loadBalancerType: 'application',
        internal: false,
        subnetRefs: zonesOf(app).map((zone) => ref(`subnet-public-${zone}`)),
        securityGroupRefs: [ref('load-balancer-security-group')],
        enableCrossZoneLoadBalancing: true,
        dropInvalidHeaderFields: true,
        enableDeletionProtection: deletion === 'Protected',
        tags: named(xr, names.loadBalancer),
      },
    });
    xr.status.loadBalancer.arn.from(balancer.status.atProvider.arn);
    xr.status.loadBalancer.dnsName.from(balancer.status.atProvider.dnsName);
    xr.status.loadBalancer.zoneId.from(balancer.status.atProvider.zoneId);

    const targets = resource('target-group', elbv2.LBTargetGroup, {
      forProvider: {
        region,
        name: names.targetGroup,
        vpcIdRef: ref('vpc'),
        targetType: 'instance',
        protocol: 'HTTP',
        port: instances.port,
        deregistrationDelay: '30',
        healthCheck: {
          enabled: true,
          protocol: 'HTTP',
          port: 'traffic-port',
          path: instances.healthCheckPath,
          matcher: '200-299',
          interval: 10,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 3,
        },
        tags: named(xr, names.targetGroup),
      },
    });
    xr.status.targetGroupArn.from(targets.status.atProvider.arn);

    const listener = { region, loadBalancerArnRef: ref(balancer), tags: named(xr, names.loadBalancer) };
    const forward = { type: 'forward', targetGroupArnRef: ref(targets) };
    if (certificate === 'None') {
      resource('listener-http', elbv2.LBListener, {
        forProvider: { ...listener, port: 80, protocol: 'HTTP', defaultAction: [forward] },
      });
      return;
    }
    resource('listener-https', elbv2.LBListener, {
      forProvider: {
        ...listener,
        port: 443,
        protocol: 'HTTPS',
        sslPolicy: tlsPolicy,
        certificateArn: required(certificate === 'Managed' ? failover.certificate.arn : xr.spec.certificateArn),
        defaultAction: [forward],
      },
    });
    resource('listener-http', elbv2.LBListener, {
      forProvider: { ...listener, port: 80, protocol: 'HTTP', defaultAction: [redirectToHttps] },
    });
  });
}

const redirectToHttps = {
  type: 'redirect',
  redirect: { protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' },
};
