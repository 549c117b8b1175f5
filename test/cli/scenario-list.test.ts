import { describe, expect, it } from '@jest/globals';
import { formatScenarios, scenarioOf } from '../../src/cli/demo/scenario-list.ts';
import { scenarioNames } from '../../src/sandbox/scenarios/scenario-names.ts';

describe('the list of scenarios', () => {
  it('has a line for each, its name first', () => {
    const lines = formatScenarios().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual([...scenarioNames]);
    expect(lines.every((line) => / {2}\S.{20,}/.test(line))).toBe(true);
  });

  it.each([
    ['parttion', 'partition'],
    ['switch-over', 'switchover'],
    ['controler-dies', 'controller-dies'],
  ])('takes %s for a mistyped %s', (typed, meant) => {
    expect(() => scenarioOf(typed)).toThrow(expect.objectContaining({ code: 'US1090' }));
    expect(remedyOf(typed)).toContain(`Did you mean ${meant}?`);
  });

  it('names all of them where none is near', () => {
    expect(remedyOf('hurricane')).toContain(scenarioNames.join(', '));
  });
});

function remedyOf(name: string): string {
  try {
    scenarioOf(name);
    return '';
  } catch (error) {
    return String((error as { readonly remedy?: unknown }).remedy);
  }
}
