import { UnderstudyError } from '../../src/api/errors.ts';
import type { Finding } from '../../src/api/failover-plan-status.ts';
import { otherSite, type Site, sites } from '../../src/api/site.ts';
import { gatherReadiness } from '../../src/aws/readiness/gather.ts';
import { systemClock } from '../../src/aws/system-clock.ts';
import { type Assessment, assess } from '../../src/failover/assess.ts';
import type { Journal } from '../../src/failover/journal.ts';
import type { Observation } from '../../src/failover/observation.ts';
import { type Plan, planNow } from '../../src/failover/plan.ts';
import { PortError } from '../../src/failover/port-error.ts';
import type { Ports } from '../../src/failover/ports.ts';
import { known } from '../../src/failover/readiness/fact.ts';
import { readinessFindings } from '../../src/failover/readiness.ts';
import { deadlineOf } from '../runtime/deadline.ts';
import { logEngineEvent } from '../runtime/event-line.ts';
import {
  type Handler,
  type Invocation,
  lambdaHandler,
  type Surroundings,
  surroundings,
} from '../runtime/invocation.ts';
import { dimensionsOf } from '../runtime/metrics.ts';
import { named } from '../runtime/refusal.ts';
import type { Settings } from '../runtime/settings.ts';
import { type Connections, connect, currentPlan, siteEngine } from '../runtime/site-engine.ts';
import { startEventOf } from '../runtime/start-event.ts';

/** What the validator found, which it publishes as metrics. */
export interface ValidatorResult {
  readonly plan: string;
  readonly planHash: string;
  readonly active: Site;
  readonly healthy: Readonly<Record<Site, boolean>>;
  readonly failoverReady: boolean;
  /** Why it is not ready, in words. */
  readonly reasons: readonly string[];
  /** All that was found, the worst first. */
  readonly findings: readonly Finding[];
}

/** Asks, each hour, whether a failover would succeed now, and publishes the answer. */
export function validatorFunction(within: Surroundings = surroundings): Handler<ValidatorResult> {
  let connections: Connections | undefined;
  return lambdaHandler(
    'validator',
    (invocation) => {
      connections ??= connect(invocation.settings, `validator/${invocation.settings.region}`);
      return validate(invocation, connections);
    },
    within,
  );
}

async function validate(invocation: Invocation, connections: Connections): Promise<ValidatorResult> {
  const { event, context, settings, metrics } = invocation;
  const { timing, region } = settings;
  if (startEventOf(event).kind === 'Request') {
    throw new UnderstudyError('US2003', 'this function only looks; ask the failover function');
  }
  const deadline = deadlineOf(context, timing.callMs, leastMs(timing.callMs));
  try {
    const sitePlan = await currentPlan(connections);
    const log = invocation.log.with({ plan: sitePlan.resource.metadata.name, planHash: sitePlan.hash });
    const engine = siteEngine({
      settings,
      connections,
      sitePlan,
      actor: `validator/${region}`,
      vantages: [{ name: 'validator', domain: region, sees: 'Endpoint' }],
      report: (each) => logEngineEvent(log, each),
    });
    const journal = await named('reading the journal', () => engine.ports.journal.read());
    const active = journal?.activation.active ?? 'primary';
    const plan = journal === null ? engine.plan : planNow(engine.plan, journal);
    const [{ observation, standby }, findings] = await Promise.all([
      lookAround(plan, engine.ports, active),
      findingsOf({ plan, planHash: sitePlan.hash, active, journal, connections, settings }),
    ]);
    const healthy = healthOf(active, observation, standby);
    const errors = findings.filter(({ severity }) => severity === 'Error');
    const failoverReady = standby.ready && errors.length === 0;
    metrics.emit(dimensionsOf(settings, engine.plan), {
      PrimaryHealthy: { unit: 'None', values: [Number(healthy.primary)] },
      SecondaryHealthy: { unit: 'None', values: [Number(healthy.secondary)] },
      ReplicationLag: { unit: 'Seconds', values: lagOf(observation) },
      FailoverReady: { unit: 'None', values: [Number(failoverReady)] },
    });
    for (const { severity, message, ...finding } of findings) {
      log.write(severity === 'Info' ? 'info' : 'warn', message, { ...finding, severity });
    }
    const reasons = [...standby.reasons, ...errors].map(({ message }) => message);
    if (!failoverReady) log.write('error', `a failover would not succeed: ${reasons.join('; ')}`, { reasons });
    return { plan: engine.plan.name, planHash: sitePlan.hash, active, healthy, failoverReady, reasons, findings };
  } finally {
    deadline.clear();
  }
}

/** Route 53 is asked call after call; the rest at once. */
function leastMs(callMs: number): number {
  return 30_000 + callMs;
}

async function findingsOf(about: {
  readonly plan: Plan;
  readonly planHash: string;
  readonly active: Site;
  readonly journal: Journal | null;
  readonly connections: Connections;
  readonly settings: Settings;
}): Promise<Finding[]> {
  const { plan, planHash, active, journal, connections, settings } = about;
  const rehearsal = journal?.rehearsal ?? null;
  const facts = await gatherReadiness({
    plan,
    planHash,
    active,
    actor: `validator/${settings.region}`,
    acts: false,
    clients: connections.clients,
    clock: systemClock,
    callMs: settings.timing.callMs,
    planParameter: connections.parameters.nameOf('plan'),
    // Whether it moves takes longer to see than an invocation lasts: the actors, who see each look, say so.
    heartbeat: known(null),
    promotion: known(rehearsal),
  });
  return readinessFindings(plan, facts, systemClock.now());
}

/** One look at both sites from here, and one at the database that a failover would promote. */
async function lookAround(
  plan: Plan,
  ports: Ports,
  active: Site,
): Promise<{ readonly observation: Observation; readonly standby: Assessment['standby'] }> {
  const [vantage] = ports.vantages;
  if (vantage === undefined) throw new Error('the validator has no vantage');
  const { database, region } = plan.sites[otherSite(active)];
  const look = named('looking at the standby', () => ports.standby.look(database.identifier, region)).catch(
    unreachable,
  );
  const [observation, standby] = await Promise.all([vantage.look(), look]);
  return { observation, standby: assess(plan, active, { vantages: [], standby }).standby };
}

/** A standby that cannot be asked is a finding; one that may not be asked is this function's own trouble. */
function unreachable(error: unknown): Error {
  if (error instanceof PortError && error.kind !== 'Refused') return error;
  throw error;
}

/** The active site is healthy if it answers, the standby if its database can be promoted: it may have no instances. */
function healthOf(active: Site, { sites: looks }: Observation, standby: Assessment['standby']): Record<Site, boolean> {
  const [primary = false, secondary = false] = sites.map((site) =>
    site === active ? looks[site].answer === 'healthy' : standby.ready,
  );
  return { primary, secondary };
}

function lagOf({ replication }: Observation): number[] {
  return replication === null ? [] : [replication.lagSeconds];
}
