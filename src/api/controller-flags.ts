/**
 * The controller's command line, in one table: the process parses by it, the Deployment passes what differs from the
 * defaults, and docs/reference/controller.md lists it. `--help` and `--version` come on top.
 */
export interface FlagEntry {
  readonly type: 'string' | 'number';
  readonly description: string;
  /** Without one, what {@link FlagEntry.env} holds, or what the description says. */
  readonly default?: string | number;
  /** Environment variable that stands in for the flag. The flag wins. */
  readonly env?: string;
  readonly choices?: readonly string[];
}

/** Where the process listens inside its pod. */
export const metricsPort = 8080;
export const healthPort = 8081;

export const logLevels = ['error', 'warn', 'info', 'debug'] as const;

/** Name of the Lease of a controller that has no `--selector`. */
export const defaultLeaseName = 'understudy-controller';

export const controllerFlags = {
  kubeconfig: {
    type: 'string',
    description: 'Kubeconfig file, for running outside a cluster. Default: the ServiceAccount of the pod.',
    env: 'KUBECONFIG',
  },
  selector: {
    type: 'string',
    description:
      'Label selector of the FailoverPlans to look after, such as `shard=a`. Default: all. Each such controller needs a lease of its own.',
  },
  'lease-name': { type: 'string', description: 'Lease by which replicas elect who leads.', default: defaultLeaseName },
  'lease-namespace': { type: 'string', description: 'Namespace of the lease.', env: 'POD_NAMESPACE' },
  identity: {
    type: 'string',
    description: 'Name of this replica in the lease, in journals and in `status.actor`. Default: the host name.',
    env: 'POD_NAME',
  },
  workers: { type: 'number', description: 'Plans that are looked after at the same time.', default: 16 },
  'describe-databases': {
    type: 'string',
    description:
      'How the standbys of plans that are well are looked at. `each`: by a call of their own. `together`: a hundred in one call, which RDS allows only to a role that may `rds:DescribeDBInstances` on `db:*` of the account; for hundreds of plans and more.',
    default: 'each',
    choices: ['each', 'together'],
  },
  'metrics-port': { type: 'number', description: 'Port of /metrics.', default: metricsPort },
  'health-port': { type: 'number', description: 'Port of /healthz and /readyz.', default: healthPort },
  'log-level': {
    type: 'string',
    description: 'Least level of what is logged, as JSON lines on standard output.',
    default: 'info',
    choices: logLevels,
  },
  'shutdown-seconds': {
    type: 'number',
    description: 'Time to finish or hand over the step in hand after SIGTERM, in seconds.',
    default: 30,
  },
} as const satisfies Readonly<Record<string, FlagEntry>>;

export type ControllerFlag = keyof typeof controllerFlags;

/** Environment variables that no flag stands for: the AWS SDK's own, and ours. */
export const controllerEnvironment = {
  AWS_REGION:
    'Region of the operations cluster. Where the SDK knows no region it asks STS in us-east-1, which may be the region that is down (aws-sdk-js-v3 issue 7452).',
  AWS_ROLE_ARN: 'With IRSA: the role. EKS sets it, from the annotation of the ServiceAccount.',
  AWS_WEB_IDENTITY_TOKEN_FILE: 'With IRSA: the token. EKS sets it.',
  AWS_CONTAINER_CREDENTIALS_FULL_URI: 'With Pod Identity: where credentials are. EKS sets it.',
  AWS_SHARED_CREDENTIALS_FILE: 'With a Secret: the mounted credentials file.',
  AWS_ENDPOINT_URL: 'One endpoint for all AWS services, for the sandbox.',
  UNDERSTUDY_DATABASE_CA:
    "File of the certificate authorities that databases are checked against. `none` is a database without TLS. Default: Amazon RDS's own, which are in the image.",
  UNDERSTUDY_DNS_SERVER: "`address:port` of a DNS server. Default: the system's.",
  UNDERSTUDY_TIMING: "Replaces some of the engine's intervals, as JSON, for the sandbox.",
} as const satisfies Readonly<Record<string, string>>;
