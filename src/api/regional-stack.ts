import { z } from 'zod';
import { accountIdSchema, cidrSchema, regionSchema } from './aws-formats.ts';
import { conditionsSchema } from './condition.ts';
import { apiVersionSchema, objectMetaSchema } from './object-meta.ts';
import { siteSchema } from './site.ts';

/**
 * RegionalStack: the composite resource that builds one site. Charts fill `spec`; `spec.failover` is the controller's
 * alone and is in no generated manifest, so applying manifests again cannot undo a failover.
 */

const databaseSlotSchema = z
  .object({
    generation: z
      .int()
      .min(1)
      .max(99_999)
      .describe('Counts the instances of the site; part of the identifier, and never reused.'),
    source: z.string().max(2048).describe('ARN of the instance that this one replicates. Empty: it is a writer.'),
  })
  .describe('One of the two templates of the database. Without it the slot has no instance.');

const activationTerm = z.int().min(1).max(999_999);

const switchSlotSchema = z
  .object({
    active: z
      .object({
        term: activationTerm.describe('Term t of `open/<t>` in the bucket of the site.'),
        takeoverTerm: activationTerm.describe(
          'Term t of `takeover/<t>`, in the bucket of the other site and the witness.',
        ),
      })
      .optional()
      .describe('Checks of an active site: it has its open object, and nobody has taken over.'),
    standby: z
      .object({ takeoverTerm: activationTerm.describe('Term t of `takeover/<t>`, in its bucket and the witness.') })
      .optional()
      .describe('Checks of a standby: it has taken over.'),
  })
  .describe(
    'One of the two sets of health checks: the switch is re-pointed to the other while this one still decides.',
  );

/** An attached check is never changed and never deleted: a set that decides stays as it is for as long as it does. */
const switchRules = [
  {
    rule: ['a', 'b']
      .map((slot) => `(self.follows.slot == '${slot}' && has(self.${slot}) && ${hasRole(`self.${slot}`)})`)
      .reduce((before, next) => `${before} || ${next}`, '!has(self.follows)'),
    message: 'follows must name checks that exist: fill the slot first',
  },
  ...['a', 'b'].map((slot) => ({
    rule: `!has(oldSelf.follows) || !has(self.follows) || self.follows.slot != '${slot}' || oldSelf.follows.slot != '${slot}' || (has(self.${slot}) && has(oldSelf.${slot}) && self.${slot} == oldSelf.${slot})`,
    message: `slot ${slot} is what the records follow: fill the other one and follow that`,
  })),
];

function hasRole(slot: string): string {
  return `(self.follows.role == 'active' ? has(${slot}.active) : has(${slot}.standby))`;
}

export const stackFailoverSchema = z
  .object({
    term: z
      .int()
      .min(1)
      .optional()
      .describe('Activation term. What depends on a role does not exist before there is one.'),
    role: z.enum(['active', 'standby']).optional().describe('What the site does now.'),
    databases: z
      .object({ a: databaseSlotSchema.optional(), b: databaseSlotSchema.optional() })
      .optional()
      .describe('Which database instances exist, and what they replicate.'),
    capacity: z
      .object({
        min: z.int().min(0).describe('Least instances.'),
        desired: z.int().min(0).describe('Desired instances.'),
      })
      .optional()
      .describe('Capacity of the Auto Scaling group.'),
    switch: z
      .object({
        a: switchSlotSchema.optional(),
        b: switchSlotSchema.optional(),
        follows: z
          .object({
            slot: z.enum(['a', 'b']).describe('Slot whose checks decide.'),
            role: z.enum(['active', 'standby']).describe('Which of its checks: those of an active site, or a standby.'),
          })
          .optional()
          .describe("What the site's records follow. Written once the slot's checks have been seen to settle."),
        ready: z
          .literal(true)
          .optional()
          .describe('Present once the check that the records follow has been seen to settle. No records before.'),
      })
      .optional()
      .describe('State of the traffic switch.')
      .meta({ 'x-kubernetes-validations': switchRules }),
    loadBalancer: z
      .object({
        dnsName: z.string().min(1).max(253).describe('DNS name.'),
        zoneId: z.string().min(1).max(32).describe('Hosted zone of the DNS name, for alias records.'),
        metricName: z
          .string()
          .max(255)
          .optional()
          .describe('End of its ARN from `app/` on, as CloudWatch calls it. No alarms before.'),
        targetGroupMetricName: z
          .string()
          .max(255)
          .optional()
          .describe("End of its target group's ARN from `targetgroup/` on, as CloudWatch calls it."),
      })
      .optional()
      .describe('Load balancer that the records point to, once verified.'),
    databaseEndpoint: z
      .string()
      .min(1)
      .max(253)
      .optional()
      .describe("Address of the site's database, for its record and its parameter, once verified."),
    certificate: z
      .object({
        arn: z.string().min(1).max(2048).describe('ARN of the certificate.'),
        validationName: z.string().min(1).max(255).describe('Name of the DNS record by which ACM validates it.'),
        validationValue: z.string().min(1).max(255).describe('Value of that record.'),
      })
      .optional()
      .describe('Certificate that ACM manages, once requested.'),
    fenced: z.boolean().optional().describe('Whether the site must not accept writes.'),
  })
  .describe('Decisions made at run time. The controller alone writes them, from the journal.')
  .meta({
    'x-kubernetes-validations': [
      {
        rule: '!has(oldSelf.term) || (has(self.term) && self.term >= oldSelf.term)',
        message: 'term never goes back',
      },
    ],
  });
export type StackFailover = z.output<typeof stackFailoverSchema>;

const cidrsSchema = z.array(cidrSchema).min(1).max(4);

export const regionalStackSpecSchema = z
  .object({
    app: z.string().min(1).max(63).describe('Name of the application, first part of every AWS name.'),
    environment: z.string().min(1).max(12).describe('Environment, last part of every AWS name.'),
    accountId: accountIdSchema.describe('AWS account.'),
    site: siteSchema.describe('Which site it is, by designation.'),
    region: regionSchema.describe('AWS region of the site.'),
    peerRegion: regionSchema.describe('AWS region of the other site.'),
    vpcCidr: cidrSchema.describe('Range of the VPC.'),
    zones: z.array(z.string().min(1).max(32)).min(1).max(4).describe('Availability zones, such as us-east-1a.'),
    publicCidrs: cidrsSchema.describe('Public subnets, one a zone.'),
    applicationCidrs: cidrsSchema.describe('Application subnets, one a zone.'),
    dataCidrs: cidrsSchema.describe('Data subnets, one a zone.'),
    witnessRegion: regionSchema.optional().describe("Region of the witness's bucket."),
    zoneId: z.string().min(1).max(32).optional().describe('Hosted zone of the records, where it existed before.'),
    certificateArn: z
      .string()
      .min(1)
      .max(2048)
      .optional()
      .describe('Certificate of the load balancer, where it is your own.'),
    code: z
      .object({
        prober: z.string().min(1).max(1024).describe('Key of the prober.'),
        failover: z.string().min(1).max(1024).describe('Key of the failover function.'),
        validator: z.string().min(1).max(1024).describe('Key of the validator.'),
      })
      .optional()
      .describe('Bundles of the Lambda functions in the code bucket, named by their content. No functions before.'),
    tags: z.record(z.string(), z.string()).default({}).describe('Tags of every resource that takes tags.'),
    failover: stackFailoverSchema.optional(),
  })
  .describe('One site of an application.');
export type RegionalStackSpec = z.output<typeof regionalStackSpecSchema>;

/** Named fields, since a list that is filled entry by entry would have nulls in it. */
const perZoneSchema = z.object({
  zone1: z.string().optional().describe('In the first zone.'),
  zone2: z.string().optional().describe('In the second zone.'),
  zone3: z.string().optional().describe('In the third zone.'),
  zone4: z.string().optional().describe('In the fourth zone.'),
});

const databaseStatusSchema = z.object({
  arn: z.string().optional().describe('ARN of the instance.'),
  identifier: z.string().optional().describe('DB instance identifier.'),
  endpoint: z.string().optional().describe('Address that clients connect to.'),
  status: z.string().optional().describe("RDS's word for its state, such as available."),
});

export const regionalStackStatusSchema = z
  .object({
    awaits: z
      .object({
        roles: z
          .string()
          .optional()
          .describe('What databases, instances and capacity wait for: the activation term, until it is written.'),
        records: z
          .string()
          .optional()
          .describe('What DNS records wait for: the switch, until its health checks have settled.'),
      })
      .optional()
      .describe('What has not been made yet, and why.'),
    vpcId: z.string().optional().describe('Id of the VPC.'),
    subnets: z
      .object({
        public: perZoneSchema.optional().describe('Ids of the public subnets.'),
        application: perZoneSchema.optional().describe('Ids of the application subnets.'),
        data: perZoneSchema.optional().describe('Ids of the data subnets.'),
      })
      .optional()
      .describe('Ids of the subnets.'),
    loadBalancer: z
      .object({
        arn: z.string().optional().describe('ARN.'),
        dnsName: z.string().optional().describe('DNS name.'),
        zoneId: z.string().optional().describe('Hosted zone of the DNS name.'),
      })
      .optional()
      .describe('The load balancer.'),
    certificate: z
      .object({
        arn: z.string().optional().describe('ARN.'),
        status: z.string().optional().describe("ACM's word for its state, such as ISSUED."),
        validationName: z.string().optional().describe('Name of the DNS record by which ACM validates it.'),
        validationValue: z.string().optional().describe('Value of that record.'),
      })
      .optional()
      .describe('The certificate that ACM manages.'),
    targetGroupArn: z.string().optional().describe('ARN of the target group.'),
    autoScalingGroup: z.string().optional().describe('Name of the Auto Scaling group.'),
    databases: z
      .object({
        a: databaseStatusSchema.optional().describe('Instance in slot a.'),
        b: databaseStatusSchema.optional().describe('Instance in slot b.'),
      })
      .optional()
      .describe('Database instances, by slot.'),
    functions: z
      .object({
        prober: z.string().optional().describe('ARN of the prober.'),
        failover: z.string().optional().describe('ARN of the failover function.'),
        validator: z.string().optional().describe('ARN of the validator.'),
      })
      .optional()
      .describe('ARNs of the Lambda functions.'),
    journalTableArn: z.string().optional().describe('ARN of the journal.'),
    topicArn: z.string().optional().describe('ARN of the SNS topic.'),
    buckets: z
      .object({
        switch: z.string().optional().describe('Bucket of the takeover markers.'),
        code: z.string().optional().describe('Bucket of the Lambda bundles.'),
      })
      .optional()
      .describe('Names of the buckets.'),
    healthChecks: z
      .object({
        endpoint: z.string().optional().describe('Id of the check of the site itself.'),
        traffic: z.string().optional().describe('Id of the calculated check that the record follows.'),
      })
      .optional()
      .describe('Route 53 health checks.'),
    conditions: conditionsSchema.optional(),
  })
  .describe('What was built.');
export type RegionalStackStatus = z.output<typeof regionalStackStatusSchema>;

export const regionalStackSchema = z
  .object({
    apiVersion: apiVersionSchema,
    kind: z.literal('RegionalStack').describe('RegionalStack.'),
    metadata: objectMetaSchema,
    spec: regionalStackSpecSchema,
    status: regionalStackStatusSchema.optional(),
  })
  .describe('Everything that one site of an application consists of in its AWS region.');

export type RegionalStack = z.output<typeof regionalStackSchema>;
export type RegionalStackInput = z.input<typeof regionalStackSchema>;
