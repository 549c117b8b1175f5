import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { transformSync } from 'esbuild';
import { allMutants, mutated } from '../../src/simulator/mutants/all-mutants.ts';

describe('a deliberate bug', () => {
  it.each(allMutants)('can still be put in: $name', (mutant) => {
    const changed = mutated(readFileSync(mutant.file, 'utf8'), mutant);
    expect(() => transformSync(changed, { loader: 'ts' })).not.toThrow();
    expect(mutant.replace).not.toBe(mutant.find);
  });

  it('has a name of its own, and an invariant that it breaks', () => {
    expect(new Set(allMutants.map(({ name }) => name)).size).toBe(allMutants.length);
    for (const { breaks } of allMutants) expect(breaks.length).toBeGreaterThan(0);
  });

  it('whose text is not there once is refused', () => {
    const [mutant] = allMutants;
    if (mutant === undefined) throw new Error('there is no mutant');
    expect(() => mutated('', mutant)).toThrow(mutant.name);
    expect(() => mutated(`${mutant.find}\n${mutant.find}`, mutant)).toThrow(mutant.name);
  });
});
