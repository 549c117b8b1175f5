import type { Journal } from '../../failover/journal.ts';
import { type Call, type Operation, stepOf } from '../../failover/operation.ts';
import type { Plan } from '../../failover/plan.ts';
import { movesTheWriter } from '../../failover/steps/steps-of.ts';
import type { Timing } from '../../failover/timing.ts';
import type { HistoryItem } from '../journal-table.ts';
import type { Breaches } from './breaches.ts';
import type { LeaseRules } from './lease-rules.ts';
import type { SightingRules } from './sighting-rules.ts';

export interface JournalRulesContext {
  readonly plan: Plan;
  readonly timing: Timing;
  readonly breaches: Breaches;
  readonly lease: LeaseRules;
  readonly sightings: SightingRules;
  readonly history: ReadonlyMap<string, HistoryItem>;
  readonly nowMs: () => number;
  /** Turns a reading of an actor's wall clock into the world's own time. */
  readonly worldMs: (actor: string, wallMs: number) => number;
}

/** What each write of the journal must respect: invariants 4, 5, 8, 9, 11, 12 and 14, and 10 at its two moments. */
export class JournalRules {
  readonly #context: JournalRulesContext;
  /** When each irreversible call was written down. */
  readonly #calledMs = new Map<string, number>();

  constructor(context: JournalRulesContext) {
    this.#context = context;
  }

  journalWritten(before: Journal | null, after: Journal): void {
    const began = after.operation !== null && before?.operation?.id !== after.operation.id;
    if (began && after.operation !== null) this.#operationBegan(before, after, after.operation);
    if (before === null) return;
    this.#rolesKept(before, after);
    if (before.operation === after.operation) return;
    if (after.operation !== null && !began) this.#operationWentOn(before.operation, after.operation);
    if (before.operation !== null && after.operation === null) this.#operationEnded(before.operation, after);
  }

  #operationBegan(before: Journal | null, after: Journal, began: Operation): void {
    const { breaches, sightings, timing, worldMs } = this.#context;
    breaches.must(9, before === null || before.operation === null, () => 'an operation began while another ran');
    breaches.must(9, after.epoch === (before?.epoch ?? 0) + 1, () => `epoch ${after.epoch} after ${before?.epoch}`);
    breaches.must(9, began.epoch === after.epoch, () => `${began.id} is of epoch ${began.epoch}`);
    breaches.must(14, before?.suspended !== true, () => `${began.action} began on a suspended plan`);
    if (!began.automatic) return;
    const restUntilMs = before?.cooldownUntilMs ?? 0;
    breaches.must(9, began.startedAtMs >= restUntilMs, () => `${began.action} began inside the cooldown`);
    breaches.must(14, before?.mode !== 'Manual', () => `${began.action} began by itself in mode Manual`);
    if (began.action !== 'Failover') return;
    // By the moment of the decision: the write that carries it may arrive long after, and the operation then aborts.
    const decidedMs = worldMs(began.actors[0]?.actor ?? '', began.decision.atMs);
    sightings.nobodySawItSince(decidedMs, timing.callMs, 'the decision');
    sightings.enoughSawItDown(decidedMs, timing.callMs + 2 * timing.suspectMs);
  }

  #operationWentOn(before: Operation | null, after: Operation): void {
    const { breaches, lease } = this.#context;
    if (before?.intent == null && after.intent !== null) this.#intentWritten(after);
    if (before?.intent != null && after.action !== 'Drill') {
      const isForward = after.phase === 'Running' || after.phase === 'WaitingForHuman';
      breaches.must(8, isForward, () => `${after.id} turned back after its intent`);
      breaches.must(11, after.intent?.epoch === before.intent.epoch, () => `the intent of ${after.id} was changed`);
    }
    const calls = after.steps.find(({ name }) => name === 'promote')?.calls ?? [];
    const open = calls.filter(({ result }) => result !== 'refused' && result !== 'refuted').length;
    breaches.must(5, open <= 1, () => `${open} promotions may stand in ${after.id}`);
    for (const { actor, leaseTerm } of calls) {
      breaches.must(1, lease.holderOf(leaseTerm) === actor, () => `${actor} called in another's term`);
    }
    this.#nothingRefutedEarly(before, calls);
  }

  /** A request that may still be under way is not called one that never was. */
  #nothingRefutedEarly(before: Operation | null, calls: readonly Call[]): void {
    const { breaches, timing, nowMs } = this.#context;
    const known = before?.steps.find(({ name }) => name === 'promote')?.calls ?? [];
    for (const { id, result } of calls) {
      if (!known.some((call) => call.id === id)) this.#calledMs.set(id, nowMs());
      if (result !== 'refuted' || known.some((call) => call.id === id && call.result === 'refuted')) continue;
      const lookedMs = nowMs() - (this.#calledMs.get(id) ?? 0);
      breaches.must(5, lookedMs >= timing.settleMs * 0.9, () => `a call was given up after ${Math.round(lookedMs)} ms`);
    }
  }

  #intentWritten({ id, action, automatic, decision, consent, intent, actors }: Operation): void {
    const { breaches, plan, sightings, timing, worldMs } = this.#context;
    if (action !== 'Failover' || intent === null) return;
    const { observedLossSeconds, worstCaseSeconds } = decision;
    const accepted = consent.acceptUpToSeconds;
    const isWithin = observedLossSeconds !== null && observedLossSeconds <= plan.maxDataLossSeconds;
    const boundSeconds = observedLossSeconds ?? worstCaseSeconds ?? Number.POSITIVE_INFINITY;
    const isAccepted = accepted === 'any' || (accepted !== null && boundSeconds <= accepted);
    breaches.must(4, isWithin || isAccepted, () => `${id}: ${boundSeconds} s may be lost, and ${accepted} is accepted`);
    if (!automatic) return;
    const intendedMs = worldMs(actors.at(-1)?.actor ?? '', intent.atMs);
    sightings.nobodySawItSince(intendedMs, timing.suspectMs + timing.callMs, 'the intent');
  }

  /** History first: what ended must stand there, as it ended. */
  #operationEnded({ id, action, intent }: Operation, after: Journal): void {
    const { breaches, history, plan } = this.#context;
    const { last } = after;
    const isMoved = last?.outcome === 'Succeeded' && movesTheWriter(action);
    const item = history.get(id);
    breaches.must(11, last?.id === id, () => `${id} ended, and the latest is ${last?.id}`);
    breaches.must(11, item?.outcome === last?.outcome, () => `${id} ended as ${last?.outcome} and not in the history`);
    const isForward = intent === null || action === 'Drill' || last?.outcome === 'Succeeded';
    breaches.must(8, isForward, () => `${id} was given up after its intent`);
    if (isMoved) {
      const restMs = after.cooldownUntilMs - (last?.completedAtMs ?? 0);
      breaches.must(9, restMs >= plan.cooldownMs - 1, () => `${id} is followed by a rest of ${Math.round(restMs)} ms`);
    }
    const isExplained = last?.outcome === 'Aborted' || action === 'Reprotect' || intent !== null;
    breaches.must(11, isExplained, () => `${id} succeeded without an intent`);
  }

  /** Roles change by the steps of an operation and by nothing else, whoever writes. */
  #rolesKept(before: Journal, after: Journal): void {
    const { breaches } = this.#context;
    const { operation } = before;
    if (before.activation.term !== after.activation.term || before.activation.active !== after.activation.active) {
      const isActivated =
        operation !== null &&
        movesTheWriter(operation.action) &&
        after.activation.term === operation.activationTerm &&
        after.activation.active === operation.to &&
        after.operation !== null &&
        stepOf(after.operation, 'open-traffic').phase === 'Done';
      breaches.must(12, isActivated, () => `${after.activation.active} became active, and no operation made it so`);
    }
    const isRebuilding = operation?.action === 'Reprotect';
    breaches.must(12, before.switchTerm === after.switchTerm || isRebuilding, () => 'the switch was moved by nobody');
    breaches.must(12, before.home === after.home || isRebuilding, () => 'the journal was moved by nobody');
    breaches.must(12, before.epoch <= after.epoch, () => `epoch ${after.epoch} came after ${before.epoch}`);
    const began = after.operation !== null && operation === null;
    breaches.must(12, before.databases === after.databases || began || sameNames(before, after), () => 'renamed');
  }

  historyWritten(known: HistoryItem | undefined, item: HistoryItem): void {
    const isSame = known === undefined || known.outcome === item.outcome;
    this.#context.breaches.must(
      11,
      isSame,
      () => `${item.operation.id} ended as ${known?.outcome} and ${item.outcome}`,
    );
  }
}

function sameNames({ databases: one }: Journal, { databases: other }: Journal): boolean {
  return one.primary === other.primary && one.secondary === other.secondary;
}
