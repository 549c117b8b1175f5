import type { EventBody } from './events.ts';
import type { Journal } from './journal.ts';
import { acquireLease, releaseLease } from './lease.ts';
import { PortError } from './port-error.ts';
import type { Ports } from './ports.ts';

/**
 * Entitles the active site to traffic before anything has ever happened to the plan: `open/1`, which no manifest holds,
 * so that no re-apply can bring it back once fencing has deleted it. Under the lease, so that no operation begins
 * meanwhile.
 *
 * @returns whether nothing is left to do; `false`: call again.
 */
export async function entitleFirst(
  ports: Ports,
  actor: string,
  journal: Journal,
  report: (event: EventBody) => void,
): Promise<boolean> {
  const { active, term } = journal.activation;
  const handler = ports.effects.entitle;
  if (journal.epoch > 0 || handler === null) return true;
  const effect = { kind: 'entitle', site: active, activationTerm: term } as const;
  try {
    const { state } = await handler.check(effect);
    if (state === 'Done') return true;
    if (state !== 'NotDone') return false;
    const held = { ...acquireLease(journal, actor), version: journal.version + 1 };
    await ports.journal.write(held);
    await handler.perform?.(effect);
    await ports.journal.write({ ...releaseLease(held), version: held.version + 1 });
    return true;
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    report({ kind: 'Trouble', message: `entitling ${active} to traffic: ${error.message}` });
    return false;
  }
}
