import fc from 'fast-check';
import { type Action, type StepName, stepNames } from '../failover/operation.ts';
import type { Fault } from './network.ts';
import {
  type ControllerLife,
  type Eclipse,
  type LambdaLife,
  type Outage,
  type Scenario,
  type ScenarioFault,
  type ScenarioPlan,
  type Target,
  targets,
  vantages,
  type WorldEvent,
} from './scenario.ts';

const within = (lastsMs: number) => fc.integer({ min: 0, max: lastsMs });
const between = (min: number, max: number) => fc.integer({ min, max });
/** What fails shrinks towards the first choice, whichever was drawn. */
const simplestFirst = { withCrossShrink: true } as const;
/** One of the values, as often as it says. */
const weighted = <T>(...choices: readonly (readonly [number, T])[]): fc.Arbitrary<T> =>
  fc.oneof(simplestFirst, ...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant('slow' as const), ms: between(100, 8_000) }),
  fc.record({
    kind: fc.constant('refuse' as const),
    error: fc.constantFrom('Retryable' as const, 'NotYet' as const, 'Refused' as const, 'Refused' as const),
  }),
  fc.constant<Fault>({ kind: 'hang' }),
  fc.record({ kind: fc.constant('unknown' as const), happened: fc.boolean() }),
  fc.record({ kind: fc.constant('late' as const), ms: between(5_000, 12_000) }),
  fc.record({ kind: fc.constant('twice' as const), ms: between(50, 10_000) }),
  fc.record({ kind: fc.constant('stale' as const), ms: between(1_000, 8_000) }),
);

/** Often none and seldom many, so that an incident also gets far. */
const few = <T>(arbitrary: fc.Arbitrary<T>, many: number): fc.Arbitrary<T[]> =>
  fc.oneof(
    simplestFirst,
    { weight: 2, arbitrary: fc.constant<T[]>([]) },
    { weight: 2, arbitrary: fc.array(arbitrary, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.array(arbitrary, { minLength: 2, maxLength: many }) },
  );

/** By name, so that trouble comes as an actor does it. */
const anyStep: fc.Arbitrary<StepName> = fc.constantFrom(
  ...stepNames,
  'intent',
  'intent',
  'intent',
  'intent',
  'promote',
);

const together = <T>(...parts: readonly fc.Arbitrary<T[]>[]): fc.Arbitrary<T[]> =>
  fc.tuple(...parts).map((arrays) => arrays.flat());

const faults = (lastsMs: number): fc.Arbitrary<ScenarioFault[]> =>
  few(
    fc.record({
      atMs: within(lastsMs),
      forMs: fc.oneof(between(100, 40_000), fc.constant(lastsMs)),
      on: fc.constantFrom(...(Object.keys(targets) as Target[])),
      of: weighted([4, 'everyone' as const], [1, 'first' as const], [1, 'lambdas' as const]),
      fault,
    }),
    5,
  );

/** One step that does not get through for a long time, so that it comes to its last attempt, or to a person. */
const stubborn = (lastsMs: number): fc.Arbitrary<ScenarioFault[]> =>
  fc.oneof(
    simplestFirst,
    { weight: 3, arbitrary: fc.constant<ScenarioFault[]>([]) },
    {
      weight: 2,
      arbitrary: fc
        .record({
          atMs: fc.constant(0),
          forMs: fc.constantFrom(lastsMs, lastsMs, Math.round(lastsMs / 2)),
          on: anyStep,
          of: fc.constant('everyone' as const),
          fault: fc.oneof(fc.constant<Fault>({ kind: 'refuse', error: 'Refused' }), fault),
        })
        .map((one) => [one]),
    },
  );

const plan = (reprotect: fc.Arbitrary<ScenarioPlan['reprotect']>): fc.Arbitrary<ScenarioPlan> =>
  fc.record({
    fencing: weighted([9, true], [1, false]),
    abortIfRecovered: weighted([3, true], [1, false]),
    hold: weighted([16, 'None' as const], [1, 'Manual' as const], [1, 'Suspended' as const]),
    reprotect,
    cooldownMs: weighted([2, 1_800_000], [1, 30_000]),
  });

const eclipses = (lastsMs: number): fc.Arbitrary<Eclipse[]> =>
  few(
    fc.record({
      vantage: fc.constantFrom(...vantages),
      atMs: within(lastsMs),
      forMs: between(10_000, 120_000),
      sees: fc.constantFrom('neither', 'secondary only', 'primary only', 'unheard'),
    }),
    4,
  );

const events = (lastsMs: number): fc.Arbitrary<WorldEvent[]> => {
  const when = { atMs: within(lastsMs), forMs: between(2_000, 40_000) };
  return few(
    fc.oneof(
      fc.record({ ...when, kind: fc.constant('lag' as const), lagSeconds: fc.constantFrom(0, 5, 30, 300) }),
      fc.record({ ...when, kind: fc.constant('cut off' as const) }),
      fc.record({ ...when, kind: fc.constant('backing up' as const) }),
      fc.record({ ...when, kind: fc.constant('fence opened' as const) }),
      fc.record({ ...when, kind: fc.constant('cluster rebuilt' as const) }),
      fc.record({ ...when, kind: fc.constant('clock set' as const), byMs: between(-600_000, 600_000) }),
    ),
    2,
  );
};

const controller = (lastsMs: number): fc.Arbitrary<ControllerLife> =>
  fc.record({
    ownsPlan: fc.boolean(),
    clockOffsetMs: between(-3_600_000, 3_600_000),
    clockRate: fc.constantFrom(1, 1, 0.98, 1.02),
    startMs: weighted([2, 0], [1, 10_000]).chain((early) => fc.oneof(fc.constant(early), within(lastsMs))),
    looks: weighted([5, false], [1, true]),
    trouble: fc.record({
      kind: weighted([2, 'None' as const], [2, 'Dies' as const], [1, 'Pauses' as const], [1, 'Stops' as const]),
      at: fc.oneof(within(lastsMs), anyStep),
      forMs: between(1_000, 60_000),
    }),
  });

const lambda: fc.Arbitrary<LambdaLife> = fc.record({
  site: fc.constantFrom('primary', 'secondary'),
  startMs: within(60_000),
  clockOffsetMs: between(-3_600_000, 3_600_000),
  isKilled: fc.boolean(),
});

/** What an incident is about: what breaks, and what people ask for. */
interface Plot {
  readonly lastsMs: number;
  readonly outages: fc.Arbitrary<Outage[]>;
  readonly requests: fc.Arbitrary<Scenario['requests']>;
  readonly reprotect: fc.Arbitrary<ScenarioPlan['reprotect']>;
}

const outage = (of: Outage['of'], fromMs: number, toMs: number): fc.Arbitrary<Outage> =>
  fc.record({
    kind: weighted([4, 'Region' as const], [2, 'Application' as const], [1, 'Flapping' as const]),
    of: fc.constant(of),
    atMs: between(fromMs, toMs),
    forMs: fc.oneof({ weight: 3, arbitrary: between(5_000, 100_000) }, { weight: 1, arbitrary: fc.constant(1e9) }),
  });

const request = (action: Action, fromMs: number, toMs: number) =>
  fc.record({
    action: fc.constant(action),
    atMs: between(fromMs, toMs),
    accepts: weighted([1, 'any' as const], [2, null]),
  });

const sometimes = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(arbitrary, { maxLength: 1 });
const brief = (forMs: number) =>
  outage('active', 8_000, 15_000).map((one): Outage => ({ ...one, kind: 'Region', forMs }));

const plots: Readonly<Record<string, Plot>> = {
  /** The active breaks, and the standby may break too. */
  outage: {
    lastsMs: 120_000,
    outages: together(
      outage('active', 8_000, 15_000).map((one) => [one]),
      sometimes(outage('standby', 40_000, 110_000)),
    ),
    requests: fc.constant([]),
    reprotect: fc.constant('Manual'),
  },
  /** All is well, but for what vantages, calls and actors suffer. */
  quiet: {
    lastsMs: 100_000,
    outages: fc.constant([]),
    requests: fc.constant([]),
    reprotect: fc.constantFrom('Manual', 'Automatic'),
  },
  /** People move the application while it is well, or while it stops being so. */
  switchover: {
    lastsMs: 100_000,
    outages: sometimes(outage('active', 20_000, 90_000)),
    requests: together(request('Switchover', 10_000, 30_000).map((one) => [one])),
    reprotect: fc.constant('Manual'),
  },
  person: {
    lastsMs: 100_000,
    outages: sometimes(outage('active', 20_000, 90_000)),
    requests: together(request('Failover', 10_000, 30_000).map((one) => [one])),
    reprotect: fc.constant('Manual'),
  },
  drill: {
    lastsMs: 100_000,
    outages: sometimes(outage('active', 20_000, 90_000)),
    requests: together(request('Drill', 10_000, 20_000).map((one) => [one])),
    reprotect: fc.constant('Manual'),
  },
  /** Moved, protected again. */
  reprotect: {
    lastsMs: 160_000,
    outages: sometimes(outage('active', 80_000, 140_000)),
    requests: together(
      request('Switchover', 6_000, 8_000).map((one) => [one]),
      request('Reprotect', 50_000, 80_000).map((one) => [one]),
    ),
    reprotect: fc.constant('Manual'),
  },
  /** Moved, and back. */
  failback: {
    lastsMs: 240_000,
    outages: sometimes(outage('active', 150_000, 230_000)),
    requests: together(
      request('Switchover', 6_000, 8_000).map((one) => [one]),
      request('Failback', 50_000, 70_000).map((one) => [one]),
    ),
    reprotect: fc.constant('Manual'),
  },
  /** An outage, protected again as soon as it can be, and another outage: a double failover. */
  double: {
    lastsMs: 260_000,
    outages: together(
      brief(45_000).map((one) => [one]),
      outage('active', 150_000, 200_000).map((one) => [one]),
    ),
    requests: together(
      request('Reprotect', 75_000, 90_000).map((one) => [one]),
      sometimes(request('Failback', 140_000, 190_000)),
    ),
    reprotect: fc.constantFrom('Manual', 'Automatic'),
  },
};

const weights: Readonly<Record<keyof typeof plots, number>> = {
  outage: 6,
  quiet: 1,
  switchover: 4,
  person: 1,
  drill: 3,
  reprotect: 3,
  failback: 4,
  double: 2,
};

/** At least one actor; most incidents have a controller, some have only a Lambda. */
const actors = (lastsMs: number): fc.Arbitrary<Pick<Scenario, 'controllers' | 'lambdas'>> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        controllers: fc.array(controller(lastsMs), { minLength: 1, maxLength: 2 }),
        lambdas: fc.array(lambda, { maxLength: 1 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ controllers: fc.constant([]), lambdas: fc.array(lambda, { minLength: 1, maxLength: 2 }) }),
    },
  );

const scenarioOfPlot = ({ lastsMs, outages, requests, reprotect }: Plot): fc.Arbitrary<Scenario> =>
  fc
    .tuple(
      fc.record({
        lastsMs: fc.constant(lastsMs),
        lagSeconds: weighted<number | null>([1, 0], [8, 2], [1, 300], [1, 600], [1, null]),
        plan: plan(reprotect),
        promoteMs: weighted([6, 8_000], [1, 2_000], [1, 60_000]),
        outages,
        requests,
        consentAtMs: fc.option(within(lastsMs)),
        abort: fc.option(fc.oneof(between(20_000, lastsMs), anyStep, anyStep), { freq: 3 }),
        eclipses: eclipses(lastsMs),
        faults: together(faults(lastsMs), stubborn(lastsMs)),
        events: events(lastsMs),
      }),
      actors(lastsMs),
    )
    .map(([world, people]) => ({ ...world, ...people }));

const scenarioArbitrary: fc.Arbitrary<Scenario> = fc.oneof(
  ...Object.entries(plots).map(([name, plot]) => ({ weight: weights[name] ?? 1, arbitrary: scenarioOfPlot(plot) })),
);

/** The scenario of a seed: always the same one, for as long as the generator is. */
export function scenarioOf(seed: number): Scenario {
  const [scenario] = fc.sample(scenarioArbitrary, { ...sampling, seed });
  if (scenario === undefined) throw new Error('the generator made nothing');
  return scenario;
}

/**
 * The smallest scenario that fails as the one of the seed does.
 *
 * @param fails whether a scenario fails; asked at most `attempts` times.
 */
export async function shrinkScenario(
  seed: number,
  fails: (scenario: Scenario) => Promise<boolean>,
  attempts: number,
): Promise<Scenario> {
  let smallest = scenarioOf(seed);
  let left = attempts;
  const property = fc.asyncProperty(scenarioArbitrary, async (scenario) => {
    if (left <= 0) return true;
    left -= 1;
    const failed = await fails(scenario);
    if (failed) smallest = scenario;
    return !failed;
  });
  await fc.check(property, { ...sampling, seed });
  return smallest;
}

/** Unbiased: one draw a seed, from all of the ranges and not from their edges first. */
const sampling = { numRuns: 1, unbiased: true } as const;
