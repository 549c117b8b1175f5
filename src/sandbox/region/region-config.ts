import type { AwsDurations } from './aws-durations.ts';

/** Everything a region of the sandbox is built from. Plain JSON: it is sent to the region's process as one message. */
export interface RegionConfig {
  /** Name of the AWS region that this process plays, such as `us-east-1`. */
  readonly region: string;
  /** Twelve digits, the same in both regions of a world; part of every ARN. */
  readonly accountId: string;
  /**
   * Absolute path of a folder that holds the region's state: databases and their metadata, S3 objects, DynamoDB tables,
   * network ACL entries, group capacities. A region started again on the same folder finds all of it, as AWS would.
   * The caller removes it.
   */
  readonly directory: string;
  /** Divides every duration of {@link AwsDurations} and every interval below. @default 1 */
  readonly speed?: number;
  /** Replaces single durations, in milliseconds before `speed`; zero is allowed. @default awsDurations */
  readonly durations?: Partial<AwsDurations>;
  /** Fixed ports, for a region that comes back where it was. @default free ports */
  readonly ports?: RegionPorts;
  /** The region's database. Left out: none exists until a call creates one. */
  readonly database?: DatabaseConfig;
  /**
   * What DescribeDBInstances gives as endpoints: `<identifier>.<domain>`, all on one port, which is also the one that
   * the network ACL's entries mean. The caller makes these names lead to `DatabaseInfo.port`.
   * @default 127.0.0.1 and the listener's own port
   */
  readonly databaseEndpoints?: { readonly domain: string; readonly port: number };
  /**
   * Where replication of other regions can be reached, by region: the switchboard's link to their `replicationPort`.
   * Used by a database with a source, and by CreateDBInstanceReadReplica with an ARN of that region.
   */
  readonly replicationLinks?: Readonly<Record<string, TcpAddress>>;
  readonly autoScalingGroup?: AutoScalingGroupConfig;
  readonly loadBalancer?: LoadBalancerConfig;
  /** What the application on the group's instances uses. Left out: it runs, and has no database. */
  readonly application?: ApplicationConfig;
  /** The network ACL of the database subnets. Left out: nothing stands between application and database. */
  readonly networkAcl?: NetworkAclConfig;
  /** Names of S3 buckets. @default none */
  readonly buckets?: readonly string[];
  /** DynamoDB tables. @default none */
  readonly tables?: readonly TableConfig[];
  /** Names of SNS topics; the ARN is `arn:aws:sns:<region>:<accountId>:<name>`. @default none */
  readonly topics?: readonly string[];
  /** SSM parameters that exist from the beginning; those of an earlier run on the same folder stay. @default none */
  readonly parameters?: readonly ParameterConfig[];
  /** Lambda functions. @default none */
  readonly functions?: readonly FunctionConfig[];
  /** EventBridge schedules that start functions. @default none */
  readonly schedules?: readonly ScheduleConfig[];
  /** EventBridge rules by which alarms start functions. @default none */
  readonly rules?: readonly RuleConfig[];
}

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/** Ports of the region's listeners on 127.0.0.1; a missing one, and one that is taken, becomes a free one. */
interface RegionPorts {
  readonly api?: number;
  readonly replication?: number;
  readonly loadBalancer?: number;
}

interface DatabaseConfig {
  /** RDS identifier, such as `trading-db-prod`. */
  readonly identifier: string;
  /** A replica of this instance: its ARN. The ARN's region must be in `replicationLinks` if it is another one. */
  readonly sourceArn?: string;
  /** For a replica these are the source's own, as on RDS. */
  readonly masterUsername: string;
  readonly masterPassword: string;
  readonly databaseName: string;
  /** What DescribeDBInstances shows; PostgreSQL itself is the one that the sandbox carries. @default the real version */
  readonly engineVersion?: string;
  /** @default db.r6g.large */
  readonly instanceClass?: string;
  /** Days; a source needs more than 0. @default 7 */
  readonly backupRetentionDays?: number;
  /** @default false */
  readonly multiAz?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface AutoScalingGroupConfig {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
}

export interface LoadBalancerConfig {
  readonly name: string;
  readonly targetGroup: string;
  /** @default /healthz */
  readonly healthCheckPath?: string;
  /** Milliseconds before `speed`. @default 5000 */
  readonly healthCheckIntervalMs?: number;
  /** Milliseconds before `speed`. @default 2000 */
  readonly healthCheckTimeoutMs?: number;
  /** Successes in a row that make a target healthy. @default 2 */
  readonly healthyThreshold?: number;
  /** Failures in a row that make a target unhealthy. @default 2 */
  readonly unhealthyThreshold?: number;
}

interface ApplicationConfig {
  /**
   * Identifier of the instance of this region that the application uses; it may not exist yet. When it is deleted, the
   * application goes on with the newest one that is left: on AWS, whoever replaces a database writes the new endpoint
   * where the application reads it.
   */
  readonly databaseIdentifier: string;
  readonly username: string;
  readonly password: string;
  readonly databaseName: string;
  /** How often the active site's heartbeat row is written; milliseconds before `speed`. @default 1000 */
  readonly heartbeatIntervalMs?: number;
}

export interface NetworkAclConfig {
  /** Such as `acl-0a1b2c3d4e5f60718`. */
  readonly id: string;
  /** Value of its `Name` tag. */
  readonly name: string;
  readonly vpcId: string;
  /** The database subnets that it is associated with. */
  readonly subnetIds: readonly string[];
  /** Where the application's connections come from, as the ACL's entries see it. */
  readonly applicationCidr: string;
  /**
   * What a denied connection meets. AWS drops packets, so clients see silence; `Reset` ends connections at once, which
   * keeps a demonstration short. @default Reset
   */
  readonly denied?: 'Reset' | 'Drop';
}

export interface TableConfig {
  readonly name: string;
  /** Name of the partition key, a string. */
  readonly partitionKey: string;
  /** Name and type of the sort key. */
  readonly sortKey?: { readonly name: string; readonly type: 'S' | 'N' };
}

export interface ParameterConfig {
  /** With its leading slash, such as `/trading/dev/plan`. */
  readonly name: string;
  readonly type: 'String' | 'SecureString';
  readonly value: string;
}

export interface FunctionConfig {
  readonly name: string;
  /** Absolute path of a zip with index.mjs, as `npm run build:lambda` leaves it, or of a folder with one. */
  readonly code: string;
  /**
   * How long an invocation may take. Not divided by `speed`: what a call on this machine takes does not shrink with the
   * clock of the world.
   */
  readonly timeoutMs: number;
  /** @default 128 */
  readonly memoryMiB?: number;
  /**
   * Variables over those that Lambda sets. `AWS_ENDPOINT_URL` is the place's way to all regions. @default the region's
   * own endpoint alone
   */
  readonly environment?: Readonly<Record<string, string>>;
  /** How many run at once; further ones are throttled. @default any number */
  readonly reservedConcurrency?: number;
  /** Of an event whose invocation failed. @default 2 */
  readonly retries?: number;
  /** Name of the SQS queue that keeps the events that it could not handle. @default they are lost */
  readonly deadLetterQueue?: string;
  /** Seconds before `speed` after which an event that waits is dropped. @default 21600 */
  readonly maximumEventAgeSeconds?: number;
}

/** A rule of EventBridge that starts a function. */
export interface RuleConfig {
  readonly name: string;
  /** JSON text. */
  readonly pattern: string;
  readonly functionName: string;
}

export interface ScheduleConfig {
  readonly name: string;
  readonly functionName: string;
  /** Seconds before `speed`. */
  readonly everySeconds: number;
  /** From the region's start to the first start, seconds before `speed`. @default everySeconds */
  readonly firstAfterSeconds?: number;
  /** JSON text. @default the event that EventBridge Scheduler gives */
  readonly input?: string;
}

/** Where a running region can be reached. Every address is on 127.0.0.1. */
export interface RegionInfo {
  readonly region: string;
  /** Of the region's process. */
  readonly pid: number;
  /** Endpoint of every AWS service of the region, as `AWS_ENDPOINT_URL` takes it. */
  readonly endpoint: string;
  readonly apiPort: number;
  /** PostgreSQL replication of every database of the region, untouched by the network ACL. */
  readonly replicationPort: number;
  /** The load balancer's HTTP listener; absent without one. */
  readonly loadBalancerPort?: number;
  readonly databases: readonly DatabaseInfo[];
  /** Identifier of the instance that the application uses now; absent without an application. */
  readonly applicationDatabase?: string;
}

export interface DatabaseInfo {
  readonly identifier: string;
  readonly arn: string;
  /** RDS status, such as `available`. */
  readonly status: string;
  /** Listener behind the network ACL: what the endpoint leads to. */
  readonly port: number;
  /** The same database as seen from the Lambda subnets, which the ACL's application entries do not cover. */
  readonly directPort: number;
}
