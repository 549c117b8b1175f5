import { UnderstudyError } from '../api/errors.ts';
import type { Site } from '../api/site.ts';
import { otherSite } from '../api/site.ts';
import type { Clock } from '../failover/clock.ts';
import { createMovableJournal } from '../failover/movable-journal.ts';
import type { Plan } from '../failover/plan.ts';
import type { EffectHandlers, JournalStore, Ports, Vantage } from '../failover/ports.ts';
import type { Timing } from '../failover/timing.ts';
import type { AwsClients } from './clients.ts';
import type { CredentialsOf } from './database-session.ts';
import { DnsVantage } from './dns-vantage.ts';
import { DynamoDbJournal } from './dynamodb-journal.ts';
import { CloseTraffic } from './effects/close-traffic.ts';
import { CreateReplica } from './effects/create-replica.ts';
import { DatabaseAccess } from './effects/database-access.ts';
import { EffectContext } from './effects/effect-context.ts';
import { Entitle } from './effects/entitle.ts';
import { LiftFence } from './effects/lift-fence.ts';
import { NetworkFence, Unfence } from './effects/network-fence.ts';
import { Notify } from './effects/notify.ts';
import { PromoteReplica } from './effects/promote-replica.ts';
import { ProveFence } from './effects/prove-fence.ts';
import { RepointSwitch } from './effects/repoint-switch.ts';
import { RetireDatabase } from './effects/retire-database.ts';
import { ScaleSite } from './effects/scale-site.ts';
import { TakeSnapshot } from './effects/take-snapshot.ts';
import { markWitness, openTraffic } from './effects/takeover-marker.ts';
import { VerifyReplayed } from './effects/verify-replayed.ts';
import { VerifyReplica } from './effects/verify-replica.ts';
import { VerifyTraffic } from './effects/verify-traffic.ts';
import { VerifyWritable } from './effects/verify-writable.ts';
import { EndpointVantage } from './endpoint-vantage.ts';
import { type RememberedJournal, rememberJournal } from './journal-memory.ts';
import { createLagPace } from './lag-pace.ts';
import { ReplicaReader } from './replica-reader.ts';
import { latestReplicaLag } from './replication-lag.ts';
import type { NameResolver } from './resolver.ts';
import { createSiteEndpoints } from './site-endpoint.ts';
import type { SharedLooks } from './together/shared-looks.ts';

/** A vantage of the plan that this process looks through itself. */
export interface OwnVantage {
  /** `Endpoint`: both sites' health URLs, from where this process is. `Dns`: Route 53's checkers. */
  readonly sees: 'Endpoint' | 'Dns';
  /** As in the plan's `detection.vantages`. */
  readonly name: string;
  readonly domain: string;
}

/** What an actor on Kubernetes does by its own means. */
export type ReplaceableEffect =
  | 'pause-reconciliation'
  | 'resume-reconciliation'
  | 'update-desired-state'
  | 'create-replica'
  | 'retire-database'
  | 'repoint-switch';

export interface AwsPortsOptions {
  readonly plan: Plan;
  readonly timing: Timing;
  /** Unique among the actors of the plan. */
  readonly actor: string;
  readonly clients: AwsClients;
  readonly clock: Clock;
  readonly resolver: NameResolver;
  /** Whose password the writability probe and the proof of a fence use. */
  readonly credentialsOf: CredentialsOf;
  readonly vantages: readonly OwnVantage[];
  /**
   * Handlers in place of AWS's own, where resources are somebody else's to change: under Crossplane the controller makes
   * and retires databases and re-points the switch by its objects. Kubernetes alone has a way to pause, to resume and to
   * write the new roles; left out, this actor leaves those to another.
   */
  readonly effects?: Partial<Pick<EffectHandlers, ReplaceableEffect>>;
  readonly report: Ports['report'];
  /** For an actor of many plans: how they look while they are calm. @default each for itself */
  readonly together?: SharedLooks;
}

/**
 * Everything that the engine's driver needs, on AWS.
 *
 * @throws UnderstudyError US2001 if a DNS vantage is asked for and the plan names no record for it.
 */
export function createAwsPorts(options: AwsPortsOptions): Ports {
  const { clock, report, clients, timing, together: looks } = options;
  const joins = (): boolean => looks?.joins(journal, journal.isCalm()) === true;
  const journal: RememberedJournal = rememberJournal(options.plan, createJournal(options, joins));
  return {
    clock,
    journal,
    vantages: createVantages(options, journal),
    standby: new ReplicaReader({
      clients,
      callMs: timing.callMs,
      ...(looks === undefined ? {} : { together: { looks, joins } }),
    }),
    effects: createEffects(options, journal),
    report,
  };
}

/** The journal is in the standby region's table, and moves with that role. */
function createJournal(
  options: Pick<
    AwsPortsOptions,
    'plan' | 'timing' | 'actor' | 'clients' | 'clock' | 'report' | 'vantages' | 'together'
  >,
  joins: () => boolean,
): JournalStore {
  const { plan, timing, actor, clients, clock, report, together } = options;
  const trouble = (message: string): void =>
    report({ kind: 'Trouble', message, atMs: clock.now().wallMs, actor, plan: plan.name });
  // What this process sees through itself it need not read.
  const own = new Set(options.vantages.map(({ name }) => name));
  const vantages = plan.vantages.map(({ name }) => name).filter((name) => !own.has(name));
  const tableOf = (site: Site): DynamoDbJournal => {
    const { region, journalTable } = plan.sites[site];
    const client = clients.dynamoDb(region);
    return new DynamoDbJournal({
      client,
      table: journalTable,
      plan: plan.name,
      callMs: timing.callMs,
      trouble,
      ...(together === undefined ? {} : { together: { items: together.items(region), joins, vantages } }),
    });
  };
  return createMovableJournal({ primary: tableOf('primary'), secondary: tableOf('secondary') });
}

function createVantages(
  options: Pick<AwsPortsOptions, 'plan' | 'clients' | 'clock' | 'resolver' | 'vantages' | 'together'>,
  journal: RememberedJournal,
): Vantage[] {
  const { plan, clients, clock, resolver, vantages, together } = options;
  const endpoints = createSiteEndpoints(plan, clients);
  // A look takes no longer than Route 53's checkers wait for a response, and ends well before the next one is due.
  const timeoutMs = Math.min(2_000, plan.intervalMs * 0.8);
  const maxGapMs = plan.intervalMs * 2 + timeoutMs;
  return vantages.map(({ sees, name, domain }) => {
    if (sees === 'Endpoint') {
      const paced = createLagPace(clock, plan.intervalMs);
      const lag = (activeSite: Site, limit: AbortSignal) => {
        const standby = otherSite(activeSite);
        const { region } = plan.sites[standby];
        const database = journal.database(standby);
        return paced(`${region}/${database}`, () =>
          together?.joins(journal, journal.isCalm()) === true
            ? together.lags(region).latest(database, limit)
            : latestReplicaLag(clients.cloudWatch(region), database, clock.now().wallMs, limit),
        );
      };
      const { lookup } = resolver;
      const { active } = journal;
      return new EndpointVantage({ name, domain, clock, endpoints, lookup, timeoutMs, maxGapMs, active, lag });
    }
    const healthName = plan.dns?.healthName;
    if (healthName === undefined) {
      throw new UnderstudyError('US2001', `plan ${plan.name} has the vantage ${name} and no spec.dns.healthName`);
    }
    const regions = { primary: plan.sites.primary.region, secondary: plan.sites.secondary.region };
    return new DnsVantage({ name, domain, healthName, clock, resolver, windowMs: plan.windowMs, maxGapMs, regions });
  });
}

function createEffects(options: AwsPortsOptions, journal: RememberedJournal): EffectHandlers {
  const { plan, timing, actor, clients, resolver, credentialsOf, effects } = options;
  const context = new EffectContext(plan, timing, clients);
  const access = new DatabaseAccess(context, credentialsOf, resolver, actor);
  const siblingsOf = (site: Site): string[] => [journal.formerDatabase(site), journal.database(site)];
  /** Null is an answer: this actor is not to do it. */
  const given = <Kind extends ReplaceableEffect>(
    kind: Kind,
    onAws: () => EffectHandlers[Kind],
  ): EffectHandlers[Kind] => {
    const own = effects?.[kind];
    return own === undefined ? onAws() : (own as EffectHandlers[Kind]);
  };
  return {
    'close-traffic': new CloseTraffic(context),
    'fence-database': new NetworkFence(context, access, journal.formerDatabase),
    unfence: new Unfence(context),
    entitle: new Entitle(context),
    'verify-replayed': new VerifyReplayed(context, access),
    'resume-reconciliation': effects?.['resume-reconciliation'] ?? null,
    'lift-fence': new LiftFence(context),
    snapshot: new TakeSnapshot(context),
    'create-replica': given('create-replica', () => new CreateReplica(context, siblingsOf)),
    'verify-replica': new VerifyReplica(context, access),
    'repoint-switch': given('repoint-switch', () => new RepointSwitch(context, options.clock)),
    'retire-database': given('retire-database', () => new RetireDatabase(context, journal.isInUse)),
    'prove-fence': new ProveFence(context, access),
    'pause-reconciliation': effects?.['pause-reconciliation'] ?? null,
    promote: new PromoteReplica(context),
    scale: new ScaleSite(context),
    'verify-writable': new VerifyWritable(access),
    'open-traffic': openTraffic(context),
    'mark-witness': markWitness(context),
    'verify-traffic': new VerifyTraffic(context, createSiteEndpoints(plan, clients), resolver),
    'update-desired-state': effects?.['update-desired-state'] ?? null,
    notify: new Notify(context),
  };
}
