import { advanceBench } from './advance.ts';
import { outageBench } from './outage.ts';
import { synthBench } from './synth.ts';

/**
 * `npm run bench [-- NAME...]`: measurements as JSON on standard output, progress on standard error. Ratios within one
 * run can be compared between machines; plain seconds cannot.
 */
const benches: Readonly<Record<string, () => Promise<object>>> = {
  advance: advanceBench,
  synth: synthBench,
  outage: outageBench,
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`there is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
const results: Record<string, object> = {};
for (const [name, run] of Object.entries(benches)) {
  if (names.length > 0 && !names.includes(name)) continue;
  console.error(`bench ${name}`);
  results[name] = await run();
}
console.log(JSON.stringify(results, null, 2));
