import type { Mutant } from './mutant.ts';
import { whatComesFirst } from './what-comes-first.ts';
import { whatIsLeft } from './what-is-left.ts';
import { whetherToAct } from './whether-to-act.ts';
import { whoActs } from './who-acts.ts';

export const allMutants: readonly Mutant[] = [...whoActs, ...whetherToAct, ...whatComesFirst, ...whatIsLeft];

/** @throws Error unless the text stands there exactly once. */
export function mutated(source: string, { name, file, find, replace }: Mutant): string {
  const [before, after, ...more] = source.split(find);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`${name}: its text does not stand exactly once in ${file}`);
  }
  return `${before}${replace}${after}`;
}
