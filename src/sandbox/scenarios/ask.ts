import type { Action } from '../../failover/operation.ts';
import { requestOperation } from '../../failover/person.ts';
import type { FinishedOperation } from './journal-desk.ts';
import type { Stage } from './stage.ts';

/**
 * A person asks for an operation, and waits until it has ended. A failback is asked for once and may be two operations.
 *
 * @returns the operations that it took, as the history keeps them.
 */
export async function ask(stage: Stage, action: Action, reason: string): Promise<readonly FinishedOperation[]> {
  const { journal, events, story, say, until } = stage;
  const { epoch } = await journal.read();
  say('person', `asks for a ${action.toLowerCase()}: ${reason}`);
  await journal.write((found) => requestOperation(found, { action, reason, acceptUpToSeconds: null }));
  story.status(`waiting for the ${action.toLowerCase()}`);
  await until(`the end of the ${action.toLowerCase()}`, 900_000, async () => {
    const found = await journal.read();
    return found.epoch > epoch && found.operation === null && found.requested === null;
  });
  // Whoever ended it tells of it a moment later, and the story keeps its order.
  const ended = async (): Promise<boolean> => {
    const { last } = await journal.read();
    return events.some((event) => event.kind === 'OperationEnded' && event.operationId === last?.id);
  };
  await until('the word that it has ended', 60_000, ended);
  story.status('');
  return (await journal.history()).filter((operation) => operation.epoch > epoch);
}
