import { type DutyContext, look, perform, underLease } from './duty.ts';
import type { Journal } from './journal.ts';
import { releaseLease } from './lease.ts';

/**
 * Entitles the active site to traffic before anything has ever happened to the plan: `open/1`, which no manifest holds,
 * so that no re-apply can bring it back once fencing has deleted it. Under the lease, so that no operation begins
 * meanwhile.
 *
 * @returns whether it was seen that nothing is left to do; `false`: call again.
 */
export async function entitleFirst(context: DutyContext, journal: Journal): Promise<boolean> {
  const { active, term } = journal.activation;
  if (journal.epoch > 0 || context.ports.effects.entitle === null) return true;
  const effect = { kind: 'entitle', site: active, activationTerm: term } as const;
  const state = await look(context, effect);
  if (state === 'CannotTell') {
    context.report({ kind: 'Trouble', message: `nobody can tell whether ${active} is entitled to traffic yet` });
  }
  if (state !== 'NotDone') return state === 'Done';
  await underLease(context, journal, async (session) => {
    await session.renewIfDue();
    await perform(context, effect);
    await session.update(releaseLease);
  });
  return (await look(context, effect)) === 'Done';
}
