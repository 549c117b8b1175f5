import { otherSite, type Site } from '../api/site.ts';
import { lossEstimate } from './loss-estimate.ts';
import { isBlind, type SeenObservation, type StandbyLook } from './observation.ts';
import type { Evidence, LossEstimate } from './operation.ts';

import { type Plan, regionOf, votingDomains } from './plan.ts';

/** Something that stands between now and an action, and what would change it. */
export interface Reason {
  readonly code:
    | 'NoMajority'
    | 'VantageBlind'
    | 'VantageSilent'
    | 'WindowOpen'
    | 'SeenHealthy'
    | 'StandbyMissing'
    | 'StandbyNotReplica'
    | 'StandbyNotAvailable'
    | 'StandbyUnreadable'
    | 'BothSitesDown'
    | 'BeyondMeans'
    | 'Cooldown'
    | 'Suspended'
    | 'Manual'
    | 'ActiveNotUp'
    | 'AlreadyActive'
    | 'AlreadyProtected'
    | 'FencePending'
    | 'UnfencePending'
    | 'NoFencing'
    | 'OperationRunning'
    | 'StandbyBehind'
    | 'StandbyFenced'
    | 'SwitchNotRepointed'
    | 'JournalUnreachable';
  /** The vantage that it is about, where it is about one. */
  readonly vantage?: string;
  readonly message: string;
  /** What would lift it, for the reader at 03:00. */
  readonly clears: string;
}

export interface ActiveAssessment {
  readonly site: Site;
  /** `Suspect`: failing, but the tolerance window is still open. */
  readonly verdict: 'Up' | 'Suspect' | 'Down' | 'Unknown';
  readonly evidence: readonly Evidence[];
  /** Why the verdict is not more certain than it is. */
  readonly reasons: readonly Reason[];
}

export interface Assessment {
  readonly active: ActiveAssessment;
  readonly standby: { readonly site: Site; readonly ready: boolean; readonly reasons: readonly Reason[] };
  readonly loss: LossEstimate;
}

export interface Observations {
  readonly vantages: readonly SeenObservation[];
  /** An `Error` where AWS could not be asked. */
  readonly standby: StandbyLook | Error;
}

/**
 * What a vantage last said counts for the tolerance window, like any success: a vantage that died with its region must
 * not hold the verdict up for longer than that. Never less than its next look can take.
 */
export function silentAfterMs(plan: Plan): number {
  return Math.max(plan.windowMs, plan.intervalMs * 1.5);
}

/** What is known of both sites, and how it is known. Pure: the same observations give the same assessment. */
export function assess(plan: Plan, active: Site, observations: Observations): Assessment {
  const evidence = plan.vantages.map((vantage) => testimony(plan, vantage, active, observations.vantages));
  return {
    active: verdictOf(plan, active, evidence, unsureDomains(plan, active, observations.vantages)),
    standby: standbyReadiness(plan, otherSite(active), observations.standby),
    loss: lossEstimate(active, observations.vantages),
  };
}

function testimony(
  plan: Plan,
  vantage: { readonly name: string; readonly domain: string },
  site: Site,
  seen: readonly SeenObservation[],
): Evidence {
  const say = (verdict: Evidence['verdict'], reason: string): Evidence => ({
    vantage: vantage.name,
    domain: vantage.domain,
    site,
    verdict,
    reason,
  });
  const latest = seen.find((candidate) => candidate.observation.vantage === vantage.name);
  if (latest === undefined) return say('Silent', 'it has reported nothing');
  if (latest.unchangedMs > silentAfterMs(plan)) {
    return say('Silent', `its latest look is ${ageOf(latest.unchangedMs)}`);
  }
  const look = latest.observation.sites[site];
  if (isBlind(latest.observation)) {
    // What it saw before it went blind still counts for the window, as it does when a vantage falls silent.
    const agoMs = (look.sinceSuccessMs ?? Number.POSITIVE_INFINITY) + latest.unchangedMs;
    return agoMs < plan.windowMs
      ? say('Failing', `it reaches neither site now, and saw this one ${seconds(agoMs)} ago`)
      : say('Blind', 'it reaches neither site');
  }
  if (look.answer === 'notLooked') return say('Blind', 'it does not look at this site');
  if (look.answer === 'healthy') return say('Up', look.detail);
  const since = `${look.detail}; without success for ${seconds(look.withoutSuccessMs)}`;
  if (look.withoutSuccessMs < plan.windowMs) return say('Failing', since);
  // A success counts however old it may be; a failure only while it is surely not too old.
  if (latest.atMostMs > silentAfterMs(plan)) return say('Silent', `its latest look may be ${ageOf(latest.atMostMs)}`);
  return say('Down', since);
}

/**
 * Domains in which somebody may have seen a success within the window: what stood in the table when this reader began can
 * be a year old, or a second. It is a success for as long as it could be, and no vote of any other kind.
 *
 * Of the site's own region it is one only until that would have looked again: falling silent is what an outage looks like.
 */
function unsureDomains(plan: Plan, site: Site, seen: readonly SeenObservation[]): string[] {
  return plan.vantages
    .filter(({ name, domain }) => {
      const latest = seen.find(({ observation }) => observation.vantage === name);
      if (latest === undefined || Number.isFinite(latest.unchangedMs)) return false;
      const { answer, sinceSuccessMs = Number.POSITIVE_INFINITY } = latest.observation.sites[site];
      const agoMs = (answer === 'healthy' ? 0 : sinceSuccessMs) + latest.atLeastMs;
      return agoMs < (domain === regionOf(plan, site) ? plan.intervalMs * 1.5 : plan.windowMs);
    })
    .map(({ domain }) => domain);
}

/**
 * Votes are by failure domain. Down needs a majority of the configured domains that are not the site's own region, at
 * least two of them, at least one outside the standby's region, and nobody outside the standby's region who has seen a
 * success within the window.
 *
 * The site's own region can but speak for it: that it falls silent is what an outage looks like, and must not be a vote
 * that others have to make up for, or nobody could decide once a second domain is away with it.
 *
 * @param unsure domains in which somebody may have seen such a success, for all that is known.
 */
export function verdictOf(
  plan: Plan,
  site: Site,
  evidence: readonly Evidence[],
  unsure: readonly string[] = [],
): ActiveAssessment {
  const standbyRegion = regionOf(plan, otherSite(site));
  const domains = votingDomains(plan);
  const judges = domains.filter((domain) => domain !== regionOf(plan, site));
  const votes = votesOf(domains, evidence);

  const down = votes.Down.filter((domain) => judges.includes(domain));
  const outside = (domain: string): boolean => domain !== standbyRegion;
  const denied = [...votes.Up, ...votes.Failing, ...unsure].filter(outside);
  const needed = plan.singleDomain === 'Act' ? 1 : Math.max(2, Math.floor(judges.length / 2) + 1);
  const enough = down.length >= needed && (down.some(outside) || plan.singleDomain === 'Act');

  if (enough && denied.length === 0) return { site, verdict: 'Down', evidence, reasons: [] };
  const isFailing = votes.Failing.length > 0 || votes.Down.length > 0;
  if (!isFailing && votes.Up.length > 0) {
    return { site, verdict: 'Up', evidence, reasons: [] };
  }
  const reasons = evidence
    .flatMap((entry) => missing(entry, plan))
    .concat(
      enough || down.length === 0
        ? []
        : [
            {
              code: 'NoMajority',
              message: `${down.length} of ${judges.length} failure domains say Down (${down.join(', ')}); ${needed} are needed`,
              clears: `one more of ${judges.filter((domain) => !down.includes(domain)).join(', ')} seeing no success for ${seconds(plan.windowMs)}`,
            },
          ],
    );
  const failing = votes.Failing.length > 0 || (votes.Down.length > 0 && denied.length > 0);
  return { site, verdict: failing ? 'Suspect' : 'Unknown', evidence, reasons };
}

/** The domains by their votes. */
function votesOf(domains: readonly string[], evidence: readonly Evidence[]): Record<Evidence['verdict'], string[]> {
  const votes: Record<Evidence['verdict'], string[]> = { Up: [], Failing: [], Down: [], Blind: [], Silent: [] };
  for (const domain of domains) votes[domainVote(domain, evidence)].push(domain);
  return votes;
}

/** What counts before what, in the vote of a domain. */
const order: readonly Evidence['verdict'][] = ['Up', 'Failing', 'Down', 'Blind', 'Silent'];

/** One vote for all vantages of a domain: one success among them outweighs every failure. */
function domainVote(domain: string, evidence: readonly Evidence[]): Evidence['verdict'] {
  let first = order.length - 1;
  for (const entry of evidence) {
    if (entry.domain === domain) first = Math.min(first, order.indexOf(entry.verdict));
  }
  return order[first] ?? 'Silent';
}

function missing(entry: Evidence, plan: Plan): Reason[] {
  const { vantage } = entry;
  const who = `vantage ${vantage} (${entry.domain})`;
  switch (entry.verdict) {
    case 'Down':
      return [];
    case 'Up':
      return [
        { code: 'SeenHealthy', vantage, message: `${who} sees it healthy: ${entry.reason}`, clears: 'nothing to do' },
      ];
    case 'Failing':
      return [
        {
          code: 'WindowOpen',
          vantage,
          message: `${who}: ${entry.reason}`,
          clears: `no success for the whole tolerance window of ${seconds(plan.windowMs)}`,
        },
      ];
    case 'Blind':
      return [
        {
          code: 'VantageBlind',
          vantage,
          message: `${who} cannot tell: ${entry.reason}`,
          clears: 'restore its network; a blind vantage has no vote',
        },
      ];
    case 'Silent':
      return [
        {
          code: 'VantageSilent',
          vantage,
          message: `${who} cannot tell: ${entry.reason}`,
          clears: 'see that it runs and can write to the journal table',
        },
      ];
  }
}

function standbyReadiness(plan: Plan, site: Site, look: StandbyLook | Error): Assessment['standby'] {
  const { identifier } = plan.sites[site].database;
  const database = `database ${identifier} in ${regionOf(plan, site)}`;
  const notReady = (reason: Reason): Assessment['standby'] => ({ site, ready: false, reasons: [reason] });
  if (look instanceof Error) {
    return notReady({
      code: 'StandbyUnreadable',
      message: `${database} cannot be read: ${look.message}`,
      clears: 'the RDS API of the standby region answering',
    });
  }
  if (look.database === null) {
    return notReady({
      code: 'StandbyMissing',
      message: `${database} does not exist`,
      clears: 'create the replica, or name the right one in the plan',
    });
  }
  if (look.database.source === null) {
    return notReady({
      code: 'StandbyNotReplica',
      message: `${database} is not a replica: there is nothing to promote`,
      clears: 'rebuild replication towards it',
    });
  }
  if (look.database.status !== 'available') {
    return notReady({
      code: 'StandbyNotAvailable',
      message: `${database} is ${look.database.status}`,
      clears: 'RDS reporting it as available',
    });
  }
  return { site, ready: true, reasons: [] };
}

function ageOf(ms: number): string {
  return Number.isFinite(ms) ? `${seconds(ms)} old` : 'of unknown age';
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
