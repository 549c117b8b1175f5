import type { Site } from '../../src/api/site.ts';
import type { EffectOf, Look } from '../../src/failover/effect.ts';
import { planNow } from '../../src/failover/plan.ts';
import { PortError } from '../../src/failover/port-error.ts';
import type { EffectHandler, EffectHandlers } from '../../src/failover/ports.ts';
import type { StackObject } from '../kinds.ts';
import type { PlanView } from '../plan-runner/plan-view.ts';
import type { FiledPlan } from '../plan-runner/running-plan.ts';
import { ApiError, ApiUnreachable } from '../runtime/api-error.ts';
import { reasonOf } from '../runtime/reason-of.ts';
import { slotOf } from './database-slots.ts';
import { isPaused, isPausedByUs, type ManagedResources } from './managed-resources.ts';
import { follows, type RolesOutcome, type RolesWriter } from './roles-writer.ts';

export interface KubernetesEffectsOptions {
  readonly roles: RolesWriter;
  readonly managed: ManagedResources;
  readonly view: (key: string) => PlanView | undefined;
  /** From the informer's copy. */
  readonly stack: (filed: FiledPlan, site: Site) => StackObject | undefined;
}

/**
 * The effects of a plan, with those done in the cluster that concern what Crossplane owns: an instance that AWS is asked
 * for directly is one that Crossplane knows nothing of. A site without a stack is AWS's alone.
 */
export function kubernetesEffects(
  options: KubernetesEffectsOptions,
): (filed: FiledPlan, aws: EffectHandlers) => EffectHandlers {
  return (filed, aws) => {
    const desk = new EffectDesk(options, filed);
    return {
      ...aws,
      'pause-reconciliation': desk.pause(),
      'resume-reconciliation': desk.resume(),
      'update-desired-state': desk.updateDesiredState(),
      'create-replica': desk.createReplica(aws['create-replica']),
      'retire-database': desk.retireDatabase(aws['retire-database']),
      'repoint-switch': desk.repointSwitch(aws['repoint-switch']),
    };
  };
}

class EffectDesk {
  readonly #options: KubernetesEffectsOptions;
  readonly #filed: FiledPlan;

  constructor(options: KubernetesEffectsOptions, filed: FiledPlan) {
    this.#options = options;
    this.#filed = filed;
  }

  pause(): EffectHandler<'pause-reconciliation'> {
    const { managed } = this.#options;
    return {
      check: ({ site }) =>
        this.#inCluster(async () => {
          const found = await this.#database(site);
          if (found === undefined) return done('Crossplane has no database there');
          return isPaused(found.object) ? done(`${found.object.metadata.name} is paused`) : notDone('it is not paused');
        }),
      perform: ({ site }) =>
        this.#inCluster(async () => {
          const found = await this.#database(site);
          const operation = this.#view()?.journal?.operation?.id ?? this.#filed.key;
          if (found !== undefined) await managed.pauseDatabase(found.stack, found.slot, operation);
        }),
    };
  }

  resume(): EffectHandler<'resume-reconciliation'> {
    const { managed } = this.#options;
    return {
      check: ({ site }) =>
        this.#inCluster(async () => {
          const found = await this.#database(site);
          return found === undefined || !isPausedByUs(found.object)
            ? done('nothing is paused')
            : notDone('it is paused');
        }),
      perform: ({ site }) =>
        this.#inCluster(async () => {
          const found = await this.#database(site);
          if (found !== undefined) await managed.resumeDatabase(found.stack, found.slot);
        }),
    };
  }

  /** What the provider makes of it is looked at afterwards: an operation must not last until Crossplane has come round. */
  updateDesiredState(): EffectHandler<'update-desired-state'> {
    return {
      check: () =>
        this.#inCluster(async () => {
          const { written, report } = await this.#write();
          if (written) return done(report.message);
          throw new PortError('Retryable', report.reason, report.message);
        }),
    };
  }

  createReplica(aws: EffectHandlers['create-replica']): EffectHandlers['create-replica'] {
    if (aws === null) return null;
    return this.#composed(aws, async () => {
      await this.#writeOrThrow();
    });
  }

  retireDatabase(aws: EffectHandlers['retire-database']): EffectHandlers['retire-database'] {
    if (aws === null) return null;
    return this.#composed(aws, async (effect) => {
      await this.#writeOrThrow();
      const found = await this.#slotDatabase(effect.site, effect.database);
      // Not before Crossplane lets go of it, or the provider would make it again.
      if (found === undefined || found.metadata.deletionTimestamp !== undefined) await aws.perform?.(effect);
    });
  }

  repointSwitch(aws: EffectHandlers['repoint-switch']): EffectHandlers['repoint-switch'] {
    const composed: EffectHandler<'repoint-switch'> = {
      check: ({ activationTerm }) =>
        this.#inCluster(async () => {
          const { written, report, stacks } = await this.#write();
          if (!written) throw new PortError('Retryable', report.reason, report.message);
          const late = Object.values(stacks).filter((stack) => !follows(stack, activationTerm));
          if (late.length === 0) return done(`the records follow the checks of term ${activationTerm}`);
          const names = late.map(({ metadata }) => metadata.name).join(', ');
          return { state: 'NotYet', detail: `the checks of term ${activationTerm} have not settled: ${names}` };
        }),
    };
    return this.#hasStack('primary') && this.#hasStack('secondary') ? composed : aws;
  }

  /** Looks by AWS, and acts through Crossplane on what is in a slot of a stack. */
  #composed<Kind extends 'create-replica' | 'retire-database'>(
    aws: EffectHandler<Kind>,
    perform: (effect: EffectOf<Kind>) => Promise<void>,
  ): EffectHandler<Kind> {
    const isOurs = ({ site, database }: { readonly site: Site; readonly database: string }): boolean =>
      this.#hasStack(site) && slotOf(database) !== null;
    return {
      check: (effect) => aws.check(effect),
      perform: async (effect) => (isOurs(effect) ? this.#inCluster(() => perform(effect)) : aws.perform?.(effect)),
    };
  }

  /** The managed resource of the instance that a site uses. */
  async #database(site: Site) {
    const view = this.#view();
    const stack = this.#options.stack(this.#filed, site);
    if (view?.journal == null || stack === undefined) return undefined;
    const slot = slotOf(planNow(this.#filed.plan, view.journal).sites[site].database.identifier)?.slot;
    const object = slot === undefined ? undefined : await this.#options.managed.database(stack, slot);
    return slot === undefined || object === undefined ? undefined : { stack, slot, object };
  }

  /** The managed resource in the slot of an instance, if it is that instance's. */
  async #slotDatabase(site: Site, identifier: string) {
    const stack = this.#options.stack(this.#filed, site);
    const slot = slotOf(identifier)?.slot;
    if (stack === undefined || slot === undefined) return undefined;
    const object = await this.#options.managed.database(stack, slot);
    return object?.spec?.forProvider?.identifier === identifier ? object : undefined;
  }

  #hasStack(site: Site): boolean {
    return this.#filed.spec.sites[site].stackRef !== undefined;
  }

  #view(): PlanView | undefined {
    return this.#options.view(this.#filed.key);
  }

  #write(): Promise<RolesOutcome> {
    return this.#options.roles.write(() => this.#view(), this.#filed.key);
  }

  async #writeOrThrow(): Promise<void> {
    const { written, report } = await this.#write();
    if (!written) throw new PortError('Retryable', report.reason, report.message);
  }

  /** The engine knows one kind of error. None of these calls is one that must not be repeated. */
  async #inCluster<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof PortError) throw error;
      const code =
        error instanceof ApiError ? error.reason : error instanceof ApiUnreachable ? 'ApiUnreachable' : 'Cluster';
      throw new PortError('Retryable', code, reasonOf(error), { cause: error });
    }
  }
}

function done(detail: string): Look {
  return { state: 'Done', detail };
}

function notDone(detail: string): Look {
  return { state: 'NotDone', detail };
}
