import { z } from 'zod';
import { regionSchema } from '../../src/api/aws-formats.ts';
import { logLevels } from '../../src/api/controller-flags.ts';

/**
 * How a cluster runs the controller. `charts/main.ts` reads it from the file that `UNDERSTUDY_CONTROLLER` names; a cdk8s
 * app of your own passes it to `ControllerChart`.
 */

/** What `docker build -t … .` at the root of the repository makes for this release. */
export const defaultImage = 'understudy-controller:0.1.0';

const quantity = z.string().regex(/^[0-9]+(\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi)?$/, 'is not a quantity, such as 512Mi or 250m');
const port = z.int().min(1).max(65_535);
const labels = z.record(z.string().min(1).max(317), z.string().max(63));

const resourcesSchema = z
  .strictObject({
    cpu: quantity.default('100m').describe('CPU requested. There is no limit: throttling would slow a failover down.'),
    memory: quantity.default('512Mi').describe('Memory requested, and the limit.'),
  })
  .prefault({})
  .describe('What one replica needs. A thousand plans fit into the default; scale.md says what more of them need.');

const networkSchema = z
  .strictObject({
    policy: z.boolean().default(true).describe('Whether a NetworkPolicy limits what the pods reach.'),
    apiServerPort: port
      .default(6443)
      .describe('Port of the API server behind its Service: many networks apply policies after translating addresses.'),
    egressPorts: z
      .array(port)
      .default([])
      .describe(
        "Further TCP ports to let out. Let out in any case: DNS, 443, the API server, and ports of the applications' databases and load balancers.",
      ),
    metricsNamespace: z
      .string()
      .min(1)
      .max(63)
      .optional()
      .describe('Namespace whose pods may scrape /metrics. Default: all.'),
  })
  .prefault({})
  .describe('Who may talk to the controller, and to whom it may talk.');

const monitoringSchema = z
  .strictObject({
    serviceMonitor: z
      .boolean()
      .default(false)
      .describe('Makes a ServiceMonitor, where the cluster has the Prometheus operator.'),
    alerts: z.boolean().default(false).describe('Makes a PrometheusRule with the alerts below.'),
    dashboard: z
      .boolean()
      .default(false)
      .describe('Makes a ConfigMap with a dashboard, as the sidecar of Grafana finds it.'),
    labels: labels
      .default({})
      .describe('Labels for ServiceMonitor and PrometheusRule, by which your Prometheus selects them.'),
    scrapeSeconds: z.int().min(1).max(300).default(15).describe('Interval between two scrapes, in seconds.'),
    maxLagSeconds: z
      .int()
      .min(1)
      .optional()
      .describe(
        "Replication lag above which an alert fires, in seconds. Default: the least `rpo` of the applications'.",
      ),
  })
  .prefault({})
  .describe('Objects for Prometheus and Grafana.');

const credentialsSchema = z
  .strictObject({
    source: z
      .enum(['IRSA', 'PodIdentity', 'Secret'])
      .optional()
      .describe(
        "IRSA: the role that the ServiceAccount is annotated with. PodIdentity: the role that EKS associates with the ServiceAccount; nothing of it is in a manifest. Secret: a mounted credentials file. Default: as the applications' `operations.credentials.source`.",
      ),
    role: z
      .string()
      .regex(/^[A-Za-z0-9_+=,.@-]{1,64}$/, 'is not the name of an IAM role')
      .default('understudy-controller')
      .describe("With IRSA: name of the IAM role, in the applications' account."),
    roleArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::[0-9]{12}:role\/.+$/, 'is not the ARN of an IAM role')
      .optional()
      .describe('With IRSA: ARN of the role, where it is in another account. It wins over `role`.'),
    secret: z
      .string()
      .min(1)
      .max(253)
      .default('aws-credentials')
      .describe(
        'With Secret: a secret in understudy-system that you make, whose key `credentials` is an AWS credentials file.',
      ),
  })
  .prefault({})
  .describe('Where the controller gets AWS credentials. Never the credentials themselves.');

export const controllerSettingsSchema = z
  .strictObject({
    image: z
      .string()
      .min(1)
      .regex(/^\S+[:@]\S+$/, 'names neither a tag nor a digest: the same manifest would run another program tomorrow')
      .default(defaultImage)
      .describe('Image, which you build from the Dockerfile and push where your cluster can pull it from.'),
    imagePullSecrets: z.array(z.string().min(1)).default([]).describe('Secrets in understudy-system to pull it with.'),
    replicas: z.int().min(1).max(5).default(2).describe('Replicas. One leads; the others take over within 15 seconds.'),
    region: regionSchema
      .optional()
      .describe("AWS region of the operations cluster. Default: the applications' `operations.region`."),
    credentials: credentialsSchema,
    databaseAuthorities: z
      .string()
      .min(1)
      .max(253)
      .optional()
      .describe(
        "ConfigMap in understudy-system that you make, whose key `ca.pem` has the certificate authorities of your databases. Default: Amazon RDS's own, which are in the image.",
      ),
    selector: z
      .string()
      .min(1)
      .optional()
      .describe('Label selector of the FailoverPlans that it looks after. Default: all.'),
    leaseName: z
      .string()
      .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be lower-case letters, digits and hyphens')
      .max(63)
      .optional()
      .describe('Lease by which replicas elect who leads. Each selector needs one of its own.'),
    workers: z.int().min(1).max(1000).optional().describe('Plans that are looked after at the same time. Default: 16.'),
    describeDatabases: z
      .enum(['each', 'together'])
      .default('each')
      .describe('How standbys are looked at: `--describe-databases` below. `together` needs a wider permission.'),
    logLevel: z.enum(logLevels).default('info').describe('Least level of what is logged.'),
    priorityClassName: z
      .string()
      .min(1)
      .optional()
      .describe('Priority class of the pods, so that they stay when the cluster is short.'),
    resources: resourcesSchema,
    network: networkSchema,
    monitoring: monitoringSchema,
  })
  .describe('How a cluster runs the controller. An empty file is valid: every field has a default.');

/** Settings with every default filled in. */
export type ControllerSettings = z.output<typeof controllerSettingsSchema>;
/** Settings as a person writes them. */
export type ControllerSettingsInput = z.input<typeof controllerSettingsSchema>;
