import { otherSite, type Site } from '../api/site.ts';
import type { Operation } from '../failover/operation.ts';
import { grantConsent, requestAbort } from '../failover/person.ts';
import { followsWithinMs } from './effects/database-effects.ts';
import { say } from './people.ts';
import { lastsForEver, type Scenario } from './scenario.ts';
import type { World } from './world.ts';

/** The longest that an operation may still take when nothing is amiss any more. */
const endsWithinMs = 240_000;

/** What must be true when all faults have ended; a person says what is waited for, and breaches are noted in the world. */
export async function judgeAftermath(world: World, scenario: Scenario): Promise<void> {
  for (const crash of world.crashes) {
    world.invariants.must(8, false, `an actor died of an error of its own: ${String(crash)}`);
  }
  await helpOut(world, scenario);
  const { timing, plan } = world;
  const isDone = (): boolean => {
    const { pendingFence, pendingUnfence, cleanups, operation, lease } = world.journal;
    const isIdle = operation === null && lease.holder === null;
    return isIdle && pendingFence === null && pendingUnfence === null && cleanups.length === 0;
  };
  await world.runUntil(isDone, timing.settleMs + 3 * (plan.intervalMs + timing.callMs));
  const { journal, invariants } = world;
  // Another outage of its own: a person is waited for again.
  if (journal.operation?.phase === 'WaitingForConsent' || isHomeDark(world)) return;
  if (isToldOfDeadApplication(world, scenario)) return;
  const ended = journal.operation === null;
  invariants.must(8, ended, `${journal.operation?.id} did not end: ${journal.operation?.phase}`);
  invariants.must(8, journal.lease.holder === null, `${journal.lease.holder} keeps the lease`);
  if (!ended) return;
  judgeRoles(world, scenario);
  judgeDuties(world);
  judgeHolds(world, scenario);
}

/** It can only go forward, and the application that it brings up is dead for ever: people have been told. */
function isToldOfDeadApplication({ cloud, journal: { operation } }: World, { outages }: Scenario): boolean {
  if (operation === null || !operation.alerted.includes('overdue/scale')) return false;
  return cloud.sites[operation.to].running === 0 && outages.some(lastsForEver);
}

function isHomeDark({ cloud, journal }: World): boolean {
  return cloud.isDark(journal.home);
}

function judgeRoles({ journal, cloud, invariants }: World, { plan, outages }: Scenario): void {
  const { active } = journal.activation;
  const former = otherSite(active);
  const isLit = !cloud.isDark(active);
  invariants.must(8, journal.fenced !== active, `${active} is active, and counts as fenced`);
  if (isLit) {
    invariants.must(13, cloud.leadsTo === active, `the name leads to ${cloud.leadsTo}, and ${active} is active`);
    const isDead = cloud.sites[active].running === 0 && outages.some(lastsForEver);
    invariants.must(8, isDead || cloud.takesWrites(active), `${active} is active, and nobody can write there`);
    invariants.must(8, !cloud.sites[active].denied, `${active} is active, and cut off from its database`);
  }
  const { writer, denied } = cloud.sites[former];
  const isHarmless = !plan.fencing || cloud.isDark(former) || writer === null || denied;
  invariants.must(2, isHarmless, `${former} could take writes, and ${active} is active`);
}

function judgeDuties({ journal, cloud, plan, invariants }: World): void {
  const { pendingFence, pendingUnfence, cleanups } = journal;
  const mayWait = (site: Site | undefined): boolean =>
    site === undefined || cloud.isDark(site) || plan.sites[site].fencing === undefined;
  invariants.must(2, mayWait(pendingFence?.site), `${pendingFence?.site} was never fenced: ${pendingFence?.reason}`);
  invariants.must(
    8,
    pendingUnfence === null || mayWait(pendingUnfence.site),
    'the active never got back what was taken',
  );
  const left = cleanups.filter(({ site }) => !cloud.isDark(site));
  invariants.must(8, left.length === 0, `${left[0]?.database} was never deleted`);
  const copies = (['primary', 'secondary'] as const).flatMap((site) =>
    cloud.sites[site].databases.filter(({ isCopy }) => isCopy && !cloud.isDark(site)),
  );
  invariants.must(8, copies.length === 0, `${copies[0]?.identifier} costs money, and nobody knows of it`);
}

function judgeHolds(world: World, { plan: { hold }, outages, requests, abort, plan }: Scenario): void {
  const { journal, invariants, cloud } = world;
  const { active } = journal.activation;
  if (hold === 'Suspended') invariants.must(14, journal.epoch === 0, 'an operation ran on a plan that is suspended');
  if (hold === 'Manual' && requests.length === 0) {
    invariants.must(14, journal.epoch === 0, 'an operation ran by itself on a plan in mode Manual');
  }
  // The plainest of all incidents must end in the plainest way.
  const [outage, ...more] = outages;
  const isPlain = outage?.kind === 'Region' && lastsForEver(outage) && more.length === 0 && abort === null;
  if (!isPlain || hold !== 'None' || !plan.fencing || requests.length > 0) return;
  invariants.must(8, !cloud.isDark(active), 'the outage lasts for ever, and nobody took over');
}

/** A person gives consent where it is asked for, and calls off what waits for what will not come. */
async function helpOut(world: World, scenario: Scenario): Promise<void> {
  const isOver = (): boolean => world.journal.operation === null;
  if (world.journal.requested !== null) {
    say(world, 'does not ask for it any more', (journal) => requestAbort(journal, 'it is over'));
  }
  if (isOver()) return;
  if (world.journal.operation?.phase === 'WaitingForConsent') {
    say(world, 'accepts any loss', (journal) => grantConsent(journal, 'any'));
  }
  if (await world.runUntil(isOver, endsWithinMs)) return;
  const isHeldUp = isAmiss(world, scenario) || isLeftToPeople(world.journal.operation);
  world.invariants.must(8, isHeldUp, `nothing is amiss, and ${world.journal.operation?.id} does not end by itself`);
  say(world, 'asks to abort', (journal) => requestAbort(journal, 'it is over'));
  await world.runUntil(isOver, endsWithinMs);
}

/** Something stays broken after all faults are over: a site, or a replica that never catches up. */
function isAmiss({ cloud }: World, { outages }: Scenario): boolean {
  return outages.some(lastsForEver) || cloud.lagMs > followsWithinMs;
}

/** It waits for a word, or it began on evidence that holds no longer and the plan does not let it abort; people know. */
function isLeftToPeople(operation: Operation | null): boolean {
  if (operation === null || operation.phase === 'WaitingForConsent') return true;
  return operation.intent === null && operation.alerted.includes('overdue/intent');
}
