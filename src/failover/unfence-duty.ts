import { type DutyContext, look, perform, underLease } from './duty.ts';
import type { Journal } from './journal.ts';
import { releaseLease } from './lease.ts';

/**
 * What is left of an abort until the active has back what was taken from it. Called as `fenceDuty` is. A site that the
 * journal does not call active, in the very term that it was fenced in, is never given anything back.
 *
 * A fence whose answer was lost may arrive after it was undone: the duty ends when all is in place after the settle time.
 *
 * @param knownForMs for how long this actor has itself known of the duty.
 */
export async function unfenceDuty(context: DutyContext, journal: Journal, knownForMs: number): Promise<void> {
  const { pendingUnfence: pending, activation } = journal;
  if (pending?.site !== activation.active || pending.activationTerm !== activation.term) return;
  const { site, activationTerm } = pending;
  const effect = { kind: 'unfence', site, activationTerm } as const;
  const found = await look(context, effect);
  const isSettled = knownForMs >= context.timing.settleMs;
  if (found !== 'NotDone' && !(found === 'Done' && isSettled)) return;

  await underLease(context, journal, async (session) => {
    if (found === 'NotDone') {
      await session.renewIfDue();
      await perform(context, effect);
    }
    const givenBack = isSettled && (await look(context, effect)) === 'Done';
    await session.update((latest) =>
      releaseLease({ ...latest, pendingUnfence: givenBack ? null : latest.pendingUnfence }),
    );
    if (givenBack) context.report({ kind: 'Unfenced', site, message: 'it has its database and its traffic back' });
  });
}
