import { parseArgs } from 'node:util';
import { advanceBench } from './advance.ts';
import { lambdaBench } from './lambda.ts';
import { outageBench } from './outage.ts';
import { switchoverBench } from './switchover.ts';
import { synthBench } from './synth.ts';

/**
 * `npm run bench [-- NAME... --runs N]`: measurements as JSON on standard output, progress on standard error. Ratios
 * within one run can be compared between machines; plain seconds cannot.
 *
 * `--runs`: how often those are played that start a world, which takes a minute each.
 */
const benches: Readonly<Record<string, (runs: number) => Promise<object>>> = {
  advance: advanceBench,
  synth: synthBench,
  lambda: lambdaBench,
  outage: outageBench,
  switchover: switchoverBench,
};

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '3' } },
});
const runs = Number(values.runs);
if (!(Number.isInteger(runs) && runs > 0)) {
  console.error(`--runs takes a whole number from 1 up, not ${values.runs}`);
  process.exit(2);
}
const unknown = names.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`there is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
const results: Record<string, object> = {};
for (const [name, run] of Object.entries(benches)) {
  if (names.length > 0 && !names.includes(name)) continue;
  console.error(`bench ${name}`);
  results[name] = await run(runs);
}
console.log(JSON.stringify(results, null, 2));
