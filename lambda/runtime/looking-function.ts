import { UnderstudyError } from '../../src/api/errors.ts';
import type { Journal } from '../../src/failover/journal.ts';
import type { Observation } from '../../src/failover/observation.ts';
import { PortError } from '../../src/failover/port-error.ts';
import type { Heartbeat, Vantage } from '../../src/failover/ports.ts';
import { runProber } from '../../src/failover/prober.ts';
import { deadlineOf } from './deadline.ts';
import { type Handler, type Invocation, lambdaHandler, type Surroundings, surroundings } from './invocation.ts';
import type { Log } from './log.ts';
import { LookingContainer, type LookingFunctionOptions } from './looking-container.ts';
import { dimensionsOf } from './metrics.ts';
import { named, refusalOf } from './refusal.ts';
import type { Settings } from './settings.ts';
import type { SiteEngine } from './site-engine.ts';
import { siteHeartbeat } from './site-heartbeat.ts';
import { startEventOf } from './start-event.ts';
import { WatchedJournal } from './watched-journal.ts';

/** What an invocation that looked comes to. */
export interface LookResult {
  readonly plan: string;
  readonly planHash: string;
  readonly looks: number;
  /** Looks that stand in the journal's table, where actors find them. */
  readonly written: number;
  /** What was seen last, by vantage. */
  readonly seen: Readonly<Record<string, { readonly primary: string; readonly secondary: string }>>;
}

/**
 * A function that looks at both sites and writes what it saw into the journal's table; it never acts. What a container
 * remembers of earlier looks it keeps from one invocation to the next: how long a site has been without success is
 * counted by who looked.
 */
export function lookingFunction(
  options: LookingFunctionOptions,
  within: Surroundings = surroundings,
): Handler<LookResult> {
  const container = new LookingContainer(options);
  return lambdaHandler(options.name, (invocation) => look(container, invocation), within);
}

async function look(container: LookingContainer, invocation: Invocation): Promise<LookResult> {
  const { event, context, settings, metrics } = invocation;
  if (startEventOf(event).kind === 'Request') {
    throw new UnderstudyError('US2003', 'this function only looks; ask the failover function');
  }
  // Kept for the last look, or the last beat, which is four calls to the database, and for its way into the table.
  const { timing } = settings;
  const deadline = deadlineOf(context, 4 * timing.callMs, timing.callMs);
  try {
    const { engine, connections, planHash, log } = await container.engine(invocation);
    const journal = new WatchedJournal(engine.ports.journal);
    const found = await readable(journal, log);
    const heartbeat = siteHeartbeat(settings, connections, engine.plan, found, engine.actor);
    const looks = await lookUntil(engine, journal, heartbeat, settings, deadline.signal);
    await journal.leave();
    if (journal.refusal !== undefined) throw refusalOf(journal.refusal, 'writing what was seen');
    for (const [vantage, seen] of looks) {
      metrics.emit({ ...dimensionsOf(settings, engine.plan), Vantage: vantage }, measuresOf(seen));
    }
    return {
      plan: engine.plan.name,
      planHash,
      looks: [...looks.values()].reduce((sum, seen) => sum + seen.length, 0),
      written: journal.written.length,
      seen: Object.fromEntries([...looks].map(([vantage, seen]) => [vantage, answersOf(seen.at(-1))])),
    };
  } finally {
    deadline.clear();
  }
}

/** A journal that is out of reach hinders nobody from looking; one that this version cannot use is nothing to go by. */
async function readable(journal: WatchedJournal, log: Log): Promise<Journal | null> {
  try {
    return await named('reading the journal', () => journal.port.read());
  } catch (error) {
    if (!(error instanceof PortError) || error.kind === 'Refused') throw error;
    log.write('warn', `the journal is out of reach: ${error.message}`, { kind: error.kind, code: error.code });
    return null;
  }
}

/** Looks through every vantage at the plan's pace. @returns the looks of each. */
async function lookUntil(
  { plan, ports, actor }: SiteEngine,
  journal: WatchedJournal,
  heartbeat: Heartbeat | undefined,
  { lookMs, timing }: Settings,
  deadline: AbortSignal,
): Promise<ReadonlyMap<string, readonly Observation[]>> {
  const looks = new Map<string, Observation[]>();
  const over = new AbortController();
  const end = (): void => over.abort();
  deadline.addEventListener('abort', end, { once: true });
  const timer = setTimeout(end, lookMs);
  try {
    await Promise.all(
      ports.vantages.map((vantage) => {
        const { clock, report } = ports;
        const own = { clock, report, journal: journal.port, vantage: kept(vantage, looks) };
        const beating = heartbeat === undefined ? own : { ...own, heartbeat };
        return runProber(plan, beating, timing, actor, over.signal);
      }),
    );
  } finally {
    clearTimeout(timer);
    deadline.removeEventListener('abort', end);
  }
  return looks;
}

function kept(vantage: Vantage, looks: Map<string, Observation[]>): Vantage {
  return {
    async look() {
      const observation = await vantage.look();
      looks.set(observation.vantage, [...(looks.get(observation.vantage) ?? []), observation]);
      return observation;
    },
  };
}

function answersOf(observation: Observation | undefined): { readonly primary: string; readonly secondary: string } {
  const { primary, secondary } = observation?.sites ?? {};
  return { primary: primary?.answer ?? 'notLooked', secondary: secondary?.answer ?? 'notLooked' };
}

function measuresOf(seen: readonly Observation[]) {
  const answers = (site: 'primary' | 'secondary'): number[] =>
    seen
      .map(({ sites }) => sites[site].answer)
      .filter((answer) => answer !== 'notLooked')
      .map((answer) => (answer === 'healthy' ? 1 : 0));
  const lags = seen.flatMap(({ replication }) => (replication === null ? [] : [replication.lagSeconds]));
  return {
    PrimaryAnswers: { unit: 'None', values: answers('primary') },
    SecondaryAnswers: { unit: 'None', values: answers('secondary') },
    ReplicationLag: { unit: 'Seconds', values: lags },
  } as const;
}
