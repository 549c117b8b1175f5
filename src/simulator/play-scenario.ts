import type { Journal } from '../failover/journal.ts';
import { grantConsent, requestAbort } from '../failover/person.ts';
import { type Scenario, targets, troubleMs, vantages } from './scenario.ts';
import { type Actor, World } from './world.ts';

/** Calm before the scenario's own time begins, so that there is something to compare with. */
const calmMs = 5_000;
const outageAtMs = 10_000;

/** Plays a scenario, then ends all faults, starts an actor without any, and gives it time to put things right. */
export async function playScenario(scenario: Scenario): Promise<World> {
  const { lagSeconds, hold, abortIfRecovered } = scenario;
  const mode = hold === 'Manual' ? 'Manual' : 'Automatic';
  const world = new World({ lagSeconds, plan: { suspended: hold === 'Suspended', mode, abortIfRecovered } });
  if (!scenario.fencing) withoutFencing(world);
  eclipse(world, scenario);
  await world.startProbers(vantages);
  await world.run(calmMs);

  scheduleFaults(world, scenario);
  scheduleOutage(world, scenario);
  scheduleActors(world, scenario);
  schedulePerson(world, scenario);
  await world.run(troubleEndMs(scenario));
  await startTheLast(world);
  await world.run(60_000);
  await world.runUntil(() => isCalm(world), 120_000);
  return world;
}

/** When the last fault is over, every vantage sees again and the last paused actor has woken up. */
function troubleEndMs({ actors, eclipses }: Scenario): number {
  const wakesMs = actors.map(({ trouble }) => (trouble.kind === 'Pauses' ? trouble.atMs + trouble.forMs : 0));
  const clearsMs = eclipses.map(({ atMs, forMs }) => atMs + forMs);
  return Math.max(troubleMs, ...wakesMs, ...clearsMs) + 1_000;
}

/** Invariant 7: an operation that nobody drives is taken over within a lease and an interval. */
async function startTheLast(world: World): Promise<void> {
  const { operation, lease } = world.journal;
  world.tell('the world', 'all faults are over; the last actor starts');
  world.startActor('the last', { ownsPlan: true });
  if (operation === null) return;
  const { leaseMs, suspectMs } = world.timing;
  const goesOn = (): boolean => world.journal.lease.renewals !== lease.renewals;
  const resumed = await world.runUntil(goesOn, leaseMs + world.plan.intervalMs + suspectMs);
  world.invariants.must(7, resumed, `nobody goes on with ${operation.id}`);
}

/** Nothing is in hand, and either somebody serves or a person is waited for. */
function isCalm({ journal, cloud }: World): boolean {
  if (journal.operation !== null) return journal.operation.phase === 'WaitingForConsent';
  return journal.lease.holder === null && cloud.serves(journal.activation.active);
}

function scheduleFaults(world: World, { faults }: Scenario): void {
  for (const { atMs, forMs, on, fault } of faults) {
    const lastsMs = Math.min(forMs, troubleMs - atMs);
    world.timeline.schedule(atMs, () => {
      world.tell('the world', `${on}: ${Object.values(fault).join(' ')}, for ${lastsMs} ms`);
      world.addFault(fault, targets[on], lastsMs);
    });
  }
}

function schedulePerson(world: World, { consentAtMs, abortAtMs }: Scenario): void {
  const say = (atMs: number, words: string, change: (journal: Journal) => Journal): void => {
    world.timeline.schedule(atMs, () => {
      world.tell('a person', words);
      world.table.put(change, 'a person');
    });
  };
  if (consentAtMs !== null) {
    say(consentAtMs, 'accepts a loss of up to 300 s', (journal) => grantConsent(journal, 300));
  }
  const abort = (atMs: number): void => say(atMs, 'asks to abort', (journal) => requestAbort(journal, 'we stay'));
  if (abortAtMs !== 'fencing') {
    if (abortAtMs !== null) abort(abortAtMs);
    return;
  }
  world.onJournal = ({ operation }) => {
    const fence = operation?.steps.find(({ name }) => name === 'close-traffic');
    if (operation?.intent !== null || fence === undefined || fence.phase === 'Pending') return;
    world.onJournal = () => undefined;
    abort(0);
  };
}

function withoutFencing(world: World): void {
  const { primary, secondary } = world.plan.sites;
  const { fencing: _unused, ...bare } = primary;
  Object.assign(world.plan, { sites: { primary: bare, secondary } });
}

function eclipse(world: World, scenario: Scenario): void {
  const { sky } = world;
  world.sky = (vantage) => {
    const nowMs = world.timeline.nowMs - calmMs;
    const hidden = scenario.eclipses.find(
      (one) => one.vantage === vantage && nowMs >= one.atMs && nowMs < one.atMs + one.forMs,
    );
    const clear = sky(vantage);
    if (hidden === undefined) return clear;
    const secondary = hidden.sees === 'neither' ? 'unreachable' : clear.secondary;
    return { primary: 'unreachable', secondary, lagSeconds: null };
  };
}

function scheduleOutage(world: World, { outage }: Scenario): void {
  const state = world.cloud.sites.primary;
  const at = (atMs: number, words: string, action: () => void): void => {
    world.timeline.schedule(atMs, () => {
      world.tell('the world', words);
      action();
    });
  };
  switch (outage.kind) {
    case 'None':
      return;
    case 'Region':
      at(outageAtMs, 'the primary region goes dark', () => world.darken());
      at(outageAtMs + outage.forMs, 'the primary region is back', () => world.lighten());
      return;
    case 'Application':
      at(outageAtMs, 'the primary application dies', () => {
        state.running = 0;
      });
      at(outageAtMs + outage.forMs, 'the primary application is back', () => {
        state.running = state.desired;
      });
  }
}

function scheduleActors(world: World, scenario: Scenario): void {
  scenario.actors.forEach(({ ownsPlan, onKubernetes, clockOffsetMs, startMs, trouble }, index) => {
    world.timeline.schedule(startMs, () => {
      const actor = world.startActor(`actor-${index}`, { ownsPlan, onKubernetes, clockOffsetMs });
      world.tell(`actor-${index}`, 'begins to watch');
      const inMs = Math.max(0, trouble.atMs - startMs);
      if (trouble.kind !== 'None') world.timeline.schedule(inMs, () => befall(world, actor, trouble));
    });
  });
}

function befall(world: World, actor: Actor, trouble: Scenario['actors'][number]['trouble']): void {
  world.tell(actor.life.actor, trouble.kind.toLowerCase());
  switch (trouble.kind) {
    case 'None':
      return;
    case 'Dies':
      actor.life.kill();
      return;
    case 'Stops':
      actor.stop();
      return;
    case 'Pauses':
      actor.life.pause();
      world.timeline.schedule(trouble.forMs, () => actor.life.resume());
  }
}
