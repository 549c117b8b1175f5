import { otherSite, type Site, sites } from '../../api/site.ts';
import type { Journal } from '../../failover/journal.ts';
import { type Operation, type Step, type StepName, stepOf } from '../../failover/operation.ts';
import type { Plan } from '../../failover/plan.ts';
import { movesTheWriter } from '../../failover/steps/steps-of.ts';
import type { Cloud } from '../cloud.ts';
import type { Database } from '../database.ts';
import type { HistoryItem } from '../journal-table.ts';
import type { Breaches } from './breaches.ts';

/** What was measured is as old as a look and a number of the heartbeat. */
const measuredWithinMs = 4_000;
/** Beyond what health checks take. */
const settlesWithinMs = 3_000;

export interface SiteRulesContext {
  readonly plan: Plan;
  readonly breaches: Breaches;
  readonly cloud: Cloud;
  readonly journal: () => Journal | null;
  readonly history: ReadonlyMap<string, HistoryItem>;
  readonly nowMs: () => number;
  readonly worldMs: (actor: string, wallMs: number) => number;
}

/** Who may write and who is led where: invariants 2, 3, 5 and 13, by the state of the world itself. */
export class SiteRules {
  readonly #context: SiteRulesContext;
  readonly #promotions = new Map<number, number>();
  /** Somebody outside opened a fence: until it is noticed, nobody can be blamed. */
  #openedBySomebody: Site | null = null;
  /** Vantages did not see what clients saw: what was lost meanwhile was never measured. */
  areVantagesTruthful = true;
  #strayedMs: number | null = null;

  constructor(context: SiteRulesContext) {
    this.#context = context;
  }

  fenceOpened(site: Site): void {
    this.#openedBySomebody = site;
  }

  promoteAccepted(site: Site, database: Database): void {
    const { breaches, journal } = this.#context;
    const operation = journal()?.operation ?? null;
    const intent = operation?.intent ?? null;
    breaches.must(5, intent !== null, () => `${database.identifier} was promoted without an intent in the journal`);
    if (operation === null || intent === null) return;
    breaches.must(
      5,
      intent.database === database.identifier,
      () => `${database.identifier} was promoted, not ${intent.database}`,
    );
    const count = (this.#promotions.get(operation.epoch) ?? 0) + 1;
    this.#promotions.set(operation.epoch, count);
    breaches.must(5, count === 1, () => `${count} promotions were accepted in epoch ${operation.epoch}`);
    if (operation.action === 'Switchover' || operation.action === 'Failback')
      this.#nothingMissing(site, database, operation);
  }

  #nothingMissing(site: Site, database: Database, { id, from, databases }: Operation): void {
    const { breaches, cloud } = this.#context;
    const former = cloud.sites[from].named(databases.from);
    const missingMs = former === undefined ? 0 : former.log.latestMs - database.replayedMs;
    breaches.must(
      2,
      missingMs <= 0,
      () => `${id} promotes ${site} without the last ${Math.round(missingMs)} ms of writes`,
    );
  }

  trafficOpened(site: Site, term: number): void {
    const { breaches, cloud, journal } = this.#context;
    const isWritable = cloud.sites[site].writer !== null;
    breaches.must(3, isWritable, () => `traffic opened to ${site} before it was writable`);
    const expected = journal()?.operation?.activationTerm ?? journal()?.activation.term;
    breaches.must(
      3,
      term === expected,
      () => `traffic opened to ${site} by takeover/${term}, and the term is ${expected}`,
    );
  }

  unfenced(site: Site, term: number | null): void {
    const { breaches, cloud, journal } = this.#context;
    const { operation = null, activation } = journal() ?? {};
    const isLeaving = operation?.intent != null && movesTheWriter(operation.action) && operation.from === site;
    const isTheActive = activation?.active === site && !isLeaving;
    const isEmpty = term === null && cloud.sites[site].writer === null;
    breaches.must(13, isTheActive || isEmpty, () => `${site} was given back what was taken, and is not the active`);
  }

  /** What must say that the standby takes over may not lie in the region that it takes over from. */
  repointed(active: Site): void {
    const { breaches, journal } = this.#context;
    breaches.must(6, journal()?.home !== active, () => `the switch can be moved, and the journal lies in ${active}`);
  }

  databaseDeleted(site: Site, database: Database): void {
    const { breaches, cloud, journal } = this.#context;
    const isActive = journal()?.activation.active === site && cloud.sites[site].writer === null;
    breaches.must(2, database.isCopy || !isActive, () => `the active's database ${database.identifier} was deleted`);
    if (database.role !== 'writer' || database.isCopy) return;
    const isKept = [...cloud.sites[site].snapshots.values()].some(
      ({ of, status }) => of === database && status === 'available',
    );
    breaches.must(2, isKept, () => `${database.identifier} was deleted, and no snapshot of it is kept`);
  }

  /** The writer has moved: what clients were told is kept must be there, but for what was accepted to be lost. */
  activated(operation: Operation): void {
    const { breaches, cloud, plan, worldMs } = this.#context;
    const former = cloud.sites[operation.from].named(operation.databases.from);
    const now = cloud.sites[operation.to].named(operation.databases.to);
    if (former === undefined || now === undefined) return;
    cloud.passTime();
    if (operation.action !== 'Failover') {
      const lostMs = now.log.missesOf(former.log);
      breaches.must(2, lostMs === 0, () => `${operation.id} lost ${Math.round(lostMs)} ms of writes`);
      return;
    }
    const accepted = operation.consent.acceptUpToSeconds;
    if (accepted === 'any' || !this.areVantagesTruthful) return;
    const allowedMs = Math.max(accepted ?? 0, plan.maxDataLossSeconds) * 1_000;
    const startedMs = worldMs(operation.actors[0]?.actor ?? '', operation.startedAtMs);
    const lostMs = now.log.missesOf(former.log, startedMs);
    const holds = lostMs <= allowedMs + measuredWithinMs;
    breaches.must(
      4,
      holds,
      () => `${operation.id} lost ${Math.round(lostMs)} ms of writes, and ${allowedMs} were accepted`,
    );
  }

  /** What can be asked of the state at any moment. */
  check(): void {
    const { cloud, journal } = this.#context;
    const document = journal();
    if (document === null) return;
    const former = otherSite(document.activation.active);
    if (document.pendingFence?.site === this.#openedBySomebody) this.#openedBySomebody = null;
    if (cloud.serves('primary') && cloud.serves('secondary')) this.#twoServe(document);
    this.#formerIsFenced(document, former);
    this.#nameDoesNotStray(document, former);
  }

  #twoServe(journal: Journal): void {
    const { breaches, cloud } = this.#context;
    const { operation, pendingFence } = journal;
    if (!sites.every((site) => cloud.takesWrites(site))) return;
    const from = operation !== null && movesTheWriter(operation.action) ? operation.from : null;
    const isKnown = from !== null && operation !== null ? !isFenceDone(operation) : pendingFence !== null;
    const isPlanned = operation !== null && (operation.action === 'Switchover' || operation.action === 'Failback');
    const isExcused = (isKnown && !isPlanned) || this.#openedBySomebody !== null;
    breaches.must(2, isExcused, () => 'two databases take writes of clients, and nobody knows it');
  }

  /** While nothing runs and nothing is pending, a former active stands fenced or has no writer any more. */
  #formerIsFenced({ operation, pendingFence, epoch, fenced }: Journal, former: Site): void {
    const { breaches, cloud, plan } = this.#context;
    if (epoch === 0 || pendingFence !== null || this.#openedBySomebody === former) return;
    if (operation !== null && (operation.action !== 'Reprotect' || fenced !== former)) return;
    const { writer, denied, open } = cloud.sites[former];
    const isClosed = open.size === 0;
    breaches.must(13, isClosed, () => `${former} is entitled to traffic, and is not the active`);
    if (plan.sites[former].fencing === undefined) return;
    breaches.must(
      2,
      writer === null || denied,
      () => `${former} could take writes, is not the active, and nobody knows it`,
    );
  }

  /** Until the switch is re-pointed, nothing that goes dark may lead clients back to where they came from. */
  #nameDoesNotStray({ operation, activation, switchTerm, last }: Journal, former: Site): void {
    const { breaches, cloud, history, nowMs } = this.#context;
    const isMoved = operation === null && switchTerm < activation.term && last?.outcome === 'Succeeded';
    if (!isMoved || cloud.leadsTo !== former) {
      this.#strayedMs = null;
      return;
    }
    this.#strayedMs ??= nowMs();
    if (nowMs() - this.#strayedMs < cloud.pace.dnsMs + settlesWithinMs) return;
    const step = history.get(last.id)?.operation.steps.find(({ name }) => name === 'mark-witness');
    const isExcused = step?.phase === 'GaveUp';
    breaches.must(13, isExcused, () => `the name leads back to ${former}`);
  }
}

function isFenceDone(operation: Operation): boolean {
  const isIn = (name: StepName): boolean => operation.steps.some((step: Step) => step.name === name);
  if (!isIn('fence-database')) return false;
  return stepOf(operation, 'fence-database').phase === 'Done';
}
