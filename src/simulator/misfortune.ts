import { otherSite, type Site } from '../api/site.ts';
import type { Eclipse, Outage, Role, Scenario, WorldEvent } from './scenario.ts';
import { isOn, lastsForEver } from './scenario.ts';
import type { World } from './world.ts';

/** How often a flapping application changes its mind. */
const flapMs = 4_000;

/** What happens to the world in a scenario, apart from what its actors suffer. */
export function scheduleMisfortune(world: World, scenario: Scenario): void {
  for (const outage of scenario.outages) scheduleOutage(world, outage);
  for (const event of scenario.events) scheduleEvent(world, event);
  scheduleFaults(world, scenario);
  scheduleEclipses(world, scenario.eclipses);
}

function siteIn(world: World, role: Role): Site {
  const active = world.table.document?.activation.active ?? 'primary';
  return role === 'active' ? active : otherSite(active);
}

function scheduleOutage(world: World, { kind, of, atMs, forMs }: Outage): void {
  world.timeline.scheduleSilently(atMs, () => {
    const site = siteIn(world, of);
    const later = (action: () => void): void => {
      if (!lastsForEver({ forMs })) world.timeline.scheduleSilently(forMs, action);
    };
    switch (kind) {
      case 'Region':
        world.tell('the world', `the ${site} region goes dark`);
        world.darken(site);
        later(() => {
          world.tell('the world', `the ${site} region is back`);
          world.lighten(site);
        });
        break;
      case 'Application':
        world.tell('the world', `the ${site} application dies`);
        kill(world, site);
        later(() => revive(world, site));
        break;
      case 'Flapping':
        world.tell('the world', `the ${site} application comes and goes`);
        flap(world, site, forMs);
    }
  });
}

function kill(world: World, site: Site): void {
  world.cloud.passTime();
  world.cloud.sites[site].running = 0;
}

function revive(world: World, site: Site): void {
  world.cloud.passTime();
  const state = world.cloud.sites[site];
  state.running = state.desired;
  world.tell('the world', `the ${site} application is back`);
}

function flap(world: World, site: Site, leftMs: number): void {
  const state = world.cloud.sites[site];
  world.cloud.passTime();
  state.running = state.running > 0 ? 0 : state.desired;
  const lasts = leftMs > flapMs && world.timeline.nowMs < world.troubleEndsMs;
  if (lasts) world.timeline.scheduleSilently(flapMs, () => flap(world, site, leftMs - flapMs));
  else if (state.running === 0) revive(world, site);
}

function scheduleFaults(world: World, { faults, lastsMs }: Scenario): void {
  for (const { atMs, forMs, on, of, fault } of faults) {
    const lasts = Math.min(forMs, lastsMs - atMs);
    const isTheirs = (actor: string): boolean =>
      of === 'everyone' || (of === 'first' ? actor.startsWith('actor-0') : actor.startsWith('lambda'));
    world.timeline.scheduleSilently(atMs, () => {
      world.tell('the world', `${on} of ${of}: ${Object.values(fault).join(' ')}, for ${lasts} ms`);
      world.addFault(fault, (call) => isOn(on, call) && isTheirs(call.actor), lasts);
    });
  }
}

function scheduleEclipses(world: World, eclipses: readonly Eclipse[]): void {
  for (const { vantage, atMs, forMs, sees } of eclipses) {
    world.timeline.scheduleSilently(atMs, () => {
      world.invariants.sites.areVantagesTruthful = false;
      if (sees === 'unheard') world.muted.add(vantage);
      else world.eclipses.set(vantage, sees);
    });
    world.timeline.scheduleSilently(atMs + forMs, () => {
      if (sees === 'unheard') world.muted.delete(vantage);
      else world.eclipses.delete(vantage);
    });
  }
}

function scheduleEvent(world: World, event: WorldEvent): void {
  const { cloud, timeline } = world;
  timeline.scheduleSilently(event.atMs, () => {
    world.tell('the world', `${event.kind}, for ${event.forMs} ms`);
    world.invariants.path.disturb();
    switch (event.kind) {
      case 'lag':
        setLag(world, event.lagSeconds * 1_000, event.forMs);
        break;
      case 'cut off':
        cloud.passTime();
        cloud.isCutOff = true;
        timeline.scheduleSilently(event.forMs, () => {
          cloud.passTime();
          cloud.isCutOff = false;
        });
        break;
      case 'backing up':
        backUp(world, event.forMs);
        break;
      case 'fence opened':
        openFence(world);
        break;
      case 'cluster rebuilt':
        world.rebuildCluster();
        break;
      case 'clock set':
        world.setClocks(event.byMs);
    }
  });
}

function setLag(world: World, lagMs: number, forMs: number): void {
  const { cloud } = world;
  const before = cloud.lagMs;
  cloud.passTime();
  cloud.lagMs = lagMs;
  world.timeline.scheduleSilently(forMs, () => {
    cloud.passTime();
    cloud.lagMs = before;
  });
}

function backUp(world: World, forMs: number): void {
  const database = world.cloud.sites[siteIn(world, 'standby')].latest;
  if (database?.status !== 'available' || database.role === 'writer') return;
  database.status = 'backing-up';
  world.timeline.scheduleSilently(forMs, () => {
    if (database.status === 'backing-up') database.status = 'available';
  });
}

/** Of a site that is not active: nobody takes the fence of an active away, since it has none. */
function openFence(world: World): void {
  const site = siteIn(world, 'standby');
  const state = world.cloud.sites[site];
  if (!state.denied || world.table.document?.operation !== null) return;
  world.cloud.passTime();
  world.invariants.sites.fenceOpened(site);
  state.denied = false;
}
