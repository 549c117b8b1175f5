import { parseArgs } from 'node:util';
import { advanceBench } from './advance.ts';
import { informerBench } from './informer.ts';
import { lambdaBench } from './lambda.ts';
import { outageBench } from './outage.ts';
import { scaleBench } from './scale.ts';
import { simulatorBench } from './simulator.ts';
import { switchoverBench } from './switchover.ts';
import { synthBench } from './synth.ts';

/**
 * `npm run bench [-- NAME... --runs N --plans N]`: measurements as JSON on standard output, progress on standard error. Ratios
 * within one run can be compared between machines; plain seconds cannot.
 *
 * `--runs`: how often those are played that start a world, which takes a minute each. `--plans`: of `scale`
 * and `informer`, which need what the e2e tier needs.
 */
const benches: Readonly<Record<string, (sizes: { readonly runs: number; readonly plans: number }) => Promise<object>>> =
  {
    advance: advanceBench,
    synth: synthBench,
    simulator: simulatorBench,
    lambda: lambdaBench,
    outage: ({ runs }) => outageBench(runs),
    switchover: ({ runs }) => switchoverBench(runs),
    scale: ({ plans }) => scaleBench(plans),
    informer: ({ plans }) => informerBench(plans),
  };

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '3' }, plans: { type: 'string', default: '10000' } },
});
const sizes = { runs: Number(values.runs), plans: Number(values.plans) };
for (const [name, size] of Object.entries(sizes)) {
  if (Number.isInteger(size) && size > 0) continue;
  console.error(`--${name} takes a whole number from 1 up, not ${values[name as keyof typeof sizes]}`);
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
  results[name] = await run(sizes);
}
console.log(JSON.stringify(results, null, 2));
