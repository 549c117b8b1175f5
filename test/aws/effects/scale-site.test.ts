import {
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type TargetHealthStateEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EffectContext } from '../../../src/aws/effects/effect-context.ts';
import { ScaleSite } from '../../../src/aws/effects/scale-site.ts';
import { createSiteEndpoints } from '../../../src/aws/site-endpoint.ts';
import { defaultTiming } from '../../../src/failover/timing.ts';
import { AwsError } from '../../../src/sandbox/region/wire/aws-error.ts';
import { operation } from '../../../src/sandbox/region/wire/operation.ts';
import { queryService } from '../../../src/sandbox/region/wire/query-service.ts';
import { examplePlan } from '../example-plan.ts';
import { type LocalAws, startLocalAws } from '../local-aws.ts';

const targetGroupArn = 'arn:aws:elasticloadbalancing:us-west-2:111122223333:targetgroup/trading-tg/1';
const balancerArn = 'arn:aws:elasticloadbalancing:us-west-2:111122223333:loadbalancer/app/trading-alb/1';

/** A group and its targets, in whatever state a test puts them. */
let group: AutoScalingGroup;
let targets: TargetHealthStateEnum[];

const autoScaling = queryService({
  signingName: 'autoscaling',
  xmlNamespace: 'http://autoscaling.amazonaws.com/doc/2011-01-01/',
  operations: [
    operation(DescribeAutoScalingGroupsCommand, ({ AutoScalingGroupNames = [] }) => ({
      AutoScalingGroups: AutoScalingGroupNames.includes('trading-asg') ? [group] : [],
    })),
    operation(SetDesiredCapacityCommand, ({ DesiredCapacity = 0 }) => {
      group = { ...group, DesiredCapacity };
      return {};
    }),
  ],
});
const loadBalancing = queryService({
  signingName: 'elasticloadbalancing',
  xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  operations: [
    operation(DescribeTargetGroupsCommand, ({ Names, TargetGroupArns }) => {
      if (Names?.[0] !== 'trading-tg' && TargetGroupArns?.[0] !== targetGroupArn) {
        throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
      }
      const found = { TargetGroupArn: targetGroupArn, LoadBalancerArns: [balancerArn], HealthCheckPath: '/healthz' };
      return { TargetGroups: [found] };
    }),
    operation(DescribeLoadBalancersCommand, () => ({
      LoadBalancers: [{ LoadBalancerArn: balancerArn, DNSName: 'trading-alb.us-west-2.elb.amazonaws.com' }],
    })),
    operation(DescribeTargetHealthCommand, ({ TargetGroupArn }) => ({
      TargetHealthDescriptions:
        TargetGroupArn === targetGroupArn ? targets.map((State) => ({ TargetHealth: { State } })) : [],
    })),
  ],
});

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws([autoScaling, loadBalancing]);
});
afterAll(() => aws.close());
beforeEach(() => {
  aws.faults.clear();
  group = groupOf(1, 8, 1);
  targets = ['healthy'];
});

function groupOf(desired: number, max: number, inService: number, pending = 0): AutoScalingGroup {
  return {
    AutoScalingGroupName: 'trading-asg',
    MinSize: 0,
    MaxSize: max,
    DesiredCapacity: desired,
    DefaultCooldown: 300,
    AvailabilityZones: ['us-west-2a'],
    HealthCheckType: 'EC2',
    CreatedTime: new Date(0),
    Instances: instances(inService, pending),
  };
}

function instances(inService: number, pending: number): AutoScalingGroup['Instances'] {
  const instance = (LifecycleState: 'InService' | 'Pending', index: number) => ({
    InstanceId: `i-${LifecycleState}-${index}`,
    AvailabilityZone: 'us-west-2a',
    LifecycleState,
    HealthStatus: 'Healthy',
    ProtectedFromScaleIn: false,
  });
  return [
    ...Array.from({ length: inService }, (_, index) => instance('InService', index)),
    ...Array.from({ length: pending }, (_, index) => instance('Pending', index)),
  ];
}

function handler(site = {}, minHealthyTargetsPercent = 50): ScaleSite {
  const plan = examplePlan({ site, spec: { detection: { minHealthyTargetsPercent } } });
  return new ScaleSite(new EffectContext(plan, defaultTiming, aws.clients));
}

const scale = { kind: 'scale', site: 'secondary', desired: 4 } as const;

describe('scale', () => {
  it('asks for the wanted capacity once', async () => {
    expect(await handler().check(scale)).toMatchObject({ state: 'NotDone' });
    await handler().perform(scale);
    expect(group.DesiredCapacity).toBe(4);
    expect(await handler().check(scale)).toMatchObject({ state: 'Called' });
  });

  it.each([
    { running: 1, booting: 3, healthy: 1, percent: 50, state: 'Called' },
    { running: 2, booting: 2, healthy: 1, percent: 50, state: 'Called' },
    { running: 2, booting: 2, healthy: 2, percent: 50, state: 'Done' },
    { running: 4, booting: 0, healthy: 3, percent: 100, state: 'Called' },
    { running: 4, booting: 0, healthy: 4, percent: 100, state: 'Done' },
    { running: 4, booting: 0, healthy: 0, percent: 50, state: 'Called' },
  ])('$running of 4 in service and $healthy healthy, $percent % needed: $state', async (row) => {
    group = groupOf(4, 8, row.running, row.booting);
    targets = [...Array<'healthy'>(row.healthy).fill('healthy'), 'unhealthy', 'initial', 'draining'];
    expect(await handler({}, row.percent).check(scale)).toMatchObject({ state: row.state });
  });

  it('never lowers a capacity', async () => {
    group = groupOf(6, 8, 6);
    targets = Array<'healthy'>(6).fill('healthy');
    expect(await handler().check(scale)).toMatchObject({ state: 'Done' });
  });

  it('says what to raise when the group may not grow so far', async () => {
    group = groupOf(1, 3, 0);
    await expect(handler().check(scale)).rejects.toMatchObject({
      kind: 'Refused',
      message: expect.stringContaining('may have 3 instances and needs 4'),
    });
  });

  it('takes the target group by ARN, and does without one', async () => {
    group = groupOf(4, 8, 4);
    targets = Array<'healthy'>(4).fill('healthy');
    expect(await handler({ targetGroup: targetGroupArn }).check(scale)).toMatchObject({ state: 'Done' });
    targets = [];
    expect(await handler({ targetGroup: undefined }).check(scale)).toMatchObject({ state: 'Done' });
  });

  it('refuses a group that does not exist', async () => {
    await expect(handler({ autoScalingGroup: 'nobody' }).check(scale)).rejects.toMatchObject({ kind: 'Refused' });
  });
});

describe("a site's endpoint", () => {
  it('is the load balancer of the target group where the plan names no URL, asked for once', async () => {
    const endpoints = createSiteEndpoints(examplePlan(), aws.clients);
    const before = aws.calls.length;
    for (let time = 0; time < 3; time += 1) {
      const url = await endpoints.healthUrl('secondary', AbortSignal.timeout(5_000));
      expect(url.href).toBe('http://trading-alb.us-west-2.elb.amazonaws.com/healthz');
    }
    expect(aws.calls.length - before).toBe(2);
  });

  it("is the plan's URL where there is one", async () => {
    const endpoints = createSiteEndpoints(
      examplePlan({ site: { endpointUrl: 'https://a.example.com/ok' } }),
      aws.clients,
    );
    expect((await endpoints.healthUrl('primary', AbortSignal.timeout(5_000))).href).toBe('https://a.example.com/ok');
  });

  it('is refused where the plan names neither', async () => {
    const endpoints = createSiteEndpoints(examplePlan({ site: { targetGroup: undefined } }), aws.clients);
    await expect(endpoints.healthUrl('primary', AbortSignal.timeout(5_000))).rejects.toMatchObject({ kind: 'Refused' });
  });
});
