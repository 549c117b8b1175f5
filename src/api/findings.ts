import type { Finding } from './failover-plan-status.ts';
import type { Site } from './site.ts';

/**
 * Every readiness finding, by its stable code: what would make a failover slower, lossier or impossible, found before it
 * is needed. Codes never change their meaning; docs/reference/findings.md is generated from this table.
 *
 * Error: a failover, or the protection after it, would fail or lose data. Warning: it would take longer or carry less.
 * Info: worth knowing.
 */
export interface FindingEntry {
  readonly severity: Finding['severity'];
  /** What is wrong, in one line without a full stop. */
  readonly title: string;
  /** Shape of the message; `{name}` stands for a value that was found. */
  readonly message: string;
  /** What a failover would meet. */
  readonly why: string;
  /** Shape of the remedy. */
  readonly remedy: string;
  /** Actions of IAM that whoever looks needs; empty where the plan and the journal tell. */
  readonly asks: readonly string[];
}

const describeDatabases = ['rds:DescribeDBInstances'];
const readRecords = ['route53:ListHostedZonesByName', 'route53:ListResourceRecordSets'];
const readChecks = [...readRecords, 'route53:GetHealthCheck'];
const readBucket = ['s3:GetBucketPolicy', 's3:GetEncryptionConfiguration', 's3:ListBucket'];
const describeGroups = ['autoscaling:DescribeAutoScalingGroups'];

export const findingTable = {
  CannotTell: {
    severity: 'Warning',
    title: 'Something could not be looked at',
    message: 'cannot tell {what}: {reason}',
    why: 'What nobody can see may be wrong. A region that is dark, a missing permission or throttling hides it.',
    remedy:
      'Mend what the reason names. If it is a permission, docs/reference/findings.md lists what each finding asks.',
    asks: [],
  },

  // The database that a failover would promote.
  DatabaseMissing: {
    severity: 'Error',
    title: 'A site has no database',
    message: 'there is no database {identifier} in {region}',
    why: 'There is nothing to promote, or nothing to replicate from.',
    remedy:
      'Correct spec.sites.{site}.database.identifier of the plan; if the database is gone, make a replica with a Failover of action Reprotect.',
    asks: describeDatabases,
  },
  StandbyNotAvailable: {
    severity: 'Error',
    title: 'The standby database is not available',
    message: '{identifier} in {region} is {status}',
    why: 'RDS promotes a replica only while it is available, so a failover would wait.',
    remedy:
      'See why: aws rds describe-events --region {region} --source-type db-instance --source-identifier {identifier}',
    asks: describeDatabases,
  },
  StandbyBackingUp: {
    severity: 'Warning',
    title: 'The standby database is being backed up',
    message: '{identifier} in {region} is backing up',
    why: 'RDS refuses to promote a replica meanwhile, so a failover would wait for the end of the backup.',
    remedy: 'Nothing, if it ends soon. Move its backup window to quiet hours: --preferred-backup-window.',
    asks: describeDatabases,
  },
  StandbyNotReplica: {
    severity: 'Error',
    title: 'The standby database is not a replica',
    message: '{identifier} in {region} replicates from nothing',
    why: 'There is nothing to promote: what the active site writes does not arrive here.',
    remedy: 'Rebuild it: create a Failover of action Reprotect for this plan.',
    asks: describeDatabases,
  },
  StandbyFollowsAnother: {
    severity: 'Error',
    title: 'The standby database replicates from another database',
    message: '{identifier} in {region} is a replica of {source}, not of {active}',
    why: 'A failover would promote the data of another database.',
    remedy:
      'Correct the identifiers in spec.sites of the plan, or rebuild the replica with a Failover of action Reprotect.',
    asks: describeDatabases,
  },
  EncryptionKeyUnusable: {
    severity: 'Error',
    title: 'The KMS key of a database cannot be used',
    message: '{identifier} in {region} is {status}: its key {key} is disabled, deleted or forbidden',
    why: 'RDS stops a database whose key it cannot use, and after 7 days only a backup brings it back.',
    remedy:
      'Enable the key (aws kms enable-key --region {region} --key-id {key}) or cancel its deletion, then start the instance: aws rds start-db-instance --region {region} --db-instance-identifier {identifier}',
    asks: describeDatabases,
  },
  HeadlessAurora: {
    severity: 'Error',
    title: 'The Aurora cluster has no instance',
    message: 'cluster {identifier} in {region} has storage and no instance',
    why: 'It would be promoted and nobody could connect until an instance is created, which takes minutes.',
    remedy:
      'Add one: aws rds create-db-instance --region {region} --db-cluster-identifier {identifier} --db-instance-identifier … --db-instance-class … --engine …',
    asks: ['rds:DescribeDBClusters', 'rds:DescribeGlobalClusters'],
  },
  SourceBackupsOff: {
    severity: 'Error',
    title: 'The active database keeps no backups',
    message: '{identifier} in {region} keeps backups for 0 days',
    why: 'RDS makes no replica of a database without backups, so drills and reprotection would fail; nor can it be restored to a point in time.',
    remedy:
      'aws rds modify-db-instance --region {region} --db-instance-identifier {identifier} --backup-retention-period 7 --apply-immediately',
    asks: describeDatabases,
  },
  StandbyBackupsOff: {
    severity: 'Warning',
    title: 'The standby database keeps no backups',
    message: '{identifier} in {region} keeps backups for 0 days',
    why: 'Once promoted it has no backup, and no replica can be made of it until a first one has been taken.',
    remedy:
      'aws rds modify-db-instance --region {region} --db-instance-identifier {identifier} --backup-retention-period 7 --apply-immediately',
    asks: describeDatabases,
  },
  BackupWindowsOverlap: {
    severity: 'Warning',
    title: 'Both databases are backed up at the same time of day',
    message: 'backup windows {activeWindow} of {active} and {standbyWindow} of {standby} overlap (UTC)',
    why: 'While a replica is being backed up RDS refuses to promote it; the same hour slows the active database.',
    remedy:
      'Give the standby another window: aws rds modify-db-instance --region {region} --db-instance-identifier {standby} --preferred-backup-window hh:mm-hh:mm',
    asks: describeDatabases,
  },
  BackupWindowAhead: {
    severity: 'Info',
    title: "The standby database's backup window is open or opens soon",
    message: 'backup window {window} (UTC) of {identifier} {opens}',
    why: 'During the backup RDS refuses to promote the replica.',
    remedy: 'Begin no switchover now; wait until the window has passed.',
    asks: describeDatabases,
  },
  StandbyClassSmaller: {
    severity: 'Warning',
    title: 'The standby database is of a smaller class',
    message: '{standby} is {standbyClass}, smaller than the {activeClass} of {active}',
    why: 'It would have to carry the whole load after a failover, and may fall behind before.',
    remedy:
      'aws rds modify-db-instance --region {region} --db-instance-identifier {standby} --db-instance-class {activeClass}',
    asks: describeDatabases,
  },
  StandbyClassDifferent: {
    severity: 'Info',
    title: 'The databases are of different classes',
    message: '{standby} is {standbyClass}, {active} is {activeClass}',
    why: 'It may do worse under the same load.',
    remedy:
      'If that is not meant: aws rds modify-db-instance --region {region} --db-instance-identifier {standby} --db-instance-class {activeClass}',
    asks: describeDatabases,
  },
  StorageSmaller: {
    severity: 'Warning',
    title: 'The standby database has less storage',
    message: '{standby} has {standbyGiB} GiB, {active} has {activeGiB} GiB',
    why: 'Replication stops when the storage of the replica is full, and whatever is written then is lost in a failover.',
    remedy:
      'aws rds modify-db-instance --region {region} --db-instance-identifier {standby} --allocated-storage {activeGiB} --apply-immediately',
    asks: describeDatabases,
  },
  StorageDifferent: {
    severity: 'Warning',
    title: 'The databases have storage of different kinds',
    message: '{standby} has {standbyStorage}, {active} has {activeStorage}',
    why: 'After a failover it may serve fewer requests than the load needs.',
    remedy:
      'Give it the same type, IOPS and throughput: aws rds modify-db-instance --region {region} --db-instance-identifier {standby} --storage-type …',
    asks: describeDatabases,
  },
  EngineVersionsDiffer: {
    severity: 'Warning',
    title: 'The databases run different versions of the engine',
    message: '{standby} runs {standbyVersion}, {active} runs {activeVersion}',
    why: 'An application that was tested with one of them would meet the other after a failover.',
    remedy:
      'Upgrade the older one, the replica first: aws rds modify-db-instance --engine-version … --apply-immediately',
    asks: describeDatabases,
  },
  ParametersDiffer: {
    severity: 'Warning',
    title: 'The databases are set differently',
    message: 'parameter groups {standbyGroup} (standby) and {activeGroup} (active) differ in {parameters}',
    why: 'After a failover the database would behave differently: fewer connections, say, or other time-outs.',
    remedy:
      'Set the same in both: aws rds modify-db-parameter-group --region {region} --db-parameter-group-name {standbyGroup} --parameters …',
    asks: ['rds:DescribeDBInstances', 'rds:DescribeDBParameters'],
  },
  ParametersPending: {
    severity: 'Warning',
    title: 'Settings of a database wait for a restart',
    message: 'parameter group {group} of {identifier} in {region} is {status}',
    why: 'Promotion restarts the database, so it would come up with settings that nobody has seen at work.',
    remedy: 'aws rds reboot-db-instance --region {region} --db-instance-identifier {identifier}',
    asks: describeDatabases,
  },
  StandbySingleZone: {
    severity: 'Warning',
    title: 'The standby database is in one zone only',
    message: '{identifier} in {region} is not Multi-AZ',
    why: 'A zone that fails there leaves nothing to promote; after a failover it takes the application down.',
    remedy:
      'aws rds modify-db-instance --region {region} --db-instance-identifier {identifier} --multi-az --apply-immediately',
    asks: describeDatabases,
  },

  // Replication and time.
  LagOverBudget: {
    severity: 'Error',
    title: 'Replication lags by more than may be lost',
    message: 'replication lags by {lag}, policy.maxDataLoss is {budget}',
    why: 'A failover now would wait for a person to accept the loss.',
    remedy:
      "See the replica's CPU, IOPS and long queries, and what the active writes; raise policy.maxDataLoss only if so much may be lost.",
    asks: ['cloudwatch:GetMetricData'],
  },
  LagUnknown: {
    severity: 'Warning',
    title: 'The replication lag is not known',
    message: 'nobody has measured the replication lag of {identifier} in {region}: {reason}',
    why: 'A loss that is not known counts as too large: a failover would wait for a person.',
    remedy: 'See that the prober of both sites runs, and that CloudWatch shows ReplicaLag for the replica.',
    asks: ['cloudwatch:GetMetricData'],
  },
  HeartbeatStale: {
    severity: 'Warning',
    title: 'The heartbeat row stands still',
    message: 'the heartbeat has not arrived in {region} for {age}',
    why: 'What a failover would lose can then be told by CloudWatch alone, a minute or two late.',
    remedy: 'See the log of the prober function of the active site: it updates the row each few seconds.',
    asks: [],
  },
  RtoOverObjective: {
    severity: 'Warning',
    title: 'A failover would take longer than the objective',
    message: '{parts} = {total}, more than objectives.rto of {objective}; promotion time {source}',
    why: 'The objective would be missed even if everything goes well.',
    remedy:
      'Lower detection.interval or detection.failureThreshold, shorten the TTL, or raise objectives.rto. A drill measures the promotion.',
    asks: [],
  },

  // Capacity.
  GroupMissing: {
    severity: 'Error',
    title: 'The Auto Scaling group of a site does not exist',
    message: 'there is no Auto Scaling group {group} in {region}',
    why: 'No instance of the application would be started.',
    remedy: 'Correct spec.sites.{site}.autoScalingGroup of the plan, or create the group.',
    asks: describeGroups,
  },
  CapacityCapped: {
    severity: 'Error',
    title: 'The standby may not grow to the capacity of an active site',
    message: '{group} in {region} has a maximum of {max}, an active site needs {needed}',
    why: 'Auto Scaling refuses a desired capacity above the maximum.',
    remedy:
      'aws autoscaling update-auto-scaling-group --region {region} --auto-scaling-group-name {group} --max-size {needed}',
    asks: describeGroups,
  },
  CapacityShort: {
    severity: 'Warning',
    title: 'A site has fewer instances than its role needs',
    message: '{inService} instances of {group} in {region} are in service, {needed} are needed as {role}',
    why: 'A failover would wait for instances that should be there already.',
    remedy: 'See why: aws autoscaling describe-scaling-activities --region {region} --auto-scaling-group-name {group}',
    asks: describeGroups,
  },
  ScalingSuspended: {
    severity: 'Error',
    title: 'The Auto Scaling group of the standby starts nothing',
    message: '{group} in {region} has suspended {processes}',
    why: 'It would accept the capacity of an active site and launch no instance, or register none with the load balancer.',
    remedy: 'aws autoscaling resume-processes --region {region} --auto-scaling-group-name {group}',
    asks: describeGroups,
  },
  TargetsUnhealthy: {
    severity: 'Warning',
    title: 'The load balancer finds targets of a site unhealthy',
    message: '{healthy} of {registered} targets of {group} in {region} are healthy, {needed} are needed',
    why: 'A failover would wait until enough targets can serve.',
    remedy: 'aws elbv2 describe-target-health --region {region} --target-group-arn … names the reason of each.',
    asks: ['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetHealth'],
  },

  // Traffic.
  RecordMissing: {
    severity: 'Error',
    title: 'A site has no record under the name that clients use',
    message: '{name} has no record for {region}',
    why: 'A failover could move no client there.',
    remedy:
      'Create a record of {name} with the set identifier {region}. If RegionalStack makes it, kubectl describe its stack: a record waits for its health check to settle.',
    asks: readRecords,
  },
  RecordWithoutCheck: {
    severity: 'Error',
    title: 'A record follows no health check',
    message: 'record {setIdentifier} of {name} has no health check',
    why: 'Route 53 takes it for healthy always: clients would be sent there whatever happens, or never moved away.',
    remedy: "Attach the site's traffic health check to the record.",
    asks: readRecords,
  },
  TargetHealthEvaluated: {
    severity: 'Error',
    title: 'An alias evaluates the health of its target',
    message: 'alias {setIdentifier} of {name} has EvaluateTargetHealth on',
    why: 'Traffic would move with the health of a load balancer, and not with the database that can be written to.',
    remedy: 'Set EvaluateTargetHealth to false on that record; the health check alone decides.',
    asks: readRecords,
  },
  TtlTooLong: {
    severity: 'Warning',
    title: 'Clients may keep an old address for too long',
    message: '{name} has a TTL of {found} s, {allowed} s is the most',
    why: 'For so long after a failover, clients go on to the site that failed.',
    remedy: 'Set the TTL of {name} to {allowed} s, on the records of both sites.',
    asks: readRecords,
  },
  HealthCheckMissing: {
    severity: 'Error',
    title: 'A health check that traffic depends on does not exist',
    message: 'health check {check}, which {name} in {region} depends on, does not exist',
    why: 'Route 53 takes a check that is gone for healthy, so traffic would not move as it should.',
    remedy: 'Make it again, under the record or calculated check that names it.',
    asks: readChecks,
  },
  HealthCheckDisabled: {
    severity: 'Error',
    title: 'A health check that traffic depends on is disabled',
    message: 'health check {check} of {region} is disabled',
    why: 'A disabled check counts as healthy (or unhealthy if it is inverted) whatever is true.',
    remedy: 'aws route53 update-health-check --health-check-id {check} --no-disabled',
    asks: readChecks,
  },
  HealthCheckSlow: {
    severity: 'Warning',
    title: 'A health check sees the switch late',
    message: 'health check {check} of {region} needs {threshold} results, one each {interval} s',
    why: 'Traffic moves only once enough results in a row have said so.',
    remedy:
      'Takeover markers: a request interval of 10 s and a failure threshold of 1. Others: 10 s and 3. The interval of a check cannot be changed: make a new one and attach it.',
    asks: readChecks,
  },
  HealthCheckUnexpected: {
    severity: 'Error',
    title: 'A health check says the opposite of what the journal says',
    message: 'the health check of the {role} site ({check}, {region}) is {state}',
    why: 'Clients are being sent to the wrong site, or would not be moved.',
    remedy:
      'See what its children look at: the active site needs its open marker, the standby must have no takeover marker of the current term. aws route53 get-health-check-status --health-check-id …',
    asks: [...readChecks, 'cloudwatch:GetMetricData'],
  },
  MarkerUnreadable: {
    severity: 'Error',
    title: "Route 53's checkers may not read the switch of a site",
    message: 's3://{bucket} in {region}: {problem}',
    why: 'The takeover marker would be written and nobody would see it: traffic would not move.',
    remedy:
      'The bucket policy must allow s3:GetObject on open/* and takeover/* to the ranges of the health checkers, and the bucket must encrypt with SSE-S3 (AES256): what KMS encrypts cannot be read anonymously.',
    asks: readBucket,
  },
  CheckersBlind: {
    severity: 'Warning',
    title: "Some of Route 53's checkers may not read the switch of a site",
    message: "s3://{bucket} in {region} keeps out the health checkers' ranges {ranges}",
    why: 'Fewer checkers decide: with too few of them traffic does not move.',
    remedy: 'Add the ranges to the bucket policy; `aws route53 get-checker-ip-ranges` lists all of them.',
    asks: [...readBucket, 'route53:GetCheckerIpRanges'],
  },
  CheckerRangesOld: {
    severity: 'Info',
    title: "The list of the health checkers' ranges is old, and could not be compared",
    message: 'the ranges in this version of Understudy are of {writtenOn}, {months} months ago',
    why: 'AWS may have added checkers that the switch would keep out.',
    remedy:
      'Allow route53:GetCheckerIpRanges, so that the list is compared with the current one, or use a newer version of Understudy.',
    asks: ['route53:GetCheckerIpRanges'],
  },
  NoWitness: {
    severity: 'Warning',
    title: 'The switch has no witness',
    message: 'the plan names no witness bucket in a third region',
    why: 'If S3 fails in the standby region after a takeover, its marker cannot be seen and traffic is lost.',
    remedy: 'Set spec.witness of the application to auto, or spec.witness of the plan.',
    asks: [],
  },
  WithoutTls: {
    severity: 'Warning',
    title: 'A site is reached without TLS',
    message: 'the endpoint of {site} is {url}',
    why: 'Anybody on the way can read and change what clients send, and can forge the health of the site.',
    remedy: 'Set spec.certificate of the application to Managed (with an existing zone), or to the ARNs of your own.',
    asks: [],
  },

  // Who acts, and what they need.
  PlanDiffers: {
    severity: 'Error',
    title: 'The functions of a region hold another plan',
    message: 'the plan in {parameter} of {region} has hash {held}, this actor works by {own}',
    why: 'Two actors that share an operation would act by different rules, identifiers or budgets, and a witness look at other sites.',
    remedy:
      'Apply the manifests of one synth everywhere: kubectl apply -f dist/. A plan that was edited in the cluster must be edited in the file.',
    asks: ['ssm:GetParameter'],
  },
  PermissionMissing: {
    severity: 'Error',
    title: 'This actor lacks a permission that a failover needs',
    message: '{actor} may not {action} in {region}: {reason}',
    why: 'The step that needs it would be refused in the middle of a failover. Tried are EC2 (by dry run) and the journal (by a write whose condition never holds). Nobody can try rds:PromoteReadReplica, autoscaling:SetDesiredCapacity, s3:PutObject, s3:DeleteObject and sns:Publish without doing them.',
    remedy: 'Grant it: docs/reference/iam.md, or understudy iam-policy, has the whole policy.',
    asks: ['ec2:DescribeNetworkAcls', 'ec2:CreateNetworkAclEntry', 'ec2:DeleteNetworkAclEntry', 'dynamodb:PutItem'],
  },
  JournalMissing: {
    severity: 'Error',
    title: "The journal's table does not exist",
    message: 'there is no table {table} in {region}',
    why: 'Without a journal nobody may act, or after a failover protection could not be rebuilt.',
    remedy:
      'Create it with the keys plan and item, both strings, or correct spec.sites.{site}.journalTable of the plan.',
    asks: ['dynamodb:DescribeContinuousBackups'],
  },
  JournalNotRecoverable: {
    severity: 'Warning',
    title: "The journal's table cannot be restored to a point in time",
    message: 'table {table} in {region} has no point-in-time recovery',
    why: 'It is what a rebuilt cluster asks for the roles; deleted by mistake, it is gone.',
    remedy:
      'aws dynamodb update-continuous-backups --region {region} --table-name {table} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true',
    asks: ['dynamodb:DescribeContinuousBackups'],
  },
  AlarmsWithoutData: {
    severity: 'Warning',
    title: 'Alarms have no data',
    message: 'in {region} {count} alarms have been INSUFFICIENT_DATA for more than {minutes} minutes: {alarms}',
    why: 'They would not ring, and would not wake the failover function.',
    remedy: "See that each alarm's metric is still published under its dimensions; delete alarms of what is gone.",
    asks: ['cloudwatch:DescribeAlarms'],
  },
} as const satisfies Record<string, FindingEntry>;

export type FindingCode = keyof typeof findingTable;

type Names<Shape extends string> = Shape extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** The values that the message and the remedy of a code have room for. */
export type FindingValues<Code extends FindingCode> = Readonly<
  Record<Names<(typeof findingTable)[Code]['message']> | Names<(typeof findingTable)[Code]['remedy']>, string | number>
>;

/**
 * A finding of the table, with the values found in it.
 *
 * @param site the one that it concerns, if it concerns only one.
 * @example
 * findingOf('StandbySingleZone', { identifier: 'trading-db-dev-a1', region: 'us-west-2' }, 'secondary');
 */
export function findingOf<Code extends FindingCode>(code: Code, values: FindingValues<Code>, site?: Site): Finding {
  const { severity, message, remedy }: FindingEntry = findingTable[code];
  return {
    code,
    severity,
    message: filled(message, values),
    remedy: filled(remedy, values),
    ...(site === undefined ? {} : { site }),
  };
}

function filled(shape: string, values: Readonly<Record<string, string | number>>): string {
  return shape.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => `${values[name]}`);
}
