import type { Site } from '../api/site.ts';
import type { Journal } from '../failover/journal.ts';
import type { Plan } from '../failover/plan.ts';
import type { Timing } from '../failover/timing.ts';
import type { Cloud } from './cloud.ts';
import type { Database } from './database.ts';
import { ActRules } from './invariants/act-rules.ts';
import { Breaches } from './invariants/breaches.ts';
import { JournalRules } from './invariants/journal-rules.ts';
import { LeaseRules } from './invariants/lease-rules.ts';
import { PathRules } from './invariants/path-rules.ts';
import { isFailoverDue } from './invariants/readiness-rules.ts';
import { SightingRules } from './invariants/sighting-rules.ts';
import { SiteRules } from './invariants/site-rules.ts';
import { SuccessionRules } from './invariants/succession-rules.ts';
import type { HistoryItem, JournalTable } from './journal-table.ts';
import type { Call, Fault } from './network.ts';

export interface InvariantsContext {
  readonly plan: Plan;
  readonly timing: Timing;
  readonly cloud: Cloud;
  readonly table: () => JournalTable;
  readonly nowMs: () => number;
  /** Turns a reading of an actor's wall clock into the world's own time. */
  readonly worldMs: (actor: string, wallMs: number) => number;
}

/**
 * What must hold after every event, by the numbers of the design's list. Each rule keeps its own record of the world
 * and never asks the engine; a breach is kept, with the moment.
 */
export class Invariants {
  readonly sightings: SightingRules;
  readonly sites: SiteRules;
  readonly path: PathRules;
  readonly succession: SuccessionRules;
  readonly #breaches: Breaches;
  readonly #lease: LeaseRules;
  readonly #journal: JournalRules;
  readonly #acts: ActRules;
  readonly #context: InvariantsContext;

  constructor(context: InvariantsContext) {
    const { plan, timing, cloud, nowMs, worldMs } = context;
    const journal = (): Journal | null => context.table().document;
    const breaches = new Breaches(nowMs);
    const { history } = context.table();
    this.#context = context;
    this.#breaches = breaches;
    this.#lease = new LeaseRules(breaches, timing, nowMs);
    this.sightings = new SightingRules(plan, breaches, nowMs, () => journal()?.activation.active ?? 'primary');
    this.#journal = new JournalRules({
      plan,
      timing,
      breaches,
      lease: this.#lease,
      sightings: this.sightings,
      history,
      nowMs,
      worldMs,
    });
    this.#acts = new ActRules(breaches, nowMs);
    this.sites = new SiteRules({ plan, breaches, cloud, journal, history, nowMs, worldMs });
    this.path = new PathRules(breaches, timing, cloud.pace, nowMs);
    this.succession = new SuccessionRules(breaches, nowMs);
  }

  get breaches(): readonly string[] {
    return this.#breaches.found;
  }

  journalWritten(before: Journal | null, after: Journal, writer: string): void {
    this.#lease.journalWritten(before, after, writer);
    this.#journal.journalWritten(before, after);
    this.path.journalWritten(before, after);
    this.#acts.journalWritten(before);
    const { operation } = after;
    const isActivated = before !== null && before.activation.term !== after.activation.term;
    if (isActivated && operation !== null) this.sites.activated(operation);
  }

  /** A document was written in a table that it had left. */
  closedWritten(writer: string): void {
    this.#breaches.must(12, false, () => `${writer} wrote a journal that had moved away: two say who is active`);
  }

  historyWritten(known: HistoryItem | undefined, item: HistoryItem): void {
    this.#journal.historyWritten(known, item);
  }

  callLeaves(call: Call, fault: Fault | 'dark' | null): void {
    const { document } = this.#context.table();
    const failed = document?.operation == null ? null : this.#context.plan.sites[document.operation.from].region;
    this.path.callLeaves(call, fault, document, failed);
    if (!call.writes || call.service === 'journal') return;
    this.#acts.actLeaves(call, document);
    if (call.operation !== 'notify') this.#lease.actLeaves(call, document);
  }

  promoteAccepted(site: Site, database: Database): void {
    this.sites.promoteAccepted(site, database);
  }

  /** What can be asked of the state at any moment. */
  check(): void {
    this.sites.check();
  }

  /** What only time can show. */
  checkSuccession(): void {
    const { document } = this.#context.table();
    this.succession.check(document, this.#lease.signMs);
    this.succession.checkBeginning(document !== null && isFailoverDue(document, this.#context.cloud, this.sightings));
  }

  must(invariant: number, holds: boolean, breach: string): void {
    this.#breaches.must(invariant, holds, () => breach);
  }
}
