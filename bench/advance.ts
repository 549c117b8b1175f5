import { failoverPlanOf } from '../src/api/failover-plan-of.ts';
import { multiRegionAppSchema } from '../src/api/multi-region-app.ts';
import { type Advance, advance } from '../src/failover/advance.ts';
import type { Assessment } from '../src/failover/assess.ts';
import { firstJournal, type Journal } from '../src/failover/journal.ts';
import { planOf } from '../src/failover/plan.ts';
import { recordOutcome } from '../src/failover/record.ts';
import { startOperation } from '../src/failover/start-operation.ts';

const forMs = 2_000;

/** Decisions of `advance` a second on one core, over whole failovers in which every effect succeeds at once. */
export async function advanceBench(): Promise<object> {
  const app = multiRegionAppSchema.parse({
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'MultiRegionApp',
    metadata: { name: 'bench' },
    spec: { domain: { name: 'bench.example.com', zoneName: 'example.com' } },
  });
  const plan = planOf(failoverPlanOf(app));
  const now = { wallMs: 1_700_000_000_000, monotonicMs: 0 };
  const assessment: Assessment = {
    active: { site: 'primary', verdict: 'Down', evidence: [], reasons: [] },
    standby: { site: 'secondary', ready: true, reasons: [] },
    loss: { observedLossSeconds: 1, worstCaseSeconds: 30 },
  };
  const decision = {
    kind: 'Start',
    action: 'Failover',
    from: 'primary',
    to: 'secondary',
    automatic: true,
    reason: 'bench',
    acceptUpToSeconds: null,
    followedBy: null,
  } as const;

  let decisions = 0;
  let operations = 0;
  const startMs = performance.now();
  while (performance.now() - startMs < forMs) {
    let journal: Journal = startOperation(
      plan,
      firstJournal('bench', 'Automatic', false),
      decision,
      assessment,
      'bench',
      now,
    );
    for (;;) {
      const next: Advance = advance(plan, journal, assessment, now);
      decisions += 1;
      if (next.kind === 'Complete') break;
      if (next.kind === 'Write') journal = next.journal;
      else {
        for (const { step } of next.due) journal = recordOutcome(journal, step, { kind: 'Done', message: '' }, now);
      }
    }
    operations += 1;
  }
  const seconds = (performance.now() - startMs) / 1_000;
  return {
    decisionsPerSecond: Math.round(decisions / seconds),
    decisionsPerFailover: decisions / operations,
  };
}
