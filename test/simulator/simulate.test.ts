import { describe, expect, it } from '@jest/globals';
import { everyState, unreached } from '../../src/simulator/every-state.ts';
import { scenarioOf, shrinkScenario } from '../../src/simulator/generate-scenario.ts';
import { simulate } from '../../src/simulator/simulate.ts';
import { printStory } from '../../src/simulator/story.ts';

const seeds = 30;

describe('whatever goes wrong', () => {
  it('the invariants hold after every event, and the operation ends or waits for a person', async () => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const { breaches, scenario } = await simulate(seed, { shrinkAttempts: 0 });
      expect({ seed, scenario, breaches }).toEqual({ seed, scenario, breaches: [] });
    }
  }, 300_000);
});

describe('a seed', () => {
  it('always tells the same story', async () => {
    for (const seed of [1, 2, 3]) {
      const stories = [await simulate(seed), await simulate(seed)].map(({ story }) => printStory(story));
      expect(stories[0]).toEqual(stories[1]);
      expect(stories[0]?.length).toBeGreaterThan(0);
    }
  });

  it('is another incident than its neighbour', () => {
    const scenarios = new Set(Array.from({ length: 50 }, (_, index) => JSON.stringify(scenarioOf(index))));
    expect(scenarios.size).toBe(50);
  });
});

describe('a failing scenario', () => {
  it('shrinks to the least that fails as it does', async () => {
    const seed = 7;
    const fails = async (scenario: ReturnType<typeof scenarioOf>): Promise<boolean> =>
      scenario.controllers.length + scenario.lambdas.length >= 1;
    const smallest = await shrinkScenario(seed, fails, 1_000);
    expect(smallest).toMatchObject({ faults: [], eclipses: [], events: [] });
    expect(smallest.controllers.length + smallest.lambdas.length).toBe(1);
  });

  it('is told as it was found when no attempt is left', async () => {
    expect(await shrinkScenario(7, async () => true, 0)).toEqual(scenarioOf(7));
  });
});

describe('the coverage', () => {
  it('knows no state that the scenarios reach and it does not expect', async () => {
    const { coverage } = await simulate(3);
    for (const state of coverage.reached) expect(everyState()).toContain(state);
    expect(unreached(coverage)).toEqual(everyState().filter((state) => !coverage.reached.has(state)));
  });
});
