import { otherSite } from '../../src/api/site.ts';
import type { AwsClients } from '../../src/aws/clients.ts';
import { gatherReadiness } from '../../src/aws/readiness/gather.ts';
import type { Clock } from '../../src/failover/clock.ts';
import { firstJournal, type Journal } from '../../src/failover/journal.ts';
import { type Plan, planNow } from '../../src/failover/plan.ts';
import { predictRto } from '../../src/failover/predicted-rto.ts';
import { known } from '../../src/failover/readiness/fact.ts';
import { readinessFindings } from '../../src/failover/readiness.ts';
import type { Logger } from '../runtime/logger.ts';
import { fieldsOf } from '../runtime/refusal.ts';
import type { HeartbeatWatch } from './heartbeat-watch.ts';
import type { Readiness } from './plan-view.ts';
import type { Turnstile } from './turnstile.ts';

/** About thirty calls to AWS a look: what they tell changes over days. */
const everyMs = 10 * 60_000;
/** While an operation runs, or the journal may still come. */
const waitMs = 1_000;
/** Then a look is worth it without one: why there is none may be among what it finds. */
const journalPatienceMs = 5_000;
/** After a look that failed, or had no journal to go by. */
const againMs = 60_000;

export interface ReadinessLoopOptions {
  readonly plan: Plan;
  readonly planHash: string;
  readonly actor: string;
  readonly clients: AwsClients;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly callMs: number;
  readonly heartbeat: HeartbeatWatch;
  /** Bounds the looks of all plans together. */
  readonly turnstile: Turnstile;
  readonly priority: number;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** As last read. */
  readonly journal: () => Journal | null;
  /** SSM parameter in which the functions of both sites find the plan; undefined where there are none. */
  readonly planParameter: () => string | undefined;
  readonly onReadiness: (readiness: Readiness) => void;
}

/**
 * Looks now and then at all that would make a failover slower, lossier or impossible. Not while an operation runs: then
 * the engine looks, and AWS has better things to answer. Never rejects.
 */
export async function watchReadiness(options: ReadinessLoopOptions, signal: AbortSignal): Promise<void> {
  const { clock, turnstile, priority, random } = options;
  const since = clock.now().monotonicMs;
  while (!signal.aborted) {
    const journal = options.journal();
    const mayCome = journal === null && clock.now().monotonicMs - since < journalPatienceMs;
    if (mayCome || (journal?.operation ?? null) !== null) {
      await clock.sleep(waitMs, signal);
      continue;
    }
    const leave = await turnstile.enter(priority, signal);
    if (leave === null) return;
    const done = await lookOnce(options, journal ?? firstJournal(options.plan.name, 'Manual', true));
    leave();
    await clock.sleep(done && journal !== null ? everyMs * (0.75 + random() / 2) : againMs, signal);
  }
}

async function lookOnce(options: ReadinessLoopOptions, journal: Journal): Promise<boolean> {
  const { plan, planHash, actor, clients, clock, callMs, heartbeat, logger } = options;
  const { active } = journal.activation;
  const hasProber = plan.vantages.some(({ domain }) => domain === plan.sites[otherSite(active)].region);
  const planParameter = options.planParameter();
  try {
    const facts = await gatherReadiness({
      plan: planNow(plan, journal),
      planHash,
      active,
      actor,
      clients,
      clock,
      callMs,
      heartbeat: heartbeat.of(otherSite(active), hasProber, clock.now().monotonicMs),
      promotion: known(journal.rehearsal),
      ...(planParameter === undefined ? {} : { planParameter }),
    });
    const now = planNow(plan, journal);
    options.onReadiness({
      facts,
      findings: readinessFindings(now, facts, clock.now()),
      predictedRto: predictRto(now, facts),
    });
    return true;
  } catch (error) {
    logger.error({ plan: plan.name, ...fieldsOf(error) }, 'readiness cannot be looked at');
    return false;
  }
}
