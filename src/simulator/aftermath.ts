import { grantConsent, requestAbort } from '../failover/person.ts';
import { lastsForEver, type Scenario } from './scenario.ts';
import type { World } from './world.ts';

/** What must be true when all faults have ended; a person says what is waited for, and breaches are noted in the world. */
export async function judgeAftermath(world: World, scenario: Scenario): Promise<void> {
  await helpOut(world);
  const { timing, plan } = world;
  const isDone = (): boolean => world.journal.pendingFence === null && world.journal.pendingUnfence === null;
  await world.runUntil(isDone, timing.settleMs + 3 * (plan.intervalMs + timing.callMs));
  const { journal, cloud, invariants } = world;
  const { primary, secondary } = cloud.sites;
  const must = invariants.must.bind(invariants);
  for (const crash of world.crashes) must(8, false, `an actor died of an error of its own: ${String(crash)}`);
  // Another outage of its own: a person is waited for again.
  if (journal.operation?.phase === 'WaitingForConsent') return;
  must(8, journal.operation === null, `${journal.operation?.id} did not end`);
  must(8, journal.lease.holder === null, `${journal.lease.holder} keeps the lease`);
  if (journal.operation !== null) return;

  const succeeded = journal.last?.outcome === 'Succeeded';
  const { active } = journal.activation;
  must(
    11,
    (active === 'secondary') === succeeded,
    `${active} is active, and the last outcome ${journal.last?.outcome}`,
  );
  must(5, secondary.database.promotions === (succeeded ? 1 : 0), `${secondary.database.promotions} promotions`);
  must(13, cloud.leadsTo === active, `the name leads to ${cloud.leadsTo}, and ${active} is active`);

  const dark = scenario.outage.kind === 'Region' && lastsForEver(scenario);
  if (succeeded && !dark) {
    must(13, primary.open.size === 0, 'the former active is entitled to traffic');
    must(2, !cloud.serves('primary') || !scenario.fencing, 'two sites take writes');
    must(2, journal.pendingFence === null || !scenario.fencing, 'the former active was never fenced');
  }
  if (!succeeded && !dark) {
    must(8, journal.pendingUnfence === null, 'the active never got back what was taken from it');
    must(8, !primary.denied && primary.open.has(1), 'the active is cut off from its clients, and nothing runs');
  }
  if (scenario.hold !== 'None') must(14, journal.epoch === 0, `an operation ran on a plan that is ${scenario.hold}`);
  else if (lastsForEver(scenario) && scenario.abortAtMs === null) {
    must(8, succeeded, 'the outage lasts for ever, and nobody took over');
  }
}

/** A person gives consent where it is asked for, and calls off what waits for an outage that is over. */
async function helpOut(world: World): Promise<void> {
  const { operation } = world.journal;
  if (operation === null) return;
  if (operation.phase === 'WaitingForConsent') {
    world.tell('a person', 'accepts any loss');
    world.table.put((journal) => grantConsent(journal, 'any'), 'a person');
    if (await world.runUntil(() => world.journal.operation === null, 60_000)) return;
  }
  world.tell('a person', 'asks to abort');
  world.table.put((journal) => requestAbort(journal, 'it is over'), 'a person');
  await world.runUntil(() => world.journal.operation === null, 60_000);
}
