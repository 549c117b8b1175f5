import { type Alert, alertsDue } from './alerts.ts';
import { LeaseLost } from './journal-session.ts';
import { messageOf } from './once.ts';
import type { Operation, StepName } from './operation.ts';
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
  /** When this actor first saw each step under way. */
  const seenSince = new Map<StepName, number>();

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
      const { monotonicMs } = ports.clock.now();
      for (const { name, startedAtMs } of operation.steps) {
        if (startedAtMs !== null && !seenSince.has(name)) seenSince.set(name, monotonicMs);
      }
      for (const alert of alertsDue(operation, (step) => monotonicMs - (seenSince.get(step) ?? monotonicMs))) {
        const { key, subject, message } = alert;
        if (!told.has(key)) report({ kind: 'Trouble', message: `${subject}: ${message}` });
        told.add(key);
        if (monotonicMs < (notBefore.get(key) ?? Number.NEGATIVE_INFINITY)) continue;
        // Until it fails or stands in the journal, it is on its way.
        notBefore.set(key, Number.POSITIVE_INFINITY);
        void deliver(alert);
      }
    },
  };
}
