import { isDeepStrictEqual } from 'node:util';
import { globalServicesName } from '../../src/api/names.ts';
import type { StackFailover } from '../../src/api/regional-stack.ts';
import { otherSite, type Site, sites } from '../../src/api/site.ts';
import type { Journal } from '../../src/failover/journal.ts';
import { planNow } from '../../src/failover/plan.ts';
import { fieldManager } from '../identity.ts';
import { globalServices, regionalStacks, type ServicesObject, type StackObject } from '../kinds.ts';
import type { PlanView } from '../plan-runner/plan-view.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { isNotFound } from '../runtime/api-error.ts';
import { apply } from '../runtime/apply.ts';
import { fromKey } from '../runtime/kubernetes-object.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Resource } from '../runtime/resource.ts';
import { databasesToKeep, slotOf } from './database-slots.ts';
import { isSynced, type ManagedResources } from './managed-resources.ts';
import { type ProviderWord, settleProvider } from './provider-agreement.ts';
import type { RolesReport } from './roles-report.ts';
import { servicesFailover } from './services-failover.ts';
import { stackFailover } from './stack-failover.ts';
import { type SettledChecks, switchSlotOf, termAhead } from './switch-slots.ts';

export interface RolesWriterOptions {
  readonly api: ApiClient;
  readonly logger: Logger;
  readonly managed: ManagedResources;
  /** What has been seen of the health checks of a site's stack. */
  readonly settled: (view: PlanView, journal: Journal, site: Site, stack: StackObject) => Promise<SettledChecks>;
  /** Why nothing that depends on the database's password may be composed yet; null: all is well. */
  readonly password: (view: PlanView, journal: Journal, stack: StackObject) => Promise<string | null>;
}

/** What came of one writing. */
export interface RolesOutcome {
  /** The composites say what the journal says; the provider may still have to follow. */
  readonly written: boolean;
  readonly report: RolesReport;
  /** The stacks as they stand now. */
  readonly stacks: Readonly<Partial<Record<Site, StackObject>>>;
}

const unsettled: SettledChecks = { terms: [], traffic: false };

/**
 * Writes the roles where Crossplane reads them: `spec.failover` of both RegionalStacks and of the GlobalServices, from
 * the journal; lets the provider see to databases again that were paused around a promotion; and deletes what belongs to
 * slots that are gone. It looks at the state, not at what changed: it may be called at any time, and again.
 */
export class RolesWriter {
  readonly #options: RolesWriterOptions;
  /** One writing a plan at a time: two would take turns in undoing each other. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: RolesWriterOptions) {
    this.#options = options;
  }

  /** @throws ApiError, ApiUnreachable, UnderstudyError as requests to the API server do. */
  async write(viewOf: () => PlanView | undefined, key: string, signal?: AbortSignal): Promise<RolesOutcome> {
    const before = this.#turns.get(key) ?? Promise.resolve();
    const turn = before.then(
      () => this.#write(viewOf(), signal),
      () => this.#write(viewOf(), signal),
    );
    this.#turns.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(key) === turn) this.#turns.delete(key);
    }
  }

  async #write(view: PlanView | undefined, signal: AbortSignal | undefined): Promise<RolesOutcome> {
    const journal = view?.journal ?? null;
    if (view === undefined || journal === null)
      return not('CannotTell', 'NoJournal', 'The journal has not been read yet.');
    if (sites.every((site) => view.spec.sites[site].stackRef === undefined)) return yourTool(view, journal);

    const stacks: Partial<Record<Site, StackObject>> = {};
    for (const site of sites) {
      const stack = await this.#stack(view, site, signal);
      if (stack === undefined) continue;
      stacks[site] = stack;
    }
    const blocked = whyBlocked(view, journal, stacks) ?? (await this.#whyNoPassword(view, journal, stacks));
    if (blocked !== null) return { ...blocked, stacks };

    const settled = await this.#settledChecks(view, journal, stacks);
    for (const site of sites) {
      const stack = stacks[site];
      if (stack === undefined) continue;
      const mayFollow = mayFollowAhead(journal, site, stacks, settled);
      const input = { plan: view.plan, journal, site, current: stack.spec.failover, status: stack.status, mayFollow };
      const wanted = stackFailover({ ...input, accountId: stack.spec.accountId, settled: settled[site] });
      stacks[site] = await this.#apply(view, regionalStacks, stack, wanted, signal);
    }
    await this.#writeServices(view, journal, stacks, signal);
    return { written: true, report: await this.#followUp(view, journal, stacks), stacks };
  }

  async #stack(view: PlanView, site: Site, signal: AbortSignal | undefined): Promise<StackObject | undefined> {
    const name = view.spec.sites[site].stackRef?.name;
    return name === undefined ? undefined : this.#get<StackObject>(regionalStacks, view, name, signal);
  }

  async #get<T extends StackObject | ServicesObject>(
    resource: Resource,
    view: PlanView,
    name: string,
    signal: AbortSignal | undefined,
  ): Promise<T | undefined> {
    try {
      return await this.#options.api.get<T>(resource, { ...fromKey(view.key), name }, { signal });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #whyNoPassword(view: PlanView, journal: Journal, stacks: RolesOutcome['stacks']): Promise<Unwritten | null> {
    const stack = stacks.primary ?? stacks.secondary;
    if (stack === undefined) return null;
    const why = await this.#options.password(view, journal, stack);
    return why === null ? null : unwritten('Waiting', 'PasswordMissing', `No role is written: ${why}.`);
  }

  async #settledChecks(view: PlanView, journal: Journal, stacks: RolesOutcome['stacks']) {
    const of = async (site: Site): Promise<SettledChecks> => {
      const stack = stacks[site];
      return stack === undefined ? unsettled : this.#options.settled(view, journal, site, stack);
    };
    const [primary, secondary] = await Promise.all([of('primary'), of('secondary')]);
    return { primary, secondary };
  }

  async #writeServices(
    view: PlanView,
    journal: Journal,
    stacks: RolesOutcome['stacks'],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const app = (stacks.primary ?? stacks.secondary)?.spec.app;
    if (app === undefined) return;
    const services = await this.#get<ServicesObject>(globalServices, view, globalServicesName(app), signal);
    if (services === undefined) return;
    const statuses = { primary: stacks.primary?.status, secondary: stacks.secondary?.status };
    const wanted = servicesFailover(journal, services.spec.failover, statuses);
    await this.#apply(view, globalServices, services, wanted, signal);
  }

  async #apply<T extends StackObject | ServicesObject>(
    view: PlanView,
    resource: Resource,
    object: T,
    failover: object,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    if (isDeepStrictEqual(object.spec.failover, JSON.parse(JSON.stringify(failover)))) return object;
    const { name, namespace } = object.metadata;
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
    const { api, logger } = this.#options;
    const applied = await apply<T>(
      api,
      resource,
      { metadata, spec: { failover } },
      { fieldManager, force: true, signal },
    );
    logger.info({ plan: view.key, actor: view.actor, kind: resource.kind, name, failover }, 'roles written');
    return applied;
  }

  /** What comes after the roles are written: the provider follows, and what is retired goes. */
  async #followUp(view: PlanView, journal: Journal, stacks: RolesOutcome['stacks']): Promise<RolesReport> {
    const words: ProviderWord[] = [];
    for (const site of sites) {
      const stack = stacks[site];
      if (stack === undefined) continue;
      words.push(await settleProvider(this.#options.managed, view, journal, site, stack));
      // Nothing else says when they have: without another look there would never be records.
      if (view.plan.dns !== undefined && stack.spec.failover?.switch?.ready !== true) {
        const message = `the records of ${stack.metadata.name} wait until its health checks have been seen to settle`;
        words.push({ agrees: false, reason: 'ChecksNotSettled', message });
      }
      if (journal.epoch === 0 || !isSynced(stack)) continue;
      const retired = await this.#options.managed.deleteRetired(stack, databasesToKeep(view.plan, journal));
      if (retired.length > 0)
        words.push({ agrees: false, reason: 'Retiring', message: `${retired.join(', ')} are being deleted` });
    }
    const [first] = words.filter(({ agrees }) => !agrees);
    if (first !== undefined) {
      const all = words.filter(({ agrees }) => !agrees).map(({ message }) => message);
      return { state: 'Waiting', reason: first.reason, message: `The roles are written; ${all.join('; ')}.` };
    }
    const { term, active } = journal.activation;
    const message = `The stacks say what the journal says (term ${term}, ${active} active), and the provider sees no difference.`;
    return { state: 'Written', reason: 'ProviderAgrees', message };
  }
}

type Unwritten = Omit<RolesOutcome, 'stacks'>;

function unwritten(state: RolesReport['state'], reason: string, message: string): Unwritten {
  return { written: false, report: { state, reason, message } };
}

function not(state: RolesReport['state'], reason: string, message: string): RolesOutcome {
  return { ...unwritten(state, reason, message), stacks: {} };
}

function whyBlocked(view: PlanView, journal: Journal, stacks: RolesOutcome['stacks']): Unwritten | null {
  const plan = planNow(view.plan, journal);
  for (const site of sites) {
    const name = view.spec.sites[site].stackRef?.name;
    if (name === undefined) continue;
    if (stacks[site] === undefined) {
      return unwritten(
        'Waiting',
        'NoStack',
        `There is no RegionalStack ${name}. Apply the manifests of the application.`,
      );
    }
    const { identifier } = plan.sites[site].database;
    if (slotOf(identifier) === null) {
      const message = `The RegionalStack ${name} makes no database ${identifier}: its name has no slot and generation.`;
      return unwritten('Waiting', 'ForeignDatabase', message);
    }
  }
  return null;
}

/** Both sites' new checks have settled; and the standby's are followed only after the active's. */
function mayFollowAhead(
  journal: Journal,
  site: Site,
  stacks: RolesOutcome['stacks'],
  settled: Readonly<Record<Site, SettledChecks>>,
): boolean {
  const ahead = termAhead(journal);
  if (ahead === null) return true;
  const both = sites.every((each) => stacks[each] === undefined || settled[each].terms.includes(ahead));
  const isActive = journal.activation.active === site;
  const active = stacks[otherSite(site)];
  return both && (isActive || active === undefined || follows(active, ahead));
}

/** Whether the site's records follow the checks of a term. */
export function follows({ spec }: StackObject, term: number): boolean {
  const pointer: StackFailover['switch'] = spec.failover?.switch;
  return pointer?.follows?.slot === switchSlotOf(term);
}

/** Infrastructure that Crossplane does not own: people write down there what has become of it. */
function yourTool(view: PlanView, journal: Journal): RolesOutcome {
  const { activation, switchTerm } = journal;
  if (activation.term === 1) {
    const message = 'The plan names no RegionalStack, and nothing has changed: there is nothing to write down.';
    return { written: true, report: { state: 'Written', reason: 'NoStacks', message }, stacks: {} };
  }
  const { sites: now } = planNow(view.plan, journal);
  const [active, standby] = [activation.active, otherSite(activation.active)];
  const isRebuilt = switchTerm === activation.term;
  const message = [
    'The plan names no RegionalStack. In the files of your own tool, and before you apply them again:',
    `make ${now[active].database.identifier} in ${now[active].region} a writer of its own`,
    isRebuilt
      ? `and ${now[standby].database.identifier} in ${now[standby].region} its replica;`
      : `and let ${now[standby].database.identifier} in ${now[standby].region} be no replica and no source;`,
    `capacity ${now[active].capacity.active} in ${now[active].region}, ${now[standby].capacity.standby} in ${now[standby].region}.`,
  ].join(' ');
  return not('CannotTell', 'YourTool', message);
}
