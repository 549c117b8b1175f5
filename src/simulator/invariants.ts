import type { Site } from '../api/site.ts';
import type { Journal } from '../failover/journal.ts';
import type { Operation } from '../failover/operation.ts';
import { stepOf } from '../failover/operation.ts';
import type { Plan } from '../failover/plan.ts';
import type { Timing } from '../failover/timing.ts';
import type { Cloud } from './cloud.ts';
import type { JournalTable } from './journal-table.ts';

/**
 * Those of the design's list that are checked, here or when an incident is over. Not among them: 6 and 12, of which the
 * toy world has nothing that could break them.
 */
export const checkedInvariants: readonly number[] = [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 13, 14];

/** What must hold after every event, by the numbers of the design's list; a breach is kept, with the moment. */
export class Invariants {
  readonly breaches: string[] = [];
  readonly #plan: Plan;
  readonly #nowMs: () => number;
  readonly #holders = new Map<number, string>();
  readonly #promotesByEpoch = new Map<number, number>();
  /** When vantages outside the standby's region saw the active site healthy, and could be known to. */
  readonly #successes: { readonly vantage: string; readonly atMs: number }[] = [];
  readonly #timing: Timing;
  readonly #worldMs: (actor: string, wallMs: number) => number;

  /**
   * @param timing how old what an actor decides by may be.
   * @param worldMs turns a reading of an actor's wall clock into the world's own time.
   */
  constructor(plan: Plan, nowMs: () => number, timing: Timing, worldMs: (actor: string, wallMs: number) => number) {
    this.#plan = plan;
    this.#nowMs = nowMs;
    this.#timing = timing;
    this.#worldMs = worldMs;
  }

  journalWritten(before: Journal | null, after: Journal): void {
    const { holder, term } = after.lease;
    if (holder !== null) {
      const known = this.#holders.get(term);
      this.must(1, known === undefined || known === holder, `term ${term} was ${known}'s and is ${holder}'s`);
      this.#holders.set(term, holder);
    }
    const started = after.operation !== null && before?.operation?.id !== after.operation.id ? after.operation : null;
    if (started !== null) this.#operationStarted(before, after, started);
    const { operation } = after;
    if (operation?.intent != null && before?.operation?.intent == null) this.#intentWritten(operation);
    if (before?.operation?.intent != null) {
      this.must(8, operation === null || operation.phase === 'Running', 'an operation turned back after its intent');
    }
    const calls = (operation?.steps ?? []).flatMap((step) => step.calls);
    const open = calls.filter((call) => call.result !== 'refused' && call.result !== 'refuted');
    this.must(5, open.length <= 1, `${open.length} calls may stand in ${operation?.id}`);
    for (const call of calls) {
      this.must(1, this.#holders.get(call.leaseTerm) === call.actor, `${call.actor} called in another's term`);
    }
  }

  #operationStarted(before: Journal | null, after: Journal, started: Operation): void {
    this.must(9, before === null || before.operation === null, 'an operation began while another ran');
    this.must(9, after.epoch === (before?.epoch ?? 0) + 1, `epoch went from ${before?.epoch} to ${after.epoch}`);
    this.must(14, before?.suspended === false, 'an operation began on a suspended plan');
    if (!started.automatic) return;
    this.must(9, started.startedAtMs >= (before?.cooldownUntilMs ?? 0), 'an operation began inside the cooldown');
    this.must(14, before?.mode === 'Automatic', 'an operation began by itself in mode Manual');
    // By the moment of the decision: the write that carries it may arrive long after, and the operation then aborts.
    const decidedMs = this.#worldMs(started.actors[0]?.actor ?? '', started.decision.atMs);
    this.#nobodySawItSince(decidedMs, this.#timing.callMs, 'the decision');
  }

  /** Invariant 10, at one moment: no success lies within the window that could be known then. */
  #nobodySawItSince(momentMs: number, knownAfterMs: number, what: string): void {
    for (const { vantage, atMs } of this.#successes) {
      const agoMs = momentMs - atMs;
      const known = agoMs > knownAfterMs && agoMs < this.#plan.windowMs - 100;
      this.must(10, !known, `${vantage} saw the active healthy ${agoMs} ms before ${what}`);
    }
  }

  #intentWritten(operation: Operation): void {
    const { observedLossSeconds, worstCaseSeconds } = operation.decision;
    const accepted = operation.consent.acceptUpToSeconds;
    const within = observedLossSeconds !== null && observedLossSeconds <= this.#plan.maxDataLossSeconds;
    const bound = observedLossSeconds ?? worstCaseSeconds ?? Number.POSITIVE_INFINITY;
    if (operation.automatic && operation.intent !== null) {
      const intendedMs = this.#worldMs(operation.actors.at(-1)?.actor ?? '', operation.intent.atMs);
      this.#nobodySawItSince(intendedMs, this.#timing.suspectMs + this.#timing.callMs, 'the intent');
    }
    const consented = accepted === 'any' || (accepted !== null && bound <= accepted);
    this.must(4, within || consented, `a loss of ${bound} s without consent to it (${accepted})`);
  }

  /** A vantage outside the standby's region has seen the active, and the actors can know it. */
  successSeen(vantage: string): void {
    this.#successes.push({ vantage, atMs: this.#nowMs() });
  }

  promoteAccepted(journal: Journal | null): void {
    const intent = journal?.operation?.intent ?? null;
    this.must(5, intent !== null, 'a promotion was accepted without an intent in the journal');
    const epoch = journal?.epoch ?? 0;
    const count = (this.#promotesByEpoch.get(epoch) ?? 0) + 1;
    this.#promotesByEpoch.set(epoch, count);
    this.must(5, count === 1, `${count} promotions were accepted in epoch ${epoch}`);
  }

  trafficOpened(cloud: Cloud, site: Site): void {
    this.must(3, cloud.sites[site].database.role === 'writer', `traffic opened to ${site} before it was writable`);
  }

  unfenced(journal: Journal | null): void {
    const forward = journal?.operation?.intent != null || journal?.activation.active === 'secondary';
    this.must(13, !forward, 'the former active was unfenced after the point of no return');
  }

  /** What can be asked of the state at any moment. */
  check(cloud: Cloud, table: JournalTable): void {
    for (const { operation, outcome } of table.history.values()) {
      this.must(11, outcome !== 'Succeeded' || operation.intent !== null, `${operation.id} succeeded without intent`);
    }
    for (const term of cloud.sites.secondary.takeover) {
      const explained = [table.document?.operation, ...[...table.history.values()].map((item) => item.operation)].some(
        (operation) => operation?.activationTerm === term && stepOf(operation, 'open-traffic') !== undefined,
      );
      this.must(11, explained, `nothing in the journal explains takeover/${term}`);
    }
  }

  /** Notes a breach of one of the design's numbered invariants. */
  must(invariant: number, holds: boolean, breach: string): void {
    if (!holds) this.breaches.push(`invariant ${invariant} at ${this.#nowMs()} ms: ${breach}`);
  }
}
