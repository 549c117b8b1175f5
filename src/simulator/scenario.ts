import fc from 'fast-check';
import type { Journal } from '../failover/journal.ts';
import { grantConsent, requestAbort } from '../failover/record.ts';
import type { Call, Fault } from './network.ts';
import type { Actor } from './world.ts';
import { World } from './world.ts';

/** A run of bad luck, as plain data: it prints, shrinks and replays. Times are milliseconds from its start. */
export interface Scenario {
  readonly lagSeconds: number | null;
  readonly outage: { readonly kind: 'None' | 'Region' | 'Application'; readonly forMs: number };
  readonly fencing: boolean;
  readonly hold: 'None' | 'Manual' | 'Suspended';
  readonly consentAtMs: number | null;
  readonly abortAtMs: number | null;
  readonly eclipses: readonly { vantage: string; atMs: number; forMs: number; sees: 'neither' | 'secondary only' }[];
  readonly faults: readonly { atMs: number; forMs: number; on: Target; fault: Fault }[];
  readonly actors: readonly {
    readonly ownsPlan: boolean;
    readonly clockOffsetMs: number;
    readonly startMs: number;
    readonly trouble: { kind: 'None' | 'Dies' | 'Pauses' | 'Stops'; atMs: number; forMs: number };
  }[];
}

/** What a fault hits. */
const targets = {
  journalReads: (call: Call) => call.service === 'journal' && !call.writes,
  journalWrites: (call: Call) => call.operation === 'write',
  history: (call: Call) => call.operation === 'appendHistory',
  looks: (call: Call) => !call.writes && call.service !== 'journal',
  fences: (call: Call) => call.operation === 'fence-database' || call.operation === 'close-traffic',
  promote: (call: Call) => call.operation === 'promote',
  standbyRds: (call: Call) => call.service === 'rds',
  traffic: (call: Call) => call.operation === 'open-traffic' || call.operation === 'mark-witness',
  kubernetes: (call: Call) => call.service === 'kubernetes',
  everything: () => true,
} as const;
type Target = keyof typeof targets;

const vantages = ['controller', 'dns', 'prober-secondary'];
/** Faults, eclipses and the deaths of actors all lie within this. */
const troubleMs = 120_000;
const moment = fc.integer({ min: 0, max: troubleMs });

const faultArbitrary: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant('slow' as const), ms: fc.integer({ min: 100, max: 8_000 }) }),
  fc.record({
    kind: fc.constant('refuse' as const),
    error: fc.constantFrom('Retryable' as const, 'NotYet' as const, 'Refused' as const),
  }),
  fc.constant<Fault>({ kind: 'hang' }),
  fc.record({ kind: fc.constant('unknown' as const), happened: fc.boolean() }),
  fc.record({ kind: fc.constant('late' as const), ms: fc.integer({ min: 5_000, max: 12_000 }) }),
);

export const scenarioArbitrary: fc.Arbitrary<Scenario> = fc.record({
  lagSeconds: fc.constantFrom(0, 5, 5, 5, 300, null),
  outage: fc.record({
    kind: fc.constantFrom('None' as const, 'Region' as const, 'Region' as const, 'Application' as const),
    forMs: fc.oneof(fc.integer({ min: 5_000, max: 100_000 }), fc.constant(1e9)),
  }),
  fencing: fc.boolean(),
  hold: fc.constantFrom('None', 'None', 'None', 'None', 'None', 'None', 'Manual', 'Suspended'),
  consentAtMs: fc.option(moment),
  abortAtMs: fc.option(fc.integer({ min: 20_000, max: 60_000 }), { freq: 3 }),
  eclipses: fc.array(
    fc.record({
      vantage: fc.constantFrom(...vantages),
      atMs: moment,
      forMs: fc.integer({ min: 10_000, max: 120_000 }),
      sees: fc.constantFrom('neither' as const, 'secondary only' as const),
    }),
    { maxLength: 4 },
  ),
  faults: fc.array(
    fc.record({
      atMs: moment,
      forMs: fc.oneof(fc.integer({ min: 100, max: 40_000 }), fc.constant(troubleMs)),
      on: fc.constantFrom(...(Object.keys(targets) as Target[])),
      fault: faultArbitrary,
    }),
    { maxLength: 5 },
  ),
  actors: fc.array(
    fc.record({
      ownsPlan: fc.boolean(),
      clockOffsetMs: fc.integer({ min: -3_600_000, max: 3_600_000 }),
      startMs: moment,
      trouble: fc.record({
        kind: fc.constantFrom('None' as const, 'Dies' as const, 'Pauses' as const, 'Stops' as const),
        atMs: moment,
        forMs: fc.integer({ min: 1_000, max: 60_000 }),
      }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

/** Plays a scenario, then ends all faults, starts an actor without any, and gives it time to put things right. */
export async function playScenario(scenario: Scenario): Promise<World> {
  const { lagSeconds, hold } = scenario;
  const world = new World({
    lagSeconds,
    plan: { suspended: hold === 'Suspended', mode: hold === 'Manual' ? 'Manual' : 'Automatic' },
  });
  if (!scenario.fencing) withoutFencing(world);
  eclipse(world, scenario);
  await world.startProbers(vantages);
  await world.run(5_000);

  for (const { atMs, forMs, on, fault } of scenario.faults) {
    world.timeline.schedule(atMs, () => world.addFault(fault, targets[on], Math.min(forMs, troubleMs - atMs)));
  }
  scheduleOutage(world, scenario);
  scheduleActors(world, scenario);
  const { consentAtMs, abortAtMs } = scenario;
  const say = (change: (journal: Journal) => Journal) => () => world.table.put(change, 'a person');
  if (consentAtMs !== null)
    world.timeline.schedule(
      consentAtMs,
      say((journal) => grantConsent(journal, 300)),
    );
  if (abortAtMs !== null)
    world.timeline.schedule(
      abortAtMs,
      say((journal) => requestAbort(journal, 'we stay')),
    );
  await world.run(troubleMs + 61_000);
  world.startActor('the last', { ownsPlan: true });
  await world.run(60_000);
  await world.runUntil(() => isCalm(world), 120_000);
  return world;
}

/** Nothing is in hand, and either somebody serves or a person is waited for. */
function isCalm({ journal, cloud }: World): boolean {
  if (journal.operation !== null) return journal.operation.phase === 'WaitingForConsent';
  return journal.lease.holder === null && cloud.serves(journal.activation.active);
}

function withoutFencing(world: World): void {
  const { primary, secondary } = world.plan.sites;
  const { fencing: _unused, ...bare } = primary;
  Object.assign(world.plan, { sites: { primary: bare, secondary } });
}

function eclipse(world: World, scenario: Scenario): void {
  const { sky } = world;
  const startMs = 5_000;
  world.sky = (vantage) => {
    const nowMs = world.timeline.nowMs - startMs;
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
  switch (outage.kind) {
    case 'None':
      return;
    case 'Region':
      world.timeline.schedule(10_000, () => world.darken());
      world.timeline.schedule(10_000 + outage.forMs, () => world.lighten());
      return;
    case 'Application':
      world.timeline.schedule(10_000, () => {
        state.running = 0;
      });
      world.timeline.schedule(10_000 + outage.forMs, () => {
        state.running = state.desired;
      });
  }
}

function scheduleActors(world: World, scenario: Scenario): void {
  scenario.actors.forEach(({ ownsPlan, clockOffsetMs, startMs, trouble }, index) => {
    world.timeline.schedule(startMs, () => {
      const actor = world.startActor(`actor-${index}`, { ownsPlan, clockOffsetMs });
      const inMs = Math.max(0, trouble.atMs - startMs);
      if (trouble.kind !== 'None') world.timeline.schedule(inMs, () => befall(world, actor, trouble));
    });
  });
}

function befall(world: World, actor: Actor, trouble: Scenario['actors'][number]['trouble']): void {
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
