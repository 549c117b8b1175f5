import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { regionalName, scopeOf } from '../../src/api/names.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { autoscaling, ec2 } from '../builder/aws-kinds.ts';
import { capability } from '../builder/capability.ts';
import { required } from '../builder/policies.ts';
import { ref } from '../builder/references.ts';
import { externalName } from '../external-name.ts';
import { siteTags } from '../tags.ts';
import { commonNames, named, type StackCapability, type StackFields, zonesOf } from './stack.ts';

/** Root volume of Amazon Linux. */
const rootDevice = '/dev/xvda';

/**
 * The application's instances. How many there are depends on the role, so the group waits for the journal; after that
 * the number belongs to the engine and to scaling, and the manifest says only its limits.
 */
export function instances(app: MultiRegionApp): StackCapability {
  const { deletion, instances } = app.spec;
  const names = commonNames(app);
  const instanceName = regionalName(scopeOf(app), 'instance');
  return capability(regionalStackSchema, ({ xr, resource }) => {
    const { region } = xr.spec;
    const { capacity, term } = xr.spec.failover;
    const template = resource('launch-template', ec2.LaunchTemplate, {
      forProvider: {
        region,
        name: names.launchTemplate,
        imageId: `resolve:ssm:${instances.imageParameter}`,
        instanceType: instances.instanceType,
        ...(instances.userData === undefined ? {} : { userData: base64(instances.userData) }),
        iamInstanceProfile: { nameRef: ref('instance-profile') },
        vpcSecurityGroupIdRefs: [ref('instance-security-group')],
        metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
        blockDeviceMappings: [
          { deviceName: rootDevice, ebs: { volumeType: 'gp3', encrypted: 'true', deleteOnTermination: 'true' } },
        ],
        tagSpecifications: [
          { resourceType: 'instance', tags: named(xr, instanceName) },
          { resourceType: 'volume', tags: named(xr, instanceName) },
        ],
        updateDefaultVersion: true,
        tags: named(xr, names.launchTemplate),
      },
    });

    const group = resource(
      'auto-scaling-group',
      autoscaling.AutoscalingGroup,
      {
        // Without LateInitialize the provider does not take the desired capacity over, and fights nobody for it.
        managementPolicies: ['Observe', 'Create', 'Update', 'Delete'],
        initProvider: { desiredCapacity: required(capacity.desired) },
        forProvider: {
          region,
          minSize: required(capacity.min),
          maxSize: instances.maxCount,
          launchTemplate: { idRef: ref(template), version: '$Latest' },
          vpcZoneIdentifierRefs: zonesOf(app).map((zone) => ref(`subnet-application-${zone}`)),
          // Readiness is the load balancer's. An instance must not be replaced because its database is down.
          healthCheckType: 'EC2',
          healthCheckGracePeriod: 120,
          enabledMetrics: ['GroupDesiredCapacity', 'GroupInServiceInstances'],
          forceDelete: deletion === 'Destroyable',
          waitForCapacityTimeout: '0',
          tag: [
            ...Object.keys(siteTags(app, 'primary')).map((key) => groupTag(xr, key)),
            { key: 'Name', value: instanceName, propagateAtLaunch: true },
          ],
        },
      },
      { annotations: externalName(names.autoScalingGroup), waitsFor: [term] },
    );
    xr.status.autoScalingGroup.from(group.status.atProvider.id);

    resource(
      'auto-scaling-attachment',
      autoscaling.Attachment,
      { forProvider: { region, autoscalingGroupNameRef: ref(group), lbTargetGroupArnRef: ref('target-group') } },
      { waitsFor: [term] },
    );
    if (instances.targetCpuPercent !== undefined) {
      resource(
        'auto-scaling-by-cpu',
        autoscaling.Policy,
        {
          forProvider: {
            region,
            autoscalingGroupNameRef: ref(group),
            policyType: 'TargetTrackingScaling',
            targetTrackingConfiguration: {
              predefinedMetricSpecification: { predefinedMetricType: 'ASGAverageCPUUtilization' },
              targetValue: instances.targetCpuPercent,
            },
          },
        },
        { annotations: externalName(regionalName(scopeOf(app), 'cpu')), waitsFor: [term] },
      );
    }
  });
}

/** A group has its tags as a list, in which the keys have to be known. */
function groupTag(xr: StackFields, key: string) {
  return { key, value: required(xr.spec.tags.key(key)), propagateAtLaunch: true };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
