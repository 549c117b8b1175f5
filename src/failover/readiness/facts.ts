import type { Site } from '../../api/site.ts';
import type { Fact } from './fact.ts';

/**
 * What readiness findings are made of. Inside a known fact, `null` stands for what AWS left out, and no finding comes of
 * it.
 */
export interface ReadinessFacts {
  /** The site that is active, by the journal. */
  readonly active: Site;
  /** Who looked: the permissions found are this actor's. */
  readonly actor: string;
  /** Hash of the plan that this actor works by. */
  readonly planHash: string;
  readonly sites: Readonly<Record<Site, SiteFacts>>;
  /** Replication towards the standby; `null` where nobody has measured it. */
  readonly lag: Fact<LagFacts | null>;
  /** The heartbeat row as the standby's prober reads it; `null` where no prober keeps one. */
  readonly heartbeat: Fact<HeartbeatFacts | null>;
  /** Not looked at unless the plan names a witness. `null`: there is no such bucket. */
  readonly witnessBucket: Fact<SwitchBucketFacts | null>;
  /** The plan that the witness's function reads at its start; `null` where there is none. */
  readonly witnessPlan: Fact<HeldPlanFacts | null>;
  /** Not looked at unless the plan names what clients use. */
  readonly dns: Fact<DnsFacts>;
  /** The ranges that Route 53's health checkers come from now. */
  readonly checkerRanges: Fact<readonly string[]>;
  /** The latest promotion that was timed, in an operation or a drill; `null` if there was none. */
  readonly promotion: Fact<MeasuredPromotion | null>;
}

export interface SiteFacts {
  /** `null`: there is no database of that identifier. */
  readonly database: Fact<DatabaseFacts | null>;
  /** Not looked at unless the plan names a group. `null`: there is no such group. */
  readonly group: Fact<GroupFacts | null>;
  /** Not looked at unless the plan names a target group. */
  readonly targets: Fact<TargetFacts>;
  /** `null`: there is no such bucket. */
  readonly switchBucket: Fact<SwitchBucketFacts | null>;
  /** `null`: there is no such table. */
  readonly journalTable: Fact<JournalTableFacts | null>;
  /** Alarms that tell the site's topic. Not looked at unless the plan names one. */
  readonly alarms: Fact<readonly AlarmFacts[]>;
  /** The plan that the functions of the site read at their start; `null` where they have none. */
  readonly heldPlan: Fact<HeldPlanFacts | null>;
  /** What can be tried of what a failover needs; what is allowed included. */
  readonly permissions: readonly PermissionFacts[];
}

export type DatabaseFacts = InstanceFacts | ClusterFacts;

export interface InstanceFacts {
  readonly kind: 'Instance';
  readonly identifier: string;
  /** RDS's word, such as `available`. */
  readonly status: string;
  /** Identifier, or ARN in another region, of what it replicates from; `null` for a writer. */
  readonly source: string | null;
  readonly instanceClass: string | null;
  readonly engineVersion: string | null;
  readonly isMultiAz: boolean | null;
  readonly storage: StorageFacts | null;
  readonly backupRetentionDays: number | null;
  /** `hh:mm-hh:mm`, UTC. */
  readonly backupWindow: string | null;
  readonly kmsKey: string | null;
  readonly parameterGroup: ParameterGroupFacts | null;
}

export interface StorageFacts {
  readonly sizeGiB: number;
  /** Such as `gp3`. */
  readonly type: string | null;
  readonly iops: number | null;
  readonly throughputMiBps: number | null;
}

export interface ParameterGroupFacts {
  readonly name: string;
  /** Such as `in-sync` or `pending-reboot`. */
  readonly status: string | null;
  /** Parameters that somebody set, by name. */
  readonly set: Fact<Readonly<Record<string, string>>>;
}

/** A member of an Aurora global database. */
export interface ClusterFacts {
  readonly kind: 'Cluster';
  readonly identifier: string;
  readonly status: string;
  /** Identifier or ARN of what it replicates from; `null` for the writing member. */
  readonly source: string | null;
  readonly instances: number;
  readonly backupRetentionDays: number | null;
  readonly engineVersion: string | null;
  readonly kmsKey: string | null;
}

export interface LagFacts {
  readonly lagSeconds: number;
  /** How old the measurement is. */
  readonly ageMs: number;
}

export interface HeartbeatFacts {
  /** For how long the row has read the same, by the reader's own clock; `Infinity` if it never saw it change. */
  readonly unchangedMs: number;
}

export interface GroupFacts {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly inService: number;
  /** Such as `Launch`. */
  readonly suspendedProcesses: readonly string[];
}

export interface TargetFacts {
  readonly registered: number;
  readonly healthy: number;
}

export interface SwitchBucketFacts {
  /** What a GET without a signature, from here, came to. */
  readonly anonymousGet: Fact<'allowed' | 'denied'>;
  /** Ranges that the bucket policy lets read both kinds of objects; `0.0.0.0/0` where it does not limit them. */
  readonly readableFrom: Fact<readonly string[]>;
  /** Default encryption, such as `AES256` or `aws:kms`. */
  readonly encryption: Fact<string | null>;
}

export interface JournalTableFacts {
  readonly isRecoverable: boolean;
}

export interface AlarmFacts {
  readonly name: string;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly state: string;
  /** Since when, by AWS's clock; `null` where it does not say. */
  readonly sinceMs: number | null;
}

export interface HeldPlanFacts {
  /** SSM parameter that it was read from. */
  readonly parameter: string;
  /** `null`: what stands there is no plan. */
  readonly hash: string | null;
}

export interface PermissionFacts {
  /** Action of IAM. */
  readonly action: string;
  /** Why AWS refused it; `null` where it is allowed. */
  readonly refusal: Fact<string | null>;
}

export interface DnsFacts {
  /** Records of the application's name and of the database's. */
  readonly records: readonly RecordFacts[];
  /** Health checks that the records depend on, children included, by id; `null`: there is none of that id. */
  readonly checks: Readonly<Record<string, Fact<HealthCheckFacts | null>>>;
  /** What Route 53 makes of the checks that records follow, by id. */
  readonly states: Fact<Readonly<Record<string, 'healthy' | 'unhealthy'>>>;
}

export interface RecordFacts {
  /** Without the dot at its end. */
  readonly name: string;
  readonly setIdentifier: string | null;
  readonly failover: 'PRIMARY' | 'SECONDARY' | null;
  /** `null` for an alias, whose TTL is its target's. */
  readonly ttlSeconds: number | null;
  /** `null` for a record that is no alias. */
  readonly evaluatesTarget: boolean | null;
  readonly healthCheckId: string | null;
}

export interface HealthCheckFacts {
  /** As Route 53 names it, such as `CALCULATED` or `HTTPS_STR_MATCH`. */
  readonly type: string;
  readonly isDisabled: boolean;
  /** `null` for a calculated check. */
  readonly intervalSeconds: number | null;
  readonly failureThreshold: number | null;
  readonly path: string | null;
  readonly children: readonly string[];
}

export interface MeasuredPromotion {
  /** Operation that measured it, such as `trading#7`. */
  readonly operation: string;
  /** Such as `Drill`. */
  readonly action: string;
  /** From the intent to a database that takes writes. */
  readonly promotionMs: number;
}
