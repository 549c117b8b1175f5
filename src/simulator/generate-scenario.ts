import fc from 'fast-check';
import type { Fault } from './network.ts';
import { type Scenario, type Target, targets, troubleMs, vantages } from './scenario.ts';

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

const scenarioArbitrary: fc.Arbitrary<Scenario> = fc.record({
  lagSeconds: fc.constantFrom(0, 5, 5, 5, 300, null),
  outage: fc.record({
    kind: fc.constantFrom('None' as const, 'Region' as const, 'Region' as const, 'Application' as const),
    forMs: fc.oneof(fc.integer({ min: 5_000, max: 100_000 }), fc.constant(1e9)),
  }),
  fencing: fc.boolean(),
  abortIfRecovered: fc.constantFrom(true, true, true, false),
  hold: fc.constantFrom('None', 'None', 'None', 'None', 'None', 'None', 'Manual', 'Suspended'),
  consentAtMs: fc.option(moment),
  abortAtMs: fc.option(fc.oneof(fc.integer({ min: 20_000, max: 60_000 }), fc.constant('fencing' as const)), {
    freq: 3,
  }),
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
      onKubernetes: fc.boolean(),
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
