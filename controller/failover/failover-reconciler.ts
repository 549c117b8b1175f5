import type { PlanHistory } from '../../src/aws/plan-history.ts';
import type { Journal } from '../../src/failover/journal.ts';
import type { HistoryRecord } from '../../src/failover/journal-export.ts';
import type { Operation } from '../../src/failover/operation.ts';
import { isPastReturn } from '../../src/failover/operation-state.ts';
import { grantConsent, requestAbort, requestOperation } from '../../src/failover/person.ts';
import type { FailoverObject, PlanObject } from '../kinds.ts';
import type { PlanRunner } from '../plan-runner/plan-runner.ts';
import type { PlanView } from '../plan-runner/plan-view.ts';
import type { Clock } from '../runtime/clock.ts';
import type { NewCondition } from '../runtime/conditions.ts';
import type { ReconcileContext, Requeue } from '../runtime/controller.ts';
import { dryRunFields } from './dry-run-fields.ts';
import { isRecord, operationOf } from './failover-record.ts';
import type { FailoverWriter } from './failover-writer.ts';
import { consentAmount, endedFields, type OperationFields, runningFields } from './record-status.ts';
import { acceptedLoss, isMore, requestVerdict } from './request-verdict.ts';

type Said = Omit<NewCondition, 'observedGeneration'>;

export interface FailoverReconcilerOptions {
  readonly clock: Clock;
  readonly runner: PlanRunner;
  readonly writer: FailoverWriter;
  /** From the informers' copies. */
  readonly plan: (key: string) => PlanObject | undefined;
  readonly failovers: (planKey: string) => readonly FailoverObject[];
  readonly history: (view: PlanView) => Promise<PlanHistory>;
}

/** A cluster that was built anew gets so many records back; all of them stay in the journal's table. */
const mostRecords = 20;
/** While something that is needed cannot be read. */
const againMs = 2_000;

/**
 * Carries what people ask for into the journal, and what the journal says back into Failovers: those of people, and
 * records of what nobody asked for by an object. One key is one plan, so that its Failovers are judged together.
 */
export class FailoverReconciler {
  readonly #options: FailoverReconcilerOptions;
  /** The latest operation whose end has been written down, by plan. */
  readonly #recorded = new Map<string, string>();
  /**
   * Uids of those whose end was written down here, by plan: the informer's copy is older for a moment, and one that is
   * taken for open would be asked for again, and end a second time as nothing to do.
   */
  readonly #ended = new Map<string, Set<string>>();

  constructor(options: FailoverReconcilerOptions) {
    this.#options = options;
  }

  async reconcile(key: string, { signal }: Pick<ReconcileContext, 'signal'>): Promise<Requeue | undefined> {
    const { runner, plan: planOf } = this.#options;
    const plan = planOf(key);
    const view = runner.get(key);
    if (plan === undefined || view?.journal == null) {
      if (plan === undefined) {
        this.#recorded.delete(key);
        this.#ended.delete(key);
      }
      await this.#cannotBegin(key, plan, view, signal);
      return undefined;
    }
    const { journal } = view;
    await this.#withdrawDeleted(key, journal);
    const missing = await this.#recordEnded(view, plan, journal, signal);
    if (journal.operation !== null) await this.#showRunning(key, plan, journal.operation, signal);
    for (const object of this.#open(key)) {
      if (object.metadata.uid === journal.operation?.requestId) continue;
      await this.#serve(object, view, journal, missing, signal);
    }
    // A dry run is made of what the first look at the world tells.
    const waits = missing.length > 0 || (view.decided === null && this.#open(key).length > 0);
    return waits ? { requeueAfterMs: againMs } : undefined;
  }

  /** What people wish for and is not over, the oldest first. */
  #open(key: string): readonly FailoverObject[] {
    const ended = this.#ended.get(key);
    return this.#options
      .failovers(key)
      .filter((object) => !isRecord(object) && !isOver(object) && object.metadata.deletionTimestamp === undefined)
      .filter(({ metadata }) => ended?.has(metadata.uid ?? '') !== true)
      .toSorted((one, other) => compare(bornOf(one), bornOf(other)) || compare(one.metadata.name, other.metadata.name));
  }

  async #cannotBegin(key: string, plan: PlanObject | undefined, view: PlanView | undefined, signal: AbortSignal) {
    const why =
      plan === undefined
        ? { reason: 'NoPlan', message: `There is no FailoverPlan ${key}, or another controller looks after it.` }
        : { reason: 'NoJournal', message: view?.trouble?.message ?? 'The journal has not been read yet.' };
    for (const object of this.#open(key)) {
      // One that was asked for already is over or under way, as the journal will tell.
      if (isAsked(object)) continue;
      await this.#say(object, { phase: 'Pending', message: why.message }, [accepted('Unknown', why)], signal);
    }
  }

  /** Nobody wants any more what a deleted object asked for. */
  async #withdrawDeleted(key: string, { requested }: Journal): Promise<void> {
    const id = requested?.id;
    if (id === undefined || this.#options.failovers(key).some(({ metadata }) => metadata.uid === id)) return;
    await this.#withdraw(key, id);
  }

  async #withdraw(key: string, id: string): Promise<void> {
    await this.#options.runner.updateJournal(key, (journal) =>
      journal.requested?.id === id ? { ...journal, requested: null } : journal,
    );
  }

  /**
   * Writes down what has ended since it was last looked, by whomever.
   *
   * @returns why a part of the history is missing.
   */
  async #recordEnded(
    view: PlanView,
    plan: PlanObject,
    journal: Journal,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { history, failovers } = this.#options;
    const last = journal.last?.id ?? '';
    if (last === '' || this.#recorded.get(view.key) === last) return [];
    const { records, missing } = await history(view);
    const objects = failovers(view.key);
    const known = Math.max(0, ...objects.filter(isOver).map(({ status }) => status?.epoch ?? 0));
    for (const record of records) {
      const owners = objects.filter((object) => isOwner(object, record));
      for (const owner of owners) await this.#end(view.key, owner, record, signal);
      if (owners.length === 0 && record.epoch > known && record.epoch > journal.epoch - mostRecords) {
        await this.#end(view.key, await this.#options.writer.record(plan, record, signal), record, signal);
      }
    }
    if (missing.length === 0) this.#recorded.set(view.key, last);
    return missing;
  }

  async #end(key: string, object: FailoverObject, record: HistoryRecord, signal: AbortSignal): Promise<void> {
    if (isOver(object)) return;
    const { uid } = object.metadata;
    if (uid !== undefined) this.#ended.set(key, (this.#ended.get(key) ?? new Set()).add(uid));
    const fields = endedFields(record);
    const status = record.outcome === 'Succeeded' ? 'True' : 'False';
    const said = { type: 'Succeeded', status, reason: record.outcome, message: fields.message ?? '' } as const;
    await this.#say(object, fields, [said], signal);
  }

  async #showRunning(key: string, plan: PlanObject, operation: Operation, signal: AbortSignal): Promise<void> {
    const objects = this.#options.failovers(key);
    const asking = objects.find(({ metadata }) => metadata.uid === operation.requestId);
    const known = asking ?? objects.find((object) => operationOf(object) === operation.id);
    const object = known ?? (await this.#options.writer.record(plan, operation, signal));
    const latest = await this.#carryWords(key, object, operation);
    const fields = runningFields(latest, { consent: (amount) => howToConsent(object, amount) });
    await this.#say(object, fields, runningConditions(object, latest, fields), signal);
  }

  /** Consent and abort, given after the operation began. */
  async #carryWords(key: string, object: FailoverObject, operation: Operation): Promise<Operation> {
    const consent = acceptedLoss(object.spec);
    const consents = isMore(consent, operation.consent.acceptUpToSeconds);
    const aborts = object.spec.abort && !operation.abort.requested && !isPastReturn(operation);
    if (!consents && !aborts) return operation;
    const written = await this.#options.runner.updateJournal(key, (journal) => {
      // Another operation may have begun meanwhile, about which nobody has said anything.
      if (journal.operation?.id !== operation.id) return journal;
      const consented = consents && consent !== null ? grantConsent(journal, consent) : journal;
      return aborts ? requestAbort(consented, `asked for by Failover ${object.metadata.name}`) : consented;
    });
    return written?.operation?.id === operation.id ? written.operation : operation;
  }

  async #serve(
    object: FailoverObject,
    view: PlanView,
    journal: Journal,
    missing: readonly string[],
    signal: AbortSignal,
  ) {
    const { uid = '' } = object.metadata;
    const declined = view.declined.get(uid);
    const pending = (message: string, condition: Said) =>
      this.#say(object, { phase: 'Pending', message }, [condition], signal);
    const over = (phase: 'Failed' | 'Aborted', why: Why) =>
      this.#say(object, { phase, message: why.message }, [accepted('False', why)], signal);

    if (object.spec.dryRun) return this.#dryRun(object, view, signal);
    if (declined !== undefined)
      return over('Failed', { reason: 'NothingToDo', message: `There is nothing to do: ${declined}.` });
    if (object.spec.abort && !isAsked(object)) return over('Aborted', calledOff);
    if (journal.requested?.id === uid) {
      if (object.spec.abort) {
        await this.#withdraw(view.key, uid);
        return over('Aborted', calledOff);
      }
      const message = waitWords(view);
      return pending(message, accepted('True', { reason: 'Asked', message }));
    }
    // Asked for once, and in the journal no more: it has ended, and only the history tells how.
    if (isAsked(object) && missing.length > 0) {
      return pending(
        `It was asked for; what became of it cannot be read: ${missing.join('; ')}.`,
        accepted('True', asked),
      );
    }
    if (isAsked(object) && object.spec.abort) return over('Aborted', calledOff);
    const earlier = this.#open(view.key).find(({ metadata }) => metadata.uid === journal.requested?.id);
    const verdict = requestVerdict(object, journal, earlier);
    switch (verdict.kind) {
      case 'Refuse':
        return over('Failed', verdict);
      case 'Wait':
        return pending(verdict.message, accepted('False', verdict));
      case 'Ask':
        // Noted first: whoever finds it noted looks for what became of it before asking again.
        await pending(asked.message, accepted('True', asked));
        await this.#options.runner.updateJournal(view.key, (latest) =>
          latest.requested === null && latest.operation === null ? requestOperation(latest, verdict.request) : latest,
        );
    }
  }

  async #dryRun(object: FailoverObject, view: PlanView, signal: AbortSignal): Promise<void> {
    const fields = dryRunFields(object, view, this.#options.clock.now());
    if (fields === null) {
      const why = { reason: 'NotLookedAt', message: 'The plan has not been looked at yet.' };
      return this.#say(object, { phase: 'Pending', message: why.message }, [accepted('Unknown', why)], signal);
    }
    return this.#say(object, fields, [accepted('True', { reason: 'DryRun', message: 'Nothing is done.' })], signal);
  }

  #say(
    object: FailoverObject,
    fields: OperationFields,
    conditions: readonly Said[],
    signal: AbortSignal,
  ): Promise<void> {
    return this.#options.writer.write(object, fields, conditions, signal);
  }
}

interface Why {
  readonly reason: string;
  readonly message: string;
}

const asked: Why = { reason: 'Asked', message: 'It is written into the journal; whoever sees it first begins it.' };
const calledOff: Why = { reason: 'CalledOff', message: 'It was called off before anything began.' };

function accepted(status: Said['status'], { reason, message }: Why): Said {
  return { type: 'Accepted', status, reason, message };
}

function runningConditions(object: FailoverObject, operation: Operation, { message = '' }: OperationFields): Said[] {
  const conditions: Said[] = [{ type: 'Succeeded', status: 'Unknown', reason: operation.phase, message }];
  if (!isRecord(object)) conditions.push(accepted('True', { reason: 'Begun', message: `It is ${operation.id}.` }));
  if (operation.phase === 'WaitingForConsent') {
    const needed = consentAmount(operation);
    const { acceptUpToSeconds: given } = operation.consent;
    const tooLow =
      given === null
        ? 'Nothing has been accepted'
        : `${given === 'any' ? given : `${given}s`} was accepted, which is too little`;
    conditions.push({
      type: 'Consented',
      status: 'False',
      reason: given === null ? 'NotGiven' : 'TooLow',
      message: `${tooLow}; ${needed} is needed. ${howToConsent(object, needed)}`,
    });
  } else if (operation.consent.acceptUpToSeconds !== null && isPastConsent(operation)) {
    const message = 'A person accepts the loss.';
    conditions.push({ type: 'Consented', status: 'True', reason: 'Given', message });
  }
  if (object.spec.abort && isPastReturn(operation)) {
    const message = 'It is past its point of no return: it only goes forward.';
    conditions.push({ type: 'Abortable', status: 'False', reason: 'PastReturn', message });
  }
  return conditions;
}

/** Not so where the operation was called off while what was accepted was too little. */
function isPastConsent({ steps }: Operation): boolean {
  return steps.some(({ name, phase }) => name === 'consent' && phase === 'Done');
}

function howToConsent({ metadata: { name, namespace = 'default' } }: FailoverObject, amount: string): string {
  const patch = JSON.stringify({ spec: { dataLoss: { acceptUpTo: amount } } });
  return `To go on: kubectl -n ${namespace} patch fo ${name} --type merge -p '${patch}'. To stay: set spec.abort to true.`;
}

function waitWords({ decided }: PlanView): string {
  const { decision } = decided ?? {};
  if (decision?.kind !== 'Hold') return asked.message;
  const reasons = decision.reasons.map(({ message, clears }) => `${message} (what would change it: ${clears})`);
  return `It is asked for, and waits: ${reasons.join('; ')}.`;
}

/** A request may become two operations: of a failback's first half only the failure ends it. */
function isOwner(object: FailoverObject, { id, requestId, action, outcome }: HistoryRecord): boolean {
  if (object.metadata.uid === requestId) return object.spec.action === action || outcome === 'Aborted';
  return operationOf(object) === id;
}

function isOver({ status }: FailoverObject): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed' || status?.phase === 'Aborted';
}

/** It was, or was about to be, written into the journal. */
function isAsked({ status }: FailoverObject): boolean {
  return (status?.conditions ?? []).some(({ type, status: is }) => type === 'Accepted' && is === 'True');
}

function bornOf({ metadata }: FailoverObject): string {
  return metadata.creationTimestamp ?? '';
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
