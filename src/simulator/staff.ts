import { regionOf } from '../failover/plan.ts';
import { movesTheWriter } from '../failover/steps/steps-of.ts';
import type { ControllerLife, LambdaLife, Scenario } from './scenario.ts';
import type { Actor, World } from './world.ts';

/** EventBridge's rate. */
const tickMs = 60_000;
/** How long an invocation may last. */
const timeoutMs = 55_000;
/** How long a controller takes to be started again by its cluster. */
const restartMs = 8_000;

/** The actors of a scenario: controllers that are kept alive, and Lambdas that are called each minute. */
export function scheduleStaff(world: World, { controllers, lambdas }: Scenario): void {
  controllers.forEach((life, index) => {
    world.timeline.scheduleSilently(life.startMs, () =>
      startController(world, `actor-${index}`, index === 0 ? life : { ...life, looks: false }),
    );
  });
  lambdas.forEach((life, index) => {
    startLambda(world, `lambda-${index}`, life);
  });
}

function startController(world: World, name: string, life: ControllerLife): void {
  const { ownsPlan, clockOffsetMs, clockRate, looks, trouble } = life;
  const vantages = looks ? ['controller'] : [];
  const actor = world.startActor(name, { ownsPlan, clockOffsetMs, clockRate, vantages });
  if (looks) world.muted.add('controller');
  world.tell(name, 'begins to watch');
  world.controllers.set(name, actor);
  const strike = (): void => befall(world, name, actor, life);
  if (trouble.kind === 'None') return;
  if (typeof trouble.at === 'number') {
    world.timeline.schedule(Math.max(0, trouble.at - life.startMs), strike);
    return;
  }
  let isStruck = false;
  world.watchJournal(({ operation, lease }) => {
    const step = operation?.steps.find((candidate) => candidate.name === trouble.at);
    if (isStruck || lease.holder !== name || step === undefined || step.phase === 'Pending') return;
    isStruck = true;
    // Somewhere behind the write that shows it, half of the time within the next call or two.
    world.timeline.schedule(trouble.forMs % 2 === 0 ? trouble.forMs % 30 : trouble.forMs % 700, strike);
  });
}

function befall(world: World, name: string, actor: Actor, life: ControllerLife): void {
  const { kind, forMs } = life.trouble;
  world.tell(name, kind.toLowerCase());
  world.invariants.path.disturb();
  const restart = (): void => {
    world.controllers.delete(name);
    const again: ControllerLife = { ...life, trouble: { ...life.trouble, kind: 'None' } };
    world.timeline.scheduleSilently(restartMs, () => {
      if (world.timeline.nowMs < world.troubleEndsMs) startController(world, `${name}'`, again);
    });
  };
  switch (kind) {
    case 'None':
      break;
    case 'Dies':
      actor.life.kill();
      restart();
      break;
    case 'Stops':
      actor.stop();
      restart();
      break;
    case 'Pauses':
      actor.life.pause();
      world.timeline.schedule(forMs, () => actor.life.resume());
  }
}

/** A new holder each invocation, and nobody between two of them. */
function startLambda(world: World, name: string, { site, startMs, clockOffsetMs, isKilled }: LambdaLife): void {
  const { timeline, timing } = world;
  const isDark = (): boolean => world.network.dark.has(regionOf(world.plan, site));
  let current: Actor | null = null;
  let invocations = 0;
  let since = Number.POSITIVE_INFINITY;
  const invoke = (): void => {
    if (world.isDismissed) return;
    timeline.schedule(tickMs, invoke);
    if (isDark()) return;
    invocations += 1;
    since = Math.min(since, timeline.nowMs);
    const options = { onKubernetes: false, clockOffsetMs, untilQuiet: true, successor: name };
    const invocation = world.startActor(`${name}/${invocations}`, options);
    current = invocation;
    // A lease is kept for ending; who is killed ends in the middle of whatever it does.
    if (!isKilled) timeline.schedule(timeoutMs - timing.leaseMs, () => invocation.stop());
    timeline.schedule(timeoutMs, () => invocation.life.kill());
  };
  timeline.schedule(startMs, invoke);
  world.invariants.succession.add({
    name,
    isUp: () => {
      if (isDark()) current?.life.kill();
      return !isDark() && !world.isDismissed && timeline.nowMs >= since;
    },
    canDrive: movesTheWriter,
    boundMs: world.resumesWithinMs + tickMs,
  });
}
