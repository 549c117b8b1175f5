import type { Site } from '../../src/api/site.ts';
import type { Journal } from '../../src/failover/journal.ts';
import { planNow } from '../../src/failover/plan.ts';
import type { ManagedObject, StackObject } from '../kinds.ts';
import type { PlanView } from '../plan-runner/plan-view.ts';
import { isReplica, slotOf } from './database-slots.ts';
import { isPaused, isPausedByUs, type ManagedResources } from './managed-resources.ts';

/** Whether the provider wants of a site's database what the journal says, and AWS has it so. */
export interface ProviderWord {
  readonly agrees: boolean;
  readonly reason: string;
  /** Part of a sentence. */
  readonly message: string;
}

/**
 * Lets the provider see to the database of a site again once it would find nothing to change: the managed resource says
 * what the roles say, and whatever it was paused for is over. Then looks whether it is content.
 *
 * While it is paused Crossplane still changes its spec; the provider does not act on it. So the order is: paused,
 * promoted, told that it is a writer, seen to be told so, and let go.
 */
export async function settleProvider(
  managed: ManagedResources,
  view: PlanView,
  journal: Journal,
  site: Site,
  stack: StackObject,
): Promise<ProviderWord> {
  const { identifier } = planNow(view.plan, journal).sites[site].database;
  const slot = slotOf(identifier)?.slot;
  if (slot === undefined) return waits('ForeignDatabase', `${identifier} is in no slot`);
  const object = await managed.database(stack, slot);
  if (object === undefined) return waits('NotComposed', `Crossplane has not composed ${identifier} yet`);
  const wanted = stack.spec.failover?.databases?.[slot]?.source ?? '';
  if (sourceOf(object) !== wanted) {
    return waits(
      'NotFollowed',
      `${object.metadata.name} does not say yet ${wanted === '' ? 'that it is a writer' : `that it replicates ${wanted}`}`,
    );
  }
  if (isPausedByUs(object)) {
    if (isNeeded(journal, site))
      return waits('Paused', `${object.metadata.name} is paused for ${journal.operation?.id}`);
    await managed.resumeDatabase(stack, slot);
    return waits('Resumed', `${object.metadata.name} has just been let go, and the provider has not looked yet`);
  }
  if (isPaused(object))
    return waits(
      'PausedByOthers',
      `${object.metadata.name} is paused, and not by Understudy: remove the annotation crossplane.io/paused`,
    );
  return wordOf(object, wanted);
}

/** From the fence to the end of the promotion. */
function isNeeded(journal: Journal, site: Site): boolean {
  const { operation } = journal;
  if (operation === null || operation.to !== site || operation.phase === 'Aborting') return false;
  return isReplica(journal, site) && operation.action !== 'Reprotect' && operation.action !== 'Drill';
}

function wordOf(object: ManagedObject, wanted: string): ProviderWord {
  const { name } = object.metadata;
  const conditions = object.status?.conditions ?? [];
  for (const type of ['Synced', 'Ready']) {
    const condition = conditions.find((each) => each.type === type);
    if (condition?.status !== 'True') {
      const why =
        condition === undefined ? 'nothing is said of it yet' : `${condition.reason} ${condition.message ?? ''}`.trim();
      return waits(`Not${type}`, `${name} is not ${type}: ${why}`);
    }
  }
  const found = object.status?.atProvider?.replicateSourceDb ?? '';
  if (found !== wanted)
    return waits(
      'Differs',
      `AWS has ${found === '' ? 'no source' : found} for ${name}, the stack ${wanted === '' ? 'none' : wanted}`,
    );
  return { agrees: true, reason: 'ProviderAgrees', message: `${name} is as the stack says` };
}

function sourceOf(object: ManagedObject): unknown {
  return object.spec?.forProvider?.replicateSourceDb ?? '';
}

function waits(reason: string, message: string): ProviderWord {
  return { agrees: false, reason, message };
}
