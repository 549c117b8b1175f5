import { z } from 'zod';
import { cidrSchema, domainNameSchema, portSchema, regionSchema } from './aws-formats.ts';
import { planDatabaseRules, planRules, planSiteRules } from './failover-plan-rules.ts';
import { failoverPlanStatusSchema } from './failover-plan-status.ts';
import {
  detectionIntervalSchema,
  failureThresholdSchema,
  minHealthyTargetsPercentSchema,
  objectivesSchema,
  policySchema,
} from './failover-policy.ts';
import { apiVersionSchema, objectMetaSchema } from './object-meta.ts';

/**
 * FailoverPlan: the standing policy of one application. It names AWS resources by identifier, so it serves
 * infrastructure that Understudy did not create as well.
 */

export const vantageSchema = z
  .strictObject({
    name: z.string().min(1).max(63).describe('Name in evidence and logs.'),
    kind: z
      .enum(['Controller', 'Prober', 'Dns', 'Witness'])
      .describe(
        "Controller: the operations cluster. Prober: a Lambda in a site. Dns: Route 53's own checkers. Witness: a Lambda in a third region.",
      ),
    domain: z
      .string()
      .min(1)
      .max(63)
      .describe('Failure domain: a region, `route53` or `operations`. All vantages of one domain are one vote.'),
  })
  .describe('A place that health is seen from.');
export type Vantage = z.output<typeof vantageSchema>;

/** Votes that exist for any plan: the operations cluster and Route 53's checkers. */
export const defaultVantages: readonly Vantage[] = [
  { name: 'controller', kind: 'Controller', domain: 'operations' },
  { name: 'dns', kind: 'Dns', domain: 'route53' },
];

export const planDatabaseSchema = z
  .strictObject({
    kind: z
      .enum(['Instance', 'AuroraGlobal'])
      .describe(
        'Instance: an RDS instance and its cross-region replica. AuroraGlobal: members of an Aurora global database.',
      ),
    identifier: z
      .string()
      .min(1)
      .max(63)
      .describe('DB instance identifier, or DB cluster identifier for AuroraGlobal.'),
    globalClusterIdentifier: z
      .string()
      .min(1)
      .max(63)
      .optional()
      .describe('Global cluster that the cluster belongs to. Needed for AuroraGlobal.'),
    port: portSchema.default(5432).describe('Port that the database listens on.'),
    name: z.string().min(1).max(63).optional().describe('Database to connect to.'),
  })
  .describe('The database of the site.')
  .meta({ 'x-kubernetes-validations': planDatabaseRules });
export type PlanDatabase = z.output<typeof planDatabaseSchema>;

export const planSiteSchema = z
  .strictObject({
    region: regionSchema.describe('AWS region of the site.'),
    endpointUrl: z
      .string()
      .max(2048)
      .regex(/^https?:\/\/[^\s/?#]+(\/\S*)?$/, 'is not an http or https URL')
      .optional()
      .describe(
        'Health URL of the site itself, not of the name that fails over; 2xx only when the site can serve. Default: the load balancer of targetGroup, over HTTP.',
      ),
    database: planDatabaseSchema,
    autoScalingGroup: z
      .string()
      .min(1)
      .max(255)
      .optional()
      .describe("Auto Scaling group of the application's instances."),
    capacity: z
      .strictObject({
        active: z.int().min(0).default(0).describe('Desired instances while the site is active.'),
        standby: z.int().min(0).default(0).describe('Desired instances while the site is standby.'),
      })
      .prefault({})
      .describe('Desired instances by role. Needed with an autoScalingGroup.'),
    targetGroup: z
      .string()
      .min(1)
      .optional()
      .describe('Target group of the load balancer, by name or ARN. Its healthy targets are evidence.'),
    switchBucket: z.string().min(3).max(63).describe('Bucket of the takeover markers.'),
    journalTable: z
      .string()
      .min(3)
      .max(255)
      .describe('DynamoDB table of the journal. The one in the standby region is in use.'),
    topicArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:.+$/, 'is not the ARN of an SNS topic')
      .optional()
      .describe('SNS topic for notifications.'),
    fencing: z
      .strictObject({
        networkAcl: z
          .string()
          .min(1)
          .describe(
            'Network ACL of the subnets of the database, by id or Name tag. Rules from 1 up to the number of ranges must be free in it.',
          ),
        applicationCidrs: z
          .array(cidrSchema)
          .min(1)
          .describe('Ranges of the application subnets, which it denies the database while the site is fenced.'),
      })
      .optional()
      .describe('How to cut a former active from its database.'),
    stackRef: z
      .strictObject({ name: z.string().min(1).max(63).describe('Name of a RegionalStack in the same namespace.') })
      .optional()
      .describe(
        "RegionalStack that built the site. Without one the status says what to change in your own tool's files.",
      ),
  })
  .describe('One site and the AWS resources in it.')
  .meta({ 'x-kubernetes-validations': planSiteRules });
export type PlanSite = z.output<typeof planSiteSchema>;

export const planDetectionSchema = z
  .strictObject({
    interval: detectionIntervalSchema,
    failureThreshold: failureThresholdSchema,
    vantages: z
      .array(vantageSchema)
      .min(1)
      .max(20)
      .default(() => defaultVantages.map((vantage) => ({ ...vantage })))
      .describe('Where health is seen from.')
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] }),
    minHealthyTargetsPercent: minHealthyTargetsPercentSchema,
  })
  .describe('How an outage is told from a blip.');

export const failoverPlanSpecSchema = z
  .strictObject({
    sites: z
      .strictObject({
        primary: planSiteSchema.describe('The site that is active by design.'),
        secondary: planSiteSchema.describe('The site that takes over.'),
      })
      .describe('Both sites. Which of them is active is in the journal, not here.'),
    witness: z
      .strictObject({
        region: regionSchema.describe('A region that is neither of the sites.'),
        bucket: z.string().min(3).max(63).describe('Bucket for the second copy of the takeover marker.'),
      })
      .optional()
      .describe('Third region, so that a standby whose S3 fails after takeover keeps the traffic.'),
    dns: z
      .strictObject({
        name: domainNameSchema.describe('Name that clients use, and that fails over.'),
        databaseName: domainNameSchema.optional().describe('Name that follows the writable database.'),
        healthName: domainNameSchema.optional().describe("TXT record in which Route 53's checkers say up or down."),
        ttlSeconds: z.int().min(0).max(86_400).default(10).describe('TTL of the application record, in seconds.'),
      })
      .optional()
      .describe('Names that move.'),
    objectives: objectivesSchema.prefault({}),
    detection: planDetectionSchema.prefault({}),
    policy: policySchema.prefault({}),
    priority: z
      .int()
      .min(-1000)
      .max(1000)
      .default(0)
      .describe('Order among plans that fail over at once: the highest goes first.'),
    suspended: z
      .boolean()
      .default(false)
      .describe('Holds every actor. It counts once it is in the journal, which the status shows.'),
  })
  .describe('What to fail over, and when.')
  .meta({ 'x-kubernetes-validations': planRules });

export type FailoverPlanSpec = z.output<typeof failoverPlanSpecSchema>;

export const failoverPlanSchema = z
  .strictObject({
    apiVersion: apiVersionSchema,
    kind: z.literal('FailoverPlan').describe('FailoverPlan.'),
    metadata: objectMetaSchema,
    spec: failoverPlanSpecSchema,
    status: failoverPlanStatusSchema.optional(),
  })
  .describe('The standing policy of one application: its two sites, when to fail over, and what may be lost.');

/** A plan with every default filled in. */
export type FailoverPlan = z.output<typeof failoverPlanSchema>;
/** A plan as a person writes it. */
export type FailoverPlanInput = z.input<typeof failoverPlanSchema>;
