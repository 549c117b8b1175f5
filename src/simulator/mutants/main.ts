import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { allMutants } from './all-mutants.ts';
import { type Caught, catchMutant } from './catch-mutants.ts';

/** `npm run simulate:mutants`: every deliberate bug must be caught by the simulator. Exit code 1 if one survives. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '4000' },
    only: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'boolean', default: false },
  },
});
const mutants = allMutants.filter(({ name }) => values.only === undefined || name.includes(values.only));
if (mutants.length === 0) {
  console.error(
    `no mutant is called "${values.only}"; there are:\n${allMutants.map(({ name }) => `  ${name}`).join('\n')}`,
  );
  process.exit(2);
}

const waiting = [...mutants];
const caught: Caught[] = [];

async function work(): Promise<void> {
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    const result = await catchMutant(mutant, Number(values.seeds));
    caught.push(result);
    if (!values.json) console.log(lineOf(result));
  }
}

function lineOf({ name, seed, breach, isExpected }: Caught): string {
  if (seed === null) return `SURVIVED  ${name}`;
  return `seed ${String(seed).padStart(5)}  ${name}: ${breach}${isExpected ? '' : ' (another invariant was expected)'}`;
}

await Promise.all(Array.from({ length: Math.max(1, Number(values.jobs)) }, work));
const survivors = caught.filter(({ seed }) => seed === null);
if (values.json) console.log(JSON.stringify(caught, null, 2));
else console.log(`${caught.length - survivors.length} of ${caught.length} mutants caught`);
process.exitCode = survivors.length > 0 ? 1 : 0;
