import { z } from 'zod';
import { accountIdSchema, arnSchema, cidrSchema, domainNameSchema, portSchema, regionSchema } from './aws-formats.ts';
import { databaseEngineSchema, databaseEngines } from './database-engines.ts';
import {
  detectionIntervalSchema,
  failureThresholdSchema,
  minHealthyTargetsPercentSchema,
  objectivesSchema,
  policySchema,
} from './failover-policy.ts';
import { apiVersionSchema, dnsLabelPattern, objectMetaSchema } from './object-meta.ts';
import { witnessRegionFor, zonesOf } from './regions.ts';
import { tableSchema } from './table.ts';

/**
 * MultiRegionApp: the one file that a user writes. It is read at synth time and never reaches a cluster. Every field has
 * a default, so `spec: {}` is an application.
 */

/** Stands for the account until somebody names theirs: enough to synthesize and read, not to apply. */
export const placeholderAccountId = '000000000000';

/** What examples/trading-rds.yaml spells out. */
const defaultTables = [
  { name: 'sessions', partitionKey: 'userId', sortKey: 'sessionId', globalIndexes: [], timeToLive: 'expiresAt' },
];

function appSiteSchema(defaults: { region: string; vpcCidr: string }) {
  return z.strictObject({
    region: regionSchema.default(defaults.region).describe('AWS region of the site.'),
    vpcCidr: cidrSchema
      .default(defaults.vpcCidr)
      .describe('Private range of the VPC, /16 to /23. It must not overlap with that of the other site.'),
    zones: z
      .array(z.string().regex(/^[a-z]$/, 'is not the letter of an availability zone, such as a'))
      .optional()
      .describe(
        'Letters of the availability zones, such as [a, c]. Default: the first of the region, as many as network.zones.',
      ),
  });
}

const instancesSchema = z
  .strictObject({
    instanceType: z
      .string()
      .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, 'is not an EC2 instance type, such as t3.small')
      .default('t3.small')
      .describe('EC2 instance type, the same in both sites.'),
    count: z.int().min(1).max(1000).default(2).describe('Instances of the active site.'),
    standbyCount: z
      .int()
      .min(0)
      .max(1000)
      .optional()
      .describe(
        'Instances of the standby site; 0 is a pilot light. A failover scales it to `count`. Default: `count`.',
      ),
    maxCount: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe('Most instances that scaling may start, the same in both sites. Default: twice `count`.'),
    targetCpuPercent: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe('Average CPU that Auto Scaling aims at, in percent. Default: no scaling by load.'),
    port: portSchema.default(8080).describe('Port that the application listens on.'),
    healthCheckPath: z
      .string()
      .regex(/^\/[^\s?#]*$/, 'is not a path that starts with /, such as /healthz')
      .default('/healthz')
      .describe('Path that answers 2xx only when the instance can serve, its database included.'),
    imageParameter: z
      .string()
      .regex(
        /^\/[A-Za-z0-9._/-]+(:[0-9]+)?$/,
        'is not the name of an SSM parameter, such as /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
      )
      .default('/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64')
      .describe(
        'SSM parameter that holds the AMI, so that it is right in each region. Pin a version with `:3` at the end.',
      ),
    userData: z.string().max(16_384).optional().describe('Script that an instance runs at its first start.'),
  })
  .transform((instances) => ({
    ...instances,
    standbyCount: instances.standbyCount ?? instances.count,
    maxCount: instances.maxCount ?? Math.max(2 * instances.count, instances.standbyCount ?? 0),
  }))
  .describe("The application's instances in each site.");

const databaseSchema = z
  .strictObject({
    engine: databaseEngineSchema.default('postgres').describe('Engine, among those with replicas across regions.'),
    version: z
      .string()
      .regex(/^[0-9]+(\.[0-9]+){0,2}$/, 'is not a version such as "16", in quotes')
      .optional()
      .describe('Version of the engine, in quotes. Default: 16 for postgres, 8.4 for mysql, 11.4 for mariadb.'),
    instanceClass: z
      .string()
      .regex(/^db\.[a-z0-9-]+\.[a-z0-9]+$/, 'is not an RDS instance class, such as db.t3.medium')
      .default('db.t3.medium')
      .describe('RDS instance class, the same in both sites.'),
    storageGiB: z.int().min(20).max(65_536).default(100).describe('Storage, in GiB.'),
    multiAz: z.boolean().default(true).describe('Whether the writer has a second instance in another zone.'),
    name: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be lower-case letters, digits and _, starting with a letter')
      .default('app')
      .describe('Database that is created.'),
    username: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,15}$/, 'must be up to 16 lower-case letters, digits and _, starting with a letter')
      .default('app')
      .describe('Master user. Its password is generated.'),
    port: portSchema.optional().describe("Port. Default: the engine's own, 5432 or 3306."),
    backupRetentionDays: z
      .int()
      .min(1)
      .max(35)
      .default(7)
      .describe('Days that backups are kept. Not 0: a source without backups cannot have a replica.'),
  })
  .transform((database) => ({
    ...database,
    version: database.version ?? databaseEngines[database.engine].defaultVersion,
    port: database.port ?? databaseEngines[database.engine].port,
  }))
  .describe('The relational database: a writer in the active site, its replica in the standby.');

export const multiRegionAppSpecSchema = z
  .strictObject({
    environment: z
      .string()
      .regex(
        /^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/,
        'must be up to 12 lower-case letters, digits and hyphens, starting with a letter',
      )
      .default('dev')
      .describe('Environment, part of every AWS name, so that several of them share an account.'),
    accountId: accountIdSchema
      .default(placeholderAccountId)
      .describe('AWS account, in quotes. ARNs and bucket names are computed from it.'),
    domain: z
      .union([
        z.literal('none'),
        z.strictObject({
          name: domainNameSchema.describe('Name that clients use, and that fails over.'),
          existingZoneId: z
            .string()
            .regex(/^Z[A-Z0-9]{5,31}$/, 'is not the id of a hosted zone, such as Z0123456789ABC')
            .optional()
            .describe('Hosted zone to use. Default: a new zone, which you then delegate to.'),
          zoneName: domainNameSchema
            .optional()
            .describe(
              'Name of the hosted zone. Default: `name` itself for a new zone, its parent for an existing one. At the top of a zone clients keep answers for 60 s, below it for 10 s.',
            ),
        }),
      ])
      .default('none')
      .describe('Name of the application in DNS. `none`: traffic is switched by somebody else.'),
    tags: z
      .record(z.string().min(1).max(128), z.string().max(256))
      .default({})
      .describe(
        'Tags for every resource that takes tags, beside App, Environment, DR-Role, Cost-Center and ManagedBy.',
      ),
    primary: appSiteSchema({ region: 'us-east-1', vpcCidr: '10.0.0.0/16' })
      .prefault({})
      .describe('The site that is active by design.'),
    secondary: appSiteSchema({ region: 'us-west-2', vpcCidr: '10.1.0.0/16' })
      .prefault({})
      .describe('The site that takes over.'),
    network: z
      .strictObject({
        zones: z.int().min(2).max(4).default(2).describe('Availability zones of each site.'),
        natGateways: z
          .enum(['PerZone', 'Single'])
          .default('PerZone')
          .describe('PerZone: losing a zone cuts no other zone off. Single: cheaper.'),
      })
      .prefault({})
      .describe('Shape of both VPCs: a public, an application and a data subnet in each zone.'),
    instances: instancesSchema.prefault({}),
    database: databaseSchema.prefault({}),
    tables: z
      .array(tableSchema)
      .default(() => z.array(tableSchema).parse(defaultTables))
      .describe('DynamoDB global tables, replicated both ways.'),
    notifications: z
      .strictObject({
        emails: z
          .array(z.email({ error: 'is not an e-mail address' }))
          .default([])
          .describe('Addresses that alarms and operations are mailed to, from both regions.'),
      })
      .prefault({})
      .describe('Who is told.'),
    objectives: objectivesSchema.prefault({}),
    detection: z
      .strictObject({
        interval: detectionIntervalSchema,
        failureThreshold: failureThresholdSchema,
        minHealthyTargetsPercent: minHealthyTargetsPercentSchema,
        witness: z
          .boolean()
          .default(false)
          .describe(
            "Whether a Lambda in the witness's region looks at both sites too: one more vote, which neither site can take along.",
          ),
      })
      .prefault({})
      .describe('How an outage is told from a blip.'),
    failover: policySchema
      .extend({
        priority: z
          .int()
          .min(-1000)
          .max(1000)
          .default(0)
          .describe('Order among applications that fail over at once: the highest goes first.'),
      })
      .prefault({})
      .describe('When to act without being asked.'),
    operations: z
      .strictObject({
        region: regionSchema
          .optional()
          .describe(
            'AWS region of the cluster that runs the controller. In one region with a site, both are one vote. Default: elsewhere.',
          ),
        credentials: z
          .strictObject({
            source: z
              .enum(['IRSA', 'PodIdentity', 'Secret'])
              .default('IRSA')
              .describe(
                "IRSA: the role that the providers' service account may assume. PodIdentity: the role that EKS associates with it. Secret: keys in a Kubernetes secret.",
              ),
            role: z
              .string()
              .regex(/^[A-Za-z0-9_+=,.@-]{1,64}$/, 'is not the name of an IAM role, such as understudy-crossplane')
              .default('understudy-crossplane')
              .describe('With IRSA: name of the IAM role, in `accountId`.'),
            secret: z
              .string()
              .regex(dnsLabelPattern, 'must be lower-case letters, digits and hyphens')
              .default('aws-credentials')
              .describe(
                'With Secret: a secret in crossplane-system that you make, whose key `credentials` is an AWS credentials file.',
              ),
          })
          .prefault({})
          .describe("Where Crossplane's providers get AWS credentials. One cluster has one such setting."),
      })
      .prefault({})
      .describe('Where Understudy itself runs.'),
    witness: z
      .union([z.enum(['auto', 'none']), regionSchema])
      .default('auto')
      .describe(
        'Third region, for a second copy of the takeover marker and, with detection.witness, one more vote. `auto`: near the sites, by a table. `none`: do without, which is a finding.',
      ),
    deletion: z
      .enum(['Destroyable', 'Protected'])
      .default('Destroyable')
      .describe(
        'Destroyable: deleting the objects leaves nothing in AWS. Protected: databases and buckets refuse to be deleted.',
      ),
    routing: z
      .enum(['failover', 'weighted'])
      .default('failover')
      .describe(
        'Route 53 records: PRIMARY and SECONDARY, or weights of 100 and 0. Both follow the same health checks.',
      ),
    traffic: z
      .strictObject({
        follow: z
          .enum(['Marker', 'Endpoint'])
          .default('Marker')
          .describe(
            'Marker: traffic follows the writable database. Endpoint: Route 53 alone moves traffic, by the health of the sites.',
          ),
      })
      .prefault({})
      .describe('What moves the traffic.'),
    certificate: z
      .union([
        z.enum(['Managed', 'None']),
        z.strictObject({
          primary: arnSchema.describe("ARN of an ACM certificate in the primary's region."),
          secondary: arnSchema.describe("ARN of an ACM certificate in the secondary's region."),
        }),
      ])
      .optional()
      .describe(
        'Managed: ACM issues and renews one for each site. None: plain HTTP. Or your own, one a region. Default: Managed with an existing zone, else None.',
      ),
  })
  .transform((spec) => {
    const sameInBoth = spec.network.zones;
    return {
      ...spec,
      domain: resolvedDomain(spec.domain),
      primary: { ...spec.primary, zones: spec.primary.zones ?? zonesOf(spec.primary.region, sameInBoth) },
      secondary: { ...spec.secondary, zones: spec.secondary.zones ?? zonesOf(spec.secondary.region, sameInBoth) },
      witness: spec.witness === 'auto' ? witnessRegionFor(spec.primary.region, spec.secondary.region) : spec.witness,
      certificate: spec.certificate ?? certificateOfDomain(spec.domain),
    };
  })
  .describe('What the application is. Every field has a default.');

type DomainInput = 'none' | { name: string; existingZoneId?: string | undefined; zoneName?: string | undefined };

function resolvedDomain(domain: DomainInput) {
  if (domain === 'none') {
    return domain;
  }
  const parent = domain.name.slice(domain.name.indexOf('.') + 1);
  return { ...domain, zoneName: domain.zoneName ?? (domain.existingZoneId === undefined ? domain.name : parent) };
}

/** ACM's DNS validation never ends in a zone that nobody delegated to, so only an existing zone gets one unasked. */
function certificateOfDomain(domain: DomainInput): 'Managed' | 'None' {
  return domain !== 'none' && domain.existingZoneId !== undefined ? 'Managed' : 'None';
}

/** Every default filled in; `witness` is a region or `none`, `zones` the letters of each site. */
export type MultiRegionAppSpec = z.output<typeof multiRegionAppSpecSchema>;

/** Where the witness's function is; undefined for an application that has none. */
export function witnessFunctionRegion({ detection, witness }: MultiRegionAppSpec): string | undefined {
  return detection.witness && witness !== 'none' ? witness : undefined;
}

export const multiRegionAppSchema = z
  .strictObject({
    apiVersion: apiVersionSchema,
    kind: z.literal('MultiRegionApp').describe('MultiRegionApp.'),
    metadata: objectMetaSchema,
    spec: multiRegionAppSpecSchema.prefault({}),
  })
  .describe('An application in two regions: the one file that you write.');

/** An application with every default filled in. */
export type MultiRegionApp = z.output<typeof multiRegionAppSchema>;
/** An application as a person writes it. */
export type MultiRegionAppInput = z.input<typeof multiRegionAppSchema>;
