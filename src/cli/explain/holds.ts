import type { Reason } from '../../failover/assess.ts';
import type { Explanation } from './explanation.ts';

/** Every reason for which nothing is done. */
export const holdExplanations: Readonly<Record<Reason['code'], Explanation>> = {
  NoMajority: {
    means:
      'Too few failure domains agree that the active site is down. A split network looks like an outage from one side.',
    todo: 'Bring back the vantages that are silent. If you know that the site is down: understudy failover PLAN.',
  },
  VantageBlind: {
    means: 'A vantage reaches nothing at all, so what it does not reach says nothing.',
    todo: 'Mend its own network: it is the place that looks, not the site, that has a problem.',
  },
  VantageSilent: {
    means: 'A vantage has not been heard of for a whole tolerance window.',
    todo: 'See why it does not look: the log of its Lambda, or the controller.',
  },
  WindowOpen: {
    means: 'Probes fail, but not yet for the whole tolerance window (detection.interval × detection.failureThreshold).',
    todo: 'Wait: the window ends by itself.',
  },
  SeenHealthy: {
    means: 'A vantage that counts has seen the active site answer within the tolerance window.',
    todo: 'Compare the vantages in understudy status PLAN. If clients fail all the same: understudy switchover or failover.',
  },
  StandbyMissing: {
    means: 'The standby site has no database.',
    todo: 'understudy reprotect PLAN makes one.',
  },
  StandbyNotReplica: {
    means: 'The database of the standby replicates from nothing, or from another database than the active.',
    todo: 'understudy reprotect PLAN rebuilds it.',
  },
  StandbyNotAvailable: {
    means: 'RDS promotes a replica only while it is available, and this one is in another state.',
    todo: 'Wait for the end of a backup or modification; otherwise look at `aws rds describe-events`.',
  },
  StandbyUnreadable: {
    means: 'The state of the standby database cannot be had from AWS.',
    todo: 'Look at whether RDS in the standby region answers, and whether the role may rds:DescribeDBInstances.',
  },
  BeyondMeans: {
    means: 'The operation needs steps for which this actor has no means: a Lambda builds no replicas.',
    todo: 'See that the controller runs: it begins by itself then.',
  },
  BothSitesDown: {
    means:
      'The active is down and the standby cannot take over. Nothing is done automatically, since anything could make it worse.',
    todo: 'Bring either site back by hand; it goes on by itself.',
  },
  Cooldown: {
    means:
      'An operation ended only a while ago (policy.cooldown), so that flapping health does not move the application to and fro.',
    todo: 'Wait, or ask for it: a person is not held by the cooldown.',
  },
  Suspended: {
    means: 'The plan is suspended: no actor begins anything, whoever asks.',
    todo: 'kubectl patch fplan PLAN --type merge -p \'{"spec":{"suspended":false}}\', or the same in Git.',
  },
  Manual: {
    means: 'The plan is in mode Manual: an outage alerts, and a person decides.',
    todo: 'understudy failover PLAN; or set spec.policy.mode: Automatic.',
  },
  ActiveNotUp: {
    means: 'What was asked for needs an active site that is well.',
    todo: 'Bring it back, or use understudy failover PLAN if writes may be lost.',
  },
  AlreadyActive: { means: 'The site that was asked for is active already.' },
  AlreadyProtected: { means: 'The standby can take over already: there is nothing to rebuild.' },
  FencePending: {
    means: 'A site that was active before is not proven to take no writes. Its region probably does not answer.',
    todo: 'It is tried again by itself. If the region never returns, delete the database there by hand.',
  },
  UnfencePending: {
    means: 'An aborted operation could not give the active site back all that it took.',
    todo: 'It is tried again by itself, as soon as the region answers.',
  },
  NoFencing: {
    means: 'Nothing can stop the writes to the active site, so a switchover could lose some.',
    todo: 'Name its network ACL in spec.sites.SITE.fencing of the plan.',
  },
  OperationRunning: {
    means: 'Another operation of the plan is under way; there is never more than one.',
    todo: 'Wait for its end, or understudy abort PLAN before its point of no return.',
  },
  StandbyBehind: {
    means: 'The standby is further behind than policy.maxDataLoss; a switchover would stop the writes for too long.',
    todo: 'Wait until the lag is low, or look for what holds the replica up: long transactions, a smaller class.',
  },
  StandbyFenced: {
    means: 'The standby is the former active and still fenced: its database is not a replica of anything.',
    todo: 'understudy reprotect PLAN.',
  },
  SwitchNotRepointed: {
    means: "Route 53's health checks still look for the markers of an earlier term: no marker can move traffic.",
    todo: 'understudy reprotect PLAN.',
  },
  JournalUnreachable: {
    means: "The journal, a DynamoDB item in the standby's region, cannot be read. Without it nobody may act.",
    todo: 'Look at whether DynamoDB in that region answers, and at the permissions of the role.',
  },
};
