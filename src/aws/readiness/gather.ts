import { otherSite, type Site } from '../../api/site.ts';
import type { Clock } from '../../failover/clock.ts';
import type { Plan } from '../../failover/plan.ts';
import { type Fact, known, unknown } from '../../failover/readiness/fact.ts';
import type {
  DnsFacts,
  HeartbeatFacts,
  LagFacts,
  MeasuredPromotion,
  PermissionFacts,
  ReadinessFacts,
  SiteFacts,
} from '../../failover/readiness/facts.ts';
import type { AwsClients } from '../clients.ts';
import { readFence } from '../network-acl.ts';
import { latestReplicaLag } from '../replication-lag.ts';
import { targetHealth } from '../target-group.ts';
import { alarmsWithoutData } from './alarms.ts';
import { checkStates, healthMetricsRegion } from './check-states.ts';
import { currentCheckerRanges } from './checker-ranges.ts';
import { databaseFacts } from './database.ts';
import { recordsAndChecks } from './dns.ts';
import { groupFacts } from './group.ts';
import { heldPlanFacts } from './held-plan.ts';
import { journalTableFacts } from './journal-table.ts';
import { lookAt } from './look-at.ts';
import { fencingTrials, journalTrials, refusalOf, type Trial } from './permissions.ts';
import { switchBucketFacts } from './switch-bucket.ts';

export interface ReadinessLooks {
  /** With the database identifiers that are in use. */
  readonly plan: Plan;
  /** `planHash` of the plan as filed. */
  readonly planHash: string;
  /** By the journal. */
  readonly active: Site;
  /** Whose permissions are tried. */
  readonly actor: string;
  /** `false` for whoever only looks: what it may not do hinders no failover. @default true */
  readonly acts?: boolean;
  readonly clients: AwsClients;
  readonly clock: Clock;
  /** The longest that one call may take, milliseconds. */
  readonly callMs: number;
  /** SSM parameter in which the functions of every region find the plan; left out where there are no functions. */
  readonly planParameter?: string;
  /** As a vantage last measured it. @default CloudWatch's */
  readonly lag?: Fact<LagFacts | null>;
  readonly heartbeat: Fact<HeartbeatFacts | null>;
  readonly promotion: Fact<MeasuredPromotion | null>;
  /** Between two calls to Route 53, milliseconds. @default 250, which leaves most of the account's five a second */
  readonly pauseMs?: number;
}

/** All of Route 53's calls, one after the other. */
const dnsMs = 30_000;

const notAsked = unknown('nobody asked');

/**
 * Looks at all that readiness findings are made of. Never throws: each look is bounded in time, and what fails is a fact
 * that cannot be told. Both regions and Route 53 are asked at once, so a dark region costs one time-out and hides nothing
 * of the other. About thirty calls: for a look each few minutes, and no part of a failover.
 */
export async function gatherReadiness(looks: ReadinessLooks): Promise<ReadinessFacts> {
  const { plan, active, actor, clients, callMs, heartbeat, promotion } = looks;
  const { witness } = plan;
  const [primary, secondary, lag, witnessBucket, witnessPlan, dns, checkerRanges] = await Promise.all([
    siteFacts(looks, 'primary'),
    siteFacts(looks, 'secondary'),
    lagFacts(looks),
    witness === undefined ? notAsked : bucketFacts(looks, witness.region, witness.bucket),
    witnessPlanFacts(looks),
    plan.dns === undefined ? notAsked : dnsFacts(looks, plan.dns),
    plan.dns === undefined ? notAsked : lookAt(callMs, (limit) => currentCheckerRanges(clients.route53(), limit)),
  ]);
  return {
    active,
    actor,
    planHash: looks.planHash,
    sites: { primary, secondary },
    lag,
    heartbeat,
    witnessBucket,
    witnessPlan,
    dns,
    checkerRanges,
    promotion,
  };
}

async function siteFacts(looks: ReadinessLooks, site: Site): Promise<SiteFacts> {
  const { plan, clients, callMs } = looks;
  const { region, database, autoScalingGroup, targetGroup, topicArn, switchBucket, journalTable } = plan.sites[site];
  const look = <Value>(read: (limit: AbortSignal) => Promise<Value>) => lookAt(callMs, read);
  const [databaseFound, group, targets, bucket, table, alarms, heldPlan, permissions] = await Promise.all([
    look((limit) => databaseFacts(clients.rds(region), database, callMs, limit)),
    autoScalingGroup === undefined
      ? notAsked
      : look((limit) => groupFacts(clients.autoScaling(region), autoScalingGroup, limit)),
    targetGroup === undefined
      ? notAsked
      : look((limit) => targetHealth(clients.loadBalancing(region), targetGroup, limit)),
    bucketFacts(looks, region, switchBucket),
    look((limit) => journalTableFacts(clients.dynamoDb(region), journalTable, limit)),
    topicArn === undefined ? notAsked : look((limit) => alarmsWithoutData(clients.cloudWatch(region), topicArn, limit)),
    heldPlanAt(looks, region),
    looks.acts === false ? [] : permissionFacts(looks, site),
  ]);
  return {
    database: databaseFound,
    group,
    targets,
    switchBucket: bucket,
    journalTable: table,
    alarms,
    heldPlan,
    permissions,
  };
}

async function heldPlanAt({ clients, callMs, planParameter }: ReadinessLooks, region: string) {
  if (planParameter === undefined) return known(null);
  return lookAt(callMs, (limit) => heldPlanFacts(clients.ssm(region), planParameter, limit));
}

/** A witness without a function is a bucket alone. */
async function witnessPlanFacts(looks: ReadinessLooks) {
  const { witness, vantages } = looks.plan;
  const looksItself = vantages.some(({ kind }) => kind === 'Witness');
  return witness === undefined || !looksItself ? known(null) : heldPlanAt(looks, witness.region);
}

function bucketFacts({ clients, callMs }: ReadinessLooks, region: string, bucket: string) {
  const both = { signed: clients.s3(region), anonymous: clients.anonymousS3(region) };
  return lookAt(callMs, (limit) => switchBucketFacts(both, bucket, callMs, limit));
}

async function permissionFacts(looks: ReadinessLooks, site: Site): Promise<readonly PermissionFacts[]> {
  const { plan, clients, callMs } = looks;
  const { region, journalTable, fencing, database } = plan.sites[site];
  const of = async (trials: readonly Trial[]): Promise<readonly PermissionFacts[]> =>
    Promise.all(
      trials.map(async (trial) => ({
        action: trial.action,
        refusal: await lookAt(callMs, (limit) => refusalOf(trial, limit)),
      })),
    );
  const journal = of(journalTrials(clients.dynamoDb(region), journalTable));
  if (fencing === undefined) return journal;
  const ec2 = clients.ec2(region);
  // A dry run wants the ACL's id, and the plan may have its name.
  const fence = await lookAt(callMs, (limit) => readFence(ec2, { ...fencing, databasePort: database.port }, limit));
  const fenced = fence.known
    ? await of(fencingTrials(ec2, fence.value.aclId))
    : [{ action: 'ec2:CreateNetworkAclEntry', refusal: fence }];
  return [...(await journal), ...fenced];
}

async function lagFacts({ plan, active, clients, clock, callMs, lag }: ReadinessLooks) {
  if (lag?.known === true && lag.value !== null) return lag;
  const { region, database } = plan.sites[otherSite(active)];
  const { wallMs } = clock.now();
  return lookAt(callMs, (limit) => latestReplicaLag(clients.cloudWatch(region), database.identifier, wallMs, limit));
}

function dnsFacts(
  { clients, clock, callMs, pauseMs }: ReadinessLooks,
  { name, databaseName }: NonNullable<Plan['dns']>,
): Promise<Fact<DnsFacts>> {
  const names = databaseName === undefined ? [name] : [name, databaseName];
  const client = clients.route53();
  return lookAt(dnsMs, async (limit) => {
    const found = await recordsAndChecks(
      { client, clock, callMs, ...(pauseMs === undefined ? {} : { pauseMs }) },
      names,
      limit,
    );
    const roots = [...new Set(found.records.flatMap(({ healthCheckId }) => healthCheckId ?? []))];
    const states = await lookAt(callMs, (each) =>
      checkStates(clients.cloudWatch(healthMetricsRegion), roots, clock.now().wallMs, each),
    );
    return { ...found, states };
  });
}
