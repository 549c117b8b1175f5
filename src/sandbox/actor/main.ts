import { createAwsPorts } from '../../aws/aws-ports.ts';
import { AwsClients } from '../../aws/clients.ts';
import { createResolver } from '../../aws/resolver.ts';
import { systemClock } from '../../aws/system-clock.ts';
import { createDriver } from '../../failover/driver.ts';
import { planOf } from '../../failover/plan.ts';
import { defaultGlanceMs, defaultTiming } from '../../failover/timing.ts';
import { childConfig, parentSignal, tellParent } from '../child-process.ts';
import { scalePlan, scaleTiming } from '../speed.ts';
import type { ActorConfig, ActorMessage } from './actor-messages.ts';

// The controller's engine in a process of its own, so that killing it is what a crash is. It knows of the sandbox only
// what its environment says: AWS_ENDPOINT_URL and UNDERSTUDY_DNS_SERVER.

const { actor, vantages, plan: resource, speed, database } = await childConfig<ActorConfig>();
const ended = parentSignal();

const plan = planOf(scalePlan(resource, speed));
const timing = scaleTiming(defaultTiming, speed);
const ports = createAwsPorts({
  plan,
  timing,
  actor,
  clients: new AwsClients({ actor, callMs: timing.callMs }),
  clock: systemClock,
  resolver: createResolver({ server: process.env.UNDERSTUDY_DNS_SERVER, timeoutMs: timing.callMs }),
  credentialsOf: async () => ({ ...database, tls: false }),
  vantages,
  report: (event) => tellParent({ kind: 'Event', event } satisfies ActorMessage),
});
const glanceMs = (): number => Math.max(defaultGlanceMs / speed, 100);
await createDriver(plan, ports, { actor, ownsPlan: true, timing, glanceMs }).run(ended);
process.exit();
