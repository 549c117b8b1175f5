import type { Site } from '../api/site.ts';
import { type DutyContext, look, perform, underLease } from './duty.ts';
import type { Effect } from './effect.ts';
import type { Journal } from './journal.ts';
import { releaseLease } from './lease.ts';
import { formerDatabase, type Plan } from './plan.ts';

/**
 * What is left of a failover until the former active is proven unable to accept writes: fences it as soon as its region
 * answers again, before anything else. Looking takes no lease; doing does. Called each interval while the lease is free
 * or its holder is gone, and at an actor's start.
 */
export async function fenceDuty(context: DutyContext, journal: Journal): Promise<void> {
  const pending = journal.pendingFence;
  if (pending === null) return;
  const { site, activationTerm } = pending;
  const effects = fenceEffects(context.plan, site, activationTerm);
  const looks = await Promise.all(effects.map((effect) => look(context, effect)));
  const missing = effects.filter((_effect, index) => looks[index] === 'NotDone');
  const database = formerDatabase(context.plan, journal, site);
  const proof = { kind: 'prove-fence', site, database, activationTerm } as const;
  // No write reaching the database proves nothing by itself: the application may merely be dead for now.
  const isProven = async (): Promise<boolean> => {
    const states = await Promise.all([...effects, proof].map((effect) => look(context, effect)));
    return states.every((state) => state === 'Done');
  };
  const isInPlace = looks.every((state) => state === 'Done');
  if (missing.length === 0 && !(isInPlace && (await isProven()))) return;

  await underLease(context, journal, async (session) => {
    await session.renewIfDue();
    await Promise.all(missing.map((effect) => perform(context, effect)));
    const proven = await isProven();
    await session.update((latest) =>
      releaseLease(
        proven ? { ...latest, pendingFence: null, fenced: site } : { ...latest, pendingFence: unproven(latest) },
      ),
    );
    if (proven) context.report({ kind: 'Fenced', site, message: 'it is fenced: no write reaches its database' });
  });
}

/**
 * Proven once is not proven for ever: somebody may open what was closed. Called each interval as long as a site stands
 * fenced; one that no longer does is fenced again before anything else.
 */
export async function keepFenced(context: DutyContext, journal: Journal, site: Site): Promise<void> {
  const activationTerm = journal.activation.term - 1;
  const database = formerDatabase(context.plan, journal, site);
  const state = await look(context, { kind: 'prove-fence', site, database, activationTerm });
  if (state !== 'NotDone') return;
  const reason = 'it was proven fenced, and a write could reach it again';
  const sinceMs = context.ports.clock.now().wallMs;
  await underLease(context, journal, async (session) => {
    await session.update((latest) =>
      releaseLease({ ...latest, fenced: null, pendingFence: { site, activationTerm, sinceMs, reason } }),
    );
  });
  context.report({ kind: 'FencePending', site, message: reason });
}

function unproven(journal: Journal): Journal['pendingFence'] {
  const reason = 'fenced where it answers, but no write was seen to be refused yet';
  return journal.pendingFence === null ? null : { ...journal.pendingFence, reason };
}

function fenceEffects(plan: Plan, site: Site, activationTerm: number): Effect[] {
  const close: Effect = { kind: 'close-traffic', site, activationTerm };
  return plan.sites[site].fencing === undefined ? [close] : [close, { kind: 'fence-database', site }];
}
