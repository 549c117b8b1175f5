import { createAwsPorts } from '../../aws/aws-ports.ts';
import { AwsClients } from '../../aws/clients.ts';
import { createResolver } from '../../aws/resolver.ts';
import { systemClock } from '../../aws/system-clock.ts';
import { createDriver } from '../../failover/driver.ts';
import type { Journal } from '../../failover/journal.ts';
import { planOf } from '../../failover/plan.ts';
import type { Ports } from '../../failover/ports.ts';
import { runProber } from '../../failover/prober.ts';
import { defaultTiming } from '../../failover/timing.ts';
import { childConfig, parentSignal, tellParent } from '../child-process.ts';
import { scalePlan, scaleTiming } from '../speed.ts';
import type { ActorConfig, ActorMessage } from './actor-messages.ts';
import { runInvocations } from './invocations.ts';

// One actor in a process of its own, so that killing it is what a crash is. It knows of the sandbox only what its
// environment says: AWS_ENDPOINT_URL and UNDERSTUDY_DNS_SERVER.

const { role, actor: name, site, vantages, plan: resource, speed, database } = await childConfig<ActorConfig>();
const ended = parentSignal();
const tell = (message: ActorMessage): void => tellParent(message);

const plan = scalePlan(planOf(resource), speed);
const timing = scaleTiming(defaultTiming, speed);
const clients = new AwsClients({ actor: name, callMs: timing.callMs });
const resolver = createResolver({ server: process.env.UNDERSTUDY_DNS_SERVER, timeoutMs: timing.callMs });

/** @param actor the lease's holder. */
function portsOf(actor: string): Ports {
  return createAwsPorts({
    plan,
    timing,
    actor,
    clients,
    clock: systemClock,
    resolver,
    credentialsOf: async () => ({ ...database, tls: false }),
    vantages,
    report: (event) => tell({ kind: 'Event', event }),
  });
}

const minuteMs = 60_000 / speed;

switch (role) {
  case 'controller': {
    const driver = createDriver(plan, portsOf(name), { actor: name, ownsPlan: true, timing });
    await driver.run(ended);
    break;
  }
  case 'lambda':
    // An invocation ends in time to hand over what it holds, and is long enough to watch a lease expire.
    await runInvocations(
      { everyMs: minuteMs, longestMs: Math.max(minuteMs * 0.8, timing.leaseMs + timing.renewEveryMs), invoke },
      ended,
    );
    break;
  case 'prober': {
    const ports = portsOf(name);
    await Promise.all(ports.vantages.map((vantage) => runProber(plan, { ...ports, vantage }, timing, name, ended)));
  }
}
process.exit();

/** One invocation: a holder of its own, so that two that overlap are two. */
async function invoke(count: number, signal: AbortSignal): Promise<void> {
  const actor = `${name}/${count}`;
  const ports = portsOf(actor);
  const journal = await ports.journal.read().catch(() => undefined);
  const isNeeded = journal === undefined || (journal !== null && concerns(journal));
  const quiet = isNeeded
    ? await createDriver(plan, ports, { actor, ownsPlan: false, timing }).runUntilQuiet(signal)
    : true;
  tell({ kind: 'InvocationEnded', invocation: actor, quiet });
}

/** The active site's Lambda leaves watching to the standby's: only what is half done concerns it. */
function concerns({ activation, operation, requested, pendingFence, pendingUnfence, cleanups }: Journal): boolean {
  const isHalfDone = operation !== null || requested !== null || pendingFence !== null || pendingUnfence !== null;
  return activation.active !== site || isHalfDone || cleanups.length > 0;
}
