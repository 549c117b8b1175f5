import type { Site } from '../api/site.ts';
import type { Effect } from './effect.ts';
import type { EventBody } from './events.ts';
import type { Journal } from './journal.ts';
import { LeaseLost, openSession } from './journal-session.ts';
import { acquireLease, releaseLease } from './lease.ts';
import type { Plan } from './plan.ts';
import { PortError } from './port-error.ts';
import { handlerOf, type Ports } from './ports.ts';
import type { Timing } from './timing.ts';

/**
 * What is left of a failover until the former active is proven unable to accept writes: fences it as soon as its region
 * answers again, before anything else. Looking takes no lease; doing does. Called each interval while the lease is free
 * or its holder is gone, and at an actor's start.
 */
export async function fenceDuty(
  plan: Plan,
  ports: Ports,
  timing: Timing,
  actor: string,
  journal: Journal,
  report: (event: EventBody) => void,
): Promise<void> {
  const pending = journal.pendingFence;
  if (pending === null) return;
  const effects = fenceEffects(plan, pending.site, pending.activationTerm);
  const looks = await Promise.all(effects.map((effect) => look(ports, effect)));
  const missing = effects.filter((_effect, index) => looks[index] === 'NotDone');
  const proof = { kind: 'prove-fence', site: pending.site, activationTerm: pending.activationTerm } as const;
  const nothingNew = missing.length === 0 && (looks.includes('CannotTell') || (await look(ports, proof)) !== 'Done');
  if (nothingNew) return;

  const acquired = { ...acquireLease(journal, actor), version: journal.version + 1 };
  await ports.journal.write(acquired);
  const session = openSession(ports.journal, ports.clock, timing, acquired, (message) =>
    report({ kind: 'Trouble', message }),
  );
  try {
    await Promise.all(missing.map((effect) => perform(ports, effect, report)));
    const proven = (await look(ports, proof)) === 'Done';
    await session.update((latest) => releaseLease({ ...latest, pendingFence: proven ? null : unproven(latest) }));
    const { site } = pending;
    if (proven) report({ kind: 'Fenced', site, message: 'it is fenced: no write reaches its database' });
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
  }
}

function unproven(journal: Journal): Journal['pendingFence'] {
  const reason = 'fenced where it answers, but no write was seen to be refused yet';
  return journal.pendingFence === null ? null : { ...journal.pendingFence, reason };
}

function fenceEffects(plan: Plan, site: Site, activationTerm: number): Effect[] {
  const close: Effect = { kind: 'close-traffic', site, activationTerm };
  return plan.sites[site].fencing === undefined ? [close] : [close, { kind: 'fence-database', site }];
}

async function look(ports: Ports, effect: Effect): Promise<string> {
  try {
    return (await handlerOf(ports.effects, effect)?.check(effect))?.state ?? 'CannotTell';
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return 'CannotTell';
  }
}

async function perform(ports: Ports, effect: Effect, report: (event: EventBody) => void): Promise<void> {
  try {
    await handlerOf(ports.effects, effect)?.perform?.(effect);
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    report({ kind: 'Trouble', message: `${effect.kind}: ${error.message}` });
  }
}
