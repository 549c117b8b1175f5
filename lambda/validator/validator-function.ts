import { UnderstudyError } from '../../src/api/errors.ts';
import { otherSite, type Site, sites } from '../../src/api/site.ts';
import { type Assessment, assess } from '../../src/failover/assess.ts';
import type { Observation } from '../../src/failover/observation.ts';
import { type Plan, planNow } from '../../src/failover/plan.ts';
import { PortError } from '../../src/failover/port-error.ts';
import type { Ports } from '../../src/failover/ports.ts';
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
  const deadline = deadlineOf(context, timing.callMs, 3 * timing.callMs);
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
    const { observation, standby } = await lookAround(plan, engine.ports, active);
    const healthy = healthOf(active, observation, standby);
    const failoverReady = standby.ready;
    metrics.emit(dimensionsOf(settings, engine.plan), {
      PrimaryHealthy: { unit: 'None', values: [Number(healthy.primary)] },
      SecondaryHealthy: { unit: 'None', values: [Number(healthy.secondary)] },
      ReplicationLag: { unit: 'Seconds', values: lagOf(observation) },
      FailoverReady: { unit: 'None', values: [Number(failoverReady)] },
    });
    const reasons = standby.reasons.map(({ message }) => message);
    if (!failoverReady) log.write('warn', `a failover would not succeed: ${reasons.join('; ')}`, { reasons });
    return { plan: engine.plan.name, planHash: sitePlan.hash, active, healthy, failoverReady, reasons };
  } finally {
    deadline.clear();
  }
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
