import { createDriver } from '../../src/failover/driver.ts';
import type { Journal } from '../../src/failover/journal.ts';
import { PortError } from '../../src/failover/port-error.ts';
import type { JournalStore } from '../../src/failover/ports.ts';
import { deadlineOf } from '../runtime/deadline.ts';
import { logEngineEvent } from '../runtime/event-line.ts';
import {
  type Handler,
  type Invocation,
  lambdaHandler,
  type Surroundings,
  surroundings,
} from '../runtime/invocation.ts';
import type { Log } from '../runtime/log.ts';
import { named, refusalOf } from '../runtime/refusal.ts';
import type { Settings } from '../runtime/settings.ts';
import { type Connections, connect, currentPlan, siteEngine } from '../runtime/site-engine.ts';
import { startEventOf } from '../runtime/start-event.ts';
import { dnsVantagesOf } from '../runtime/vantage-names.ts';
import { WatchedJournal } from '../runtime/watched-journal.ts';

/** How an invocation of the failover function ended, and how it left the plan. */
export interface FailoverResult {
  /**
   * - `Quiet`: it watched, acted where it had to, and nothing is left to be done.
   * - `TimeOver`: its time was over first; the journal says how far it came, and whoever comes next goes on from there.
   * - `NotNeeded`: its own site is active, and nothing is left to be done.
   * - `NoJournal`: the plan has no journal yet; the controller makes it.
   */
  readonly status: 'Quiet' | 'TimeOver' | 'NotNeeded' | 'NoJournal';
  readonly plan: string;
  readonly planHash: string;
  readonly actor: string;
  readonly active: string | null;
  readonly epoch: number | null;
  /** Id of the operation that is under way. */
  readonly operation: string | null;
  readonly last: Journal['last'];
}

/**
 * The second actor. It drives the same engine as the controller, for as long as an invocation lasts; whoever comes next,
 * another invocation or the controller, goes on from the journal.
 */
export function failoverFunction(within: Surroundings = surroundings): Handler<FailoverResult> {
  let connections: Connections | undefined;
  return lambdaHandler(
    'failover',
    (invocation) => {
      connections ??= connect(invocation.settings, `failover/${invocation.settings.region}`);
      return failOver(invocation, connections);
    },
    within,
  );
}

async function failOver(invocation: Invocation, connections: Connections): Promise<FailoverResult> {
  const { event, context, settings } = invocation;
  const { timing, region } = settings;
  const start = startEventOf(event);
  const request = start.kind === 'Request' ? start.request : null;
  // A lease is kept for ending: either what is in hand ends within it, or the lease expires and another may go on.
  const deadline = deadlineOf(context, timing.leaseMs, timing.leaseMs + timing.callMs);
  try {
    const sitePlan = await currentPlan(connections);
    // New each time: two invocations may overlap, and a lease has one holder.
    const actor = `failover/${region}/${context.awsRequestId}`;
    const log = invocation.log.with({ plan: sitePlan.resource.metadata.name, planHash: sitePlan.hash, actor });
    if (start.kind === 'Alarm') log.write('warn', `woken by the alarm ${start.alarm}`);
    const { plan, ports } = siteEngine({
      settings,
      connections,
      sitePlan,
      actor,
      vantages: dnsVantagesOf(sitePlan),
      report: (each) => logEngineEvent(log, each),
      effects: leftToController,
    });
    const journal = new WatchedJournal(ports.journal);
    const result = (status: FailoverResult['status'], found: Journal | null): FailoverResult => ({
      status,
      plan: plan.name,
      planHash: sitePlan.hash,
      actor,
      active: found?.activation.active ?? null,
      epoch: found?.epoch ?? null,
      operation: found?.operation?.id ?? null,
      last: found?.last ?? null,
    });

    const before = await found(journal.port, log);
    if (before === null) return result('NoJournal', null);
    if (before !== undefined && request === null && !concerns(before, settings)) return result('NotNeeded', before);
    const driver = createDriver(
      plan,
      { ...ports, journal: journal.port },
      {
        actor,
        ownsPlan: false,
        timing,
        ...(request === null ? {} : { request }),
      },
    );
    const quiet = await driver.runUntilQuiet(AbortSignal.any([deadline.signal, journal.refused]));
    if (journal.refusal !== undefined) throw refusalOf(journal.refusal, 'keeping the journal');
    const after = await found(journal.port, log);
    await journal.leave();
    return result(quiet ? 'Quiet' : 'TimeOver', after ?? null);
  } finally {
    deadline.clear();
  }
}

/** Work for calm times, on what the manifests own: whoever wants a reprotect or a drill needs the controller. */
const leftToController = { 'create-replica': null, 'retire-database': null, 'repoint-switch': null } as const;

/** Undefined: out of reach for now, which the engine goes on trying. @throws UnderstudyError if it cannot be used. */
async function found(journal: JournalStore, log: Log): Promise<Journal | null | undefined> {
  try {
    return await named('reading the journal', () => journal.read());
  } catch (error) {
    if (!(error instanceof PortError) || error.kind === 'Refused') throw error;
    log.write('warn', `the journal is out of reach: ${error.message}`, { kind: error.kind, code: error.code });
    return undefined;
  }
}

/** The active site's function leaves watching to the standby's: only what is half done concerns it. */
function concerns(journal: Journal, { site }: Settings): boolean {
  const { activation, operation, requested, pendingFence, pendingUnfence, rebuilding, cleanups } = journal;
  const underWay = [operation, requested, pendingFence, pendingUnfence, rebuilding].some((each) => each !== null);
  return activation.active !== site || underWay || cleanups.length > 0;
}
