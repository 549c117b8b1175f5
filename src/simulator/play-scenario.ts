import type { Plan } from '../failover/plan.ts';
import { scheduleMisfortune } from './misfortune.ts';
import { schedulePeople } from './people.ts';
import { lastsForEver, type Scenario, vantages } from './scenario.ts';
import { scheduleStaff } from './staff.ts';
import { World } from './world.ts';

/** Calm before the scenario's own time begins, so that there is something to compare with. */
const calmMs = 5_000;

/** Plays a scenario, then ends all faults, starts an actor without any, and gives it time to put things right. */
export async function playScenario(scenario: Scenario): Promise<World> {
  const { lagSeconds, promoteMs } = scenario;
  const world = new World({ lagSeconds, plan: planOf(scenario), pace: { promoteMs } });
  if (!scenario.plan.fencing) withoutFencing(world.plan);
  await world.startProbers(vantages);
  await world.run(calmMs);

  world.troubleEndsMs = world.timeline.nowMs + troubleMs(scenario);
  scheduleMisfortune(world, scenario);
  scheduleStaff(world, scenario);
  schedulePeople(world, scenario);
  await world.run(troubleMs(scenario));
  endOfTrouble(world);
  await world.run(3_000);
  await world.runUntil(() => isCalm(world), 240_000);
  await world.run(2 * world.plan.intervalMs);
  return world;
}

function planOf({ plan: { hold, abortIfRecovered, reprotect, cooldownMs } }: Scenario): Partial<Plan> {
  const mode = hold === 'Manual' ? 'Manual' : 'Automatic';
  return { suspended: hold === 'Suspended', mode, abortIfRecovered, reprotect, cooldownMs };
}

/** When the last fault is over, every vantage sees again and the last paused actor has woken up. */
function troubleMs({ lastsMs, controllers, eclipses, events, outages }: Scenario): number {
  const wakesMs = controllers.map(({ trouble: { kind, at, forMs } }) =>
    kind === 'Pauses' && typeof at === 'number' ? at + forMs : 0,
  );
  const clearsMs = [...eclipses, ...events].map(({ atMs, forMs }) => atMs + forMs);
  const lit = outages.filter((outage) => !lastsForEver(outage)).map(({ atMs, forMs }) => atMs + forMs);
  return Math.max(lastsMs, ...wakesMs, ...clearsMs, ...lit) + 1_000;
}

function endOfTrouble(world: World): void {
  world.tell('the world', 'all faults are over; the last actor starts');
  world.network.faults.length = 0;
  world.isDismissed = true;
  for (const { life } of world.controllers.values()) if (life.paused) life.resume();
  world.startActor('the last', { ownsPlan: true });
}

/** Nothing is in hand, nothing is left to do, and either somebody serves or a person is waited for. */
function isCalm({ journal, cloud }: World): boolean {
  const { operation, lease, pendingFence, pendingUnfence, cleanups, activation } = journal;
  if (operation !== null) return operation.phase === 'WaitingForConsent';
  const isIdle = lease.holder === null && cleanups.length === 0 && pendingUnfence === null;
  const other = activation.active === 'primary' ? 'secondary' : 'primary';
  return isIdle && (pendingFence === null || cloud.isDark(other)) && cloud.takesWrites(activation.active);
}

function withoutFencing(plan: Plan): void {
  const { primary, secondary } = plan.sites;
  const { fencing: _first, ...barePrimary } = primary;
  const { fencing: _second, ...bareSecondary } = secondary;
  Object.assign(plan, { sites: { primary: barePrimary, secondary: bareSecondary } });
}
