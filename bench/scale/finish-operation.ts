import { advance } from '../../src/failover/advance.ts';
import type { Assessment } from '../../src/failover/assess.ts';
import { closeOperation } from '../../src/failover/close-operation.ts';
import type { Journal } from '../../src/failover/journal.ts';
import type { Plan } from '../../src/failover/plan.ts';
import { recordOutcome } from '../../src/failover/record.ts';

const down: Assessment = {
  active: { site: 'primary', verdict: 'Down', evidence: [], reasons: [] },
  standby: { site: 'secondary', ready: true, reasons: [] },
  loss: { observedLossSeconds: 0, worstCaseSeconds: 60 },
};

/** The journal after the plan's Lambda has carried the operation to its end, every effect a success. */
export function finishOperation(plan: Plan, begun: Journal): Journal {
  const now = { wallMs: Date.now(), monotonicMs: 0 };
  for (let journal = begun; ; ) {
    const next = advance(plan, journal, down, now);
    switch (next.kind) {
      case 'Complete':
        return { ...closeOperation(plan, journal, next.outcome, now), version: begun.version + 1 };
      case 'Write':
        journal = next.journal;
        break;
      case 'Perform':
        for (const { step } of next.due) journal = recordOutcome(journal, step, { kind: 'Done', message: '' }, now);
    }
  }
}
