import type { Journal } from '../failover/journal.ts';
import { grantConsent, requestAbort, requestOperation } from '../failover/person.ts';
import type { Scenario } from './scenario.ts';
import type { World } from './world.ts';

/** A person's word, written into the journal by whichever way it took. */
export function say(world: World, words: string, change: (journal: Journal) => Journal): void {
  if (world.table.document === null) return;
  world.tell('a person', words);
  world.table.put(change, 'a person');
}

/** What people ask for, accept and call off in a scenario. */
export function schedulePeople(world: World, { requests, consentAtMs, abort }: Scenario): void {
  const at = (atMs: number, words: string, change: (journal: Journal) => Journal): void =>
    world.timeline.scheduleSilently(atMs, () => say(world, words, change));
  for (const { action, atMs, accepts } of requests) {
    const request = { action, reason: 'maintenance', acceptUpToSeconds: accepts };
    at(atMs, `asks for a ${action}`, (journal) => requestOperation(journal, request));
  }
  if (consentAtMs !== null) {
    at(consentAtMs, 'accepts a loss of up to 300 s', (journal) => grantConsent(journal, 300));
  }
  if (abort === null) return;
  const stop = (journal: Journal): Journal => requestAbort(journal, 'we stay');
  if (typeof abort === 'number') {
    at(abort, 'asks to abort', stop);
    return;
  }
  let asked = false;
  world.watchJournal(({ operation }) => {
    const step = operation?.steps.find(({ name }) => name === abort);
    if (asked || step === undefined || step.phase === 'Pending') return;
    asked = true;
    at(0, 'asks to abort', stop);
  });
}
