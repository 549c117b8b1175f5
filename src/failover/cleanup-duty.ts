import { type DutyContext, look, perform, underLease } from './duty.ts';
import type { Journal } from './journal.ts';
import { releaseLease } from './lease.ts';

/**
 * Deletes the copy that a drill left behind. A call that makes it may arrive after it was given up: the duty ends when
 * nothing is there after the settle time.
 *
 * @param knownForMs for how long this actor has itself known of the duty.
 */
export async function cleanupDuty(context: DutyContext, journal: Journal, knownForMs: number): Promise<void> {
  const [cleanup] = journal.cleanups;
  if (cleanup === undefined) return;
  const { site, database } = cleanup;
  const effect = { kind: 'retire-database', site, database, snapshot: null } as const;
  const found = await look(context, effect);
  const isOver = found === 'Done' && knownForMs >= context.timing.settleMs;
  if (found !== 'NotDone' && !isOver) return;
  await underLease(context, journal, async (session) => {
    if (!isOver) {
      await session.renewIfDue();
      await perform(context, effect);
    }
    await session.update((latest) =>
      releaseLease({
        ...latest,
        cleanups: isOver ? latest.cleanups.filter((other) => other.database !== database) : latest.cleanups,
      }),
    );
    if (isOver) context.report({ kind: 'CleanedUp', site, message: `${database} is gone` });
  });
}
