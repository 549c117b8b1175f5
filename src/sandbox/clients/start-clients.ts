import { type Child, startChild } from '../child-process.ts';
import type { ClientName, ClientsConfig, ClientsMessage, DrainMessage } from './client-messages.ts';
import { type Attempt, OutageLog } from './outage-log.ts';

/** The world's users at work, in a process of their own. */
export interface Clients {
  readonly pid: number;
  /** Resolves when their process has ended, with what ended it. */
  readonly ended: Child<ClientsMessage>['ended'];
  /** What they have seen so far; complete once {@link Clients.stop} has resolved. */
  readonly trades: OutageLog;
  readonly rows: OutageLog;
  /** Calls `listener` for each attempt, as it ends. */
  onAttempt(listener: (client: ClientName, attempt: Attempt) => void): void;
  /** Lets them finish what is unanswered, and ends them. */
  stop(): Promise<void>;
}

// More than every time-out inside: an unanswered trade, and a connection and a statement of the other client.
const drainMs = 10_000;

/** Starts the clients that `config` names. They work from the first moment. */
export function startClients(config: ClientsConfig): Clients {
  const child = startChild<ClientsMessage>(new URL('./main.ts', import.meta.url), config, process.env);
  const logs = { trades: new OutageLog(), rows: new OutageLog() };
  const listeners: ((client: ClientName, attempt: Attempt) => void)[] = [];
  child.onMessage((message) => {
    if (message.kind !== 'Attempt') return;
    logs[message.client].record(message.attempt);
    for (const listener of listeners) listener(message.client, message.attempt);
  });
  return {
    pid: child.pid,
    ended: child.ended,
    ...logs,
    onAttempt: (listener) => {
      listeners.push(listener);
    },
    stop: async () => {
      child.send({ kind: 'Drain' } satisfies DrainMessage);
      // It ends by itself once it has reported everything.
      const timer = setTimeout(() => void child.kill(), drainMs);
      await child.ended;
      clearTimeout(timer);
    },
  };
}
