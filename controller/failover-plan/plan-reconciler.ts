import { UnderstudyError } from '../../src/api/errors.ts';
import { failoverPlanSchema } from '../../src/api/failover-plan.ts';
import type { FailoverPlanStatus } from '../../src/api/failover-plan-status.ts';
import { planHash } from '../../src/aws/plan-hash.ts';
import { planOf } from '../../src/failover/plan.ts';
import type { RolesReport } from '../desired-state/roles-report.ts';
import { fieldManager } from '../identity.ts';
import { type FailoverObject, failoverPlans, type PlanObject, planResource } from '../kinds.ts';
import type { PlanMetrics } from '../plan-metrics.ts';
import type { PlanRunner } from '../plan-runner/plan-runner.ts';
import type { PlanView } from '../plan-runner/plan-view.ts';
import type { FiledPlan } from '../plan-runner/running-plan.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { isNotFound } from '../runtime/api-error.ts';
import { apply } from '../runtime/apply.ts';
import type { Clock } from '../runtime/clock.ts';
import { setCondition } from '../runtime/conditions.ts';
import type { ReconcileContext, Requeue } from '../runtime/controller.ts';
import type { EventRecorder } from '../runtime/events.ts';
import type { Logger } from '../runtime/logger.ts';
import { deletionOf, planFinalizer } from './plan-deletion.ts';
import { planStatus, secondsText } from './plan-status.ts';
import { statusChange } from './status-change.ts';

/** A number that moved is written no more often than this. */
const faintEveryMs = 30_000;
/** And nothing but a phase more often than this. */
const plainEveryMs = 10_000;
/** While a deletion is held. */
const deletionEveryMs = 2_000;

export interface PlanReconcilerOptions {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly events: Pick<EventRecorder, 'record'>;
  readonly metrics: PlanMetrics;
  readonly runner: PlanRunner;
  /** From the informers' copies. */
  readonly plan: (key: string) => PlanObject | undefined;
  readonly failovers: (planKey: string) => readonly FailoverObject[];
  /** What came of writing the roles where Crossplane reads them. */
  readonly roles: (planKey: string) => RolesReport | undefined;
}

/** Drives what is filed, and says of each plan how safe it is. */
export class PlanReconciler {
  readonly #options: PlanReconcilerOptions;
  /** When the status of a plan was written last, on the monotonic clock. */
  readonly #writtenAtMs = new Map<string, number>();
  /** What an object of the informer's, which never changes, was read as. */
  readonly #read = new WeakMap<PlanObject, FiledPlan>();

  constructor(options: PlanReconcilerOptions) {
    this.#options = options;
  }

  async reconcile(key: string, { signal }: Pick<ReconcileContext, 'signal'>): Promise<Requeue | undefined> {
    const object = this.#options.plan(key);
    if (object === undefined) {
      await this.#leave(key);
      return undefined;
    }
    const filed = this.#filed(object);
    if (filed instanceof UnderstudyError) {
      await this.#refuse(object, filed, signal);
      return undefined;
    }
    if (object.metadata.deletionTimestamp !== undefined) return this.#delete(object, filed, signal);
    await this.#hold(object, signal);
    this.#options.runner.set(filed);
    const view = this.#options.runner.get(key);
    return view === undefined ? undefined : this.#show(object, view, signal);
  }

  #filed(object: PlanObject): FiledPlan | UnderstudyError {
    const known = this.#read.get(object);
    if (known !== undefined) return known;
    const resource = planResource(object);
    const parsed = failoverPlanSchema.safeParse(resource);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const message = `${issue?.path.join('.') ?? 'spec'}: ${issue?.message ?? 'is not understood'}`;
      return new UnderstudyError('US3009', message);
    }
    const key = keyOfPlan(object);
    // Whoever deleted the policy wants nothing more to begin.
    const suspended = parsed.data.spec.suspended || object.metadata.deletionTimestamp !== undefined;
    const spec = { ...parsed.data.spec, suspended };
    const plan = planOf({ ...parsed.data, spec });
    const filed = { key, spec, plan, hash: planHash(plan) };
    this.#read.set(object, filed);
    return filed;
  }

  async #show(object: PlanObject, view: PlanView, signal: AbortSignal): Promise<Requeue | undefined> {
    const { clock, metrics, roles, failovers } = this.#options;
    const { wallMs, monotonicMs } = clock.now();
    const before = object.status;
    const status = planStatus({
      view,
      generation: object.metadata.generation,
      before,
      roles: roles(view.key),
      lastFailover: lastFailover(view, failovers(view.key)),
      now: new Date(wallMs),
    });
    const change = statusChange(before, status);
    if (change === 'None' && metrics.knows(view.key)) return undefined;
    metrics.show(view, status);
    if (change === 'None') return undefined;
    // The first look at readiness is what whoever has just applied a plan waits for.
    const isFirstLook = before?.findings === undefined && status.findings !== undefined;
    const isUrgent = before?.phase !== status.phase || before?.epoch !== status.epoch || isFirstLook;
    const everyMs = isUrgent ? 0 : change === 'Faint' ? faintEveryMs : plainEveryMs;
    const sinceMs = monotonicMs - (this.#writtenAtMs.get(view.key) ?? Number.NEGATIVE_INFINITY);
    if (sinceMs < everyMs) return { requeueAfterMs: everyMs - sinceMs };
    await this.#write(object, status, signal);
    this.#writtenAtMs.set(view.key, monotonicMs);
    if (before?.phase !== status.phase) this.#tellPhase(object, before?.phase, status);
    return undefined;
  }

  async #write(object: PlanObject, status: FailoverPlanStatus, signal: AbortSignal): Promise<void> {
    const { name, namespace } = object.metadata;
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
    const options = { fieldManager, force: true, subresource: 'status', signal } as const;
    await apply(this.#options.api, failoverPlans, { metadata, status }, options).catch(unlessGone);
  }

  #tellPhase(object: PlanObject, before: string | undefined, { phase, message = '' }: FailoverPlanStatus): void {
    const isGood = phase === 'Protected' || phase === 'Reprotecting';
    this.#options.logger.info({ plan: keyOfPlan(object), phase, before }, message);
    this.#options.events.record({
      regarding: object,
      type: isGood ? 'Normal' : 'Warning',
      reason: `${phase}`,
      action: 'Assess',
      note: message,
    });
  }

  /** A plan that this version cannot read is not driven, or driven on by what it was before. */
  async #refuse(object: PlanObject, { message, remedy }: UnderstudyError, signal: AbortSignal): Promise<void> {
    const text = `The plan cannot be read: ${message}. ${remedy}`;
    const now = new Date(this.#options.clock.now().wallMs);
    const observedGeneration = object.metadata.generation;
    const said = { type: 'Ready', status: 'Unknown', reason: 'PlanNotUnderstood', message: text } as const;
    const conditions = [...setCondition([], { ...said, observedGeneration }, now)];
    if (object.status?.message === text) return;
    await this.#write(object, { phase: 'Unknown', message: text, conditions } as FailoverPlanStatus, signal);
    this.#tellPhase(object, object.status?.phase, { phase: 'Unknown', message: text } as FailoverPlanStatus);
  }

  async #hold(object: PlanObject, signal: AbortSignal): Promise<void> {
    const finalizers = object.metadata.finalizers ?? [];
    if (!finalizers.includes(planFinalizer)) await this.#setFinalizers(object, [...finalizers, planFinalizer], signal);
  }

  async #delete(object: PlanObject, filed: FiledPlan, signal: AbortSignal): Promise<Requeue | undefined> {
    const { runner, clock, events, logger } = this.#options;
    const finalizers = object.metadata.finalizers ?? [];
    if (!finalizers.includes(planFinalizer)) {
      await this.#leave(filed.key);
      return undefined;
    }
    runner.set(filed);
    const view = runner.get(filed.key);
    const askedMs = Date.parse(object.metadata.deletionTimestamp ?? '');
    const deletion = deletionOf(view, askedMs, clock.now().wallMs);
    if (deletion.kind === 'Hold') {
      const note = `The deletion waits: ${deletion.message}. Nothing new begins. To give up what is half done, remove the finalizer ${planFinalizer}.`;
      events.record({ regarding: object, type: 'Warning', reason: 'DeletionHeld', action: 'Delete', note });
      if (view !== undefined) await this.#show(object, view, signal);
      return { requeueAfterMs: deletionEveryMs };
    }
    await this.#leave(filed.key);
    logger.info({ plan: filed.key }, `the plan is let go: ${deletion.message}`);
    await this.#setFinalizers(
      object,
      finalizers.filter((each) => each !== planFinalizer),
      signal,
    );
    return undefined;
  }

  async #leave(key: string): Promise<void> {
    await this.#options.runner.remove(key);
    this.#options.metrics.leave(key);
    this.#writtenAtMs.delete(key);
  }

  /** With the version that was looked at, so that a finalizer of somebody else is never lost. */
  async #setFinalizers(object: PlanObject, finalizers: readonly string[], signal: AbortSignal): Promise<void> {
    const { resourceVersion } = object.metadata;
    const patch = { metadata: { finalizers, resourceVersion } };
    await this.#options.api.mergePatch(failoverPlans, object.metadata, patch, { signal }).catch(unlessGone);
  }
}

export function keyOfPlan({ metadata: { name, namespace = 'default' } }: PlanObject): string {
  return `${namespace}/${name}`;
}

function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}

function lastFailover(view: PlanView, failovers: readonly FailoverObject[]): FailoverPlanStatus['lastFailover'] {
  const last = view.journal?.last ?? null;
  if (last === null) return undefined;
  const record = failovers.find(({ status }) => status?.operationId === last.id);
  const { rto, rpo } = record?.status?.measured ?? {};
  return {
    operationId: last.id,
    action: last.action,
    phase: last.outcome,
    completedAt: secondsText(new Date(last.completedAtMs)),
    ...(rto === undefined ? {} : { rto }),
    ...(rpo === undefined ? {} : { rpo }),
  };
}
