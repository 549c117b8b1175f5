import { type Alert, alertsDue } from './alerts.ts';
import { LeaseLost } from './journal-session.ts';
import { messageOf } from './once.ts';
import type { Operation } from './operation.ts';
import { handlerOf } from './ports.ts';
import { recordAlert } from './record.ts';
import type { OperationContext } from './run-operation.ts';

/** Sends what people must hear of, without ever holding up the operation. */
export interface AlertSender {
  /** Begins to send what is due and not on its way. Never throws. */
  send(operation: Operation): void;
}

/**
 * At least once: an alert is written down as sent only when somebody accepted it, so an actor that dies in between
 * leaves it to be sent again. A repeated one has the same subject, which names the operation and the matter.
 */
export function createAlertSender(context: OperationContext): AlertSender {
  const { ports, session, timing, report } = context;
  const told = new Set<string>();
  const notBefore = new Map<string, number>();

  async function deliver({ key, subject, message }: Alert): Promise<void> {
    const effect = { kind: 'notify', subject, message } as const;
    const handler = handlerOf(ports.effects, effect);
    if (handler?.perform === undefined) return;
    try {
      await handler.perform(effect);
      await session.update((journal) => recordAlert(journal, key));
    } catch (error) {
      if (error instanceof LeaseLost) return;
      report({ kind: 'Trouble', message: `alert not sent: ${messageOf(error)}` });
      notBefore.set(key, ports.clock.now().monotonicMs + timing.backoffMs.longest);
    }
  }

  return {
    send(operation) {
      const now = ports.clock.now();
      for (const alert of alertsDue(operation, now)) {
        const { key, subject, message } = alert;
        if (!told.has(key)) report({ kind: 'Trouble', message: `${subject}: ${message}` });
        told.add(key);
        if (now.monotonicMs < (notBefore.get(key) ?? Number.NEGATIVE_INFINITY)) continue;
        // Until it fails or stands in the journal, it is on its way.
        notBefore.set(key, Number.POSITIVE_INFINITY);
        void deliver(alert);
      }
    },
  };
}
