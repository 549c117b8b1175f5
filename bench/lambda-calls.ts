import { type SiteScope, scopeOf, siteNames, witnessNames } from '../src/api/names.ts';
import { sites } from '../src/api/site.ts';
import { loadApp } from '../src/cli/load-app.ts';
import { untilCalm } from '../src/sandbox/scenarios/calm.ts';
import { withStage } from '../src/sandbox/scenarios/stage.ts';
import { startWorld } from '../src/sandbox/world/world.ts';

const minuteMs = 60_000;

/**
 * Calls by function, site of the function, service and operation, counted for a minute in a world at real intervals. The
 * witness looks too.
 */
export async function callsOfQuietMinute(): Promise<object> {
  const example = await loadApp('examples/trading-rds.yaml');
  const detection = { ...example.spec.detection, witness: true };
  const app = { ...example, spec: { ...example.spec, detection } };
  const { signal } = new AbortController();
  const world = await startWorld({ app, speed: 1, signal, onProgress: () => undefined });
  try {
    return await withStage(world, { entry: () => undefined, status: () => undefined }, signal, async (stage) => {
      await untilCalm(stage);
      const sinceMs = Date.now();
      await stage.pass(minuteMs);
      const regions = [...sites.map(world.region), world.witnessRegion()];
      const calls = regions.flatMap((each) => each?.calls ?? []).filter(({ atMs }) => atMs >= sinceMs);
      const counts: Record<string, Record<string, number>> = {};
      const places = [
        ...sites.map((site) => ({ place: `the ${site}`, region: app.spec[site].region, of: siteNames })),
        { place: 'the witness', region: app.spec.witness, of: witnessFunction },
      ];
      for (const { place, region, of } of places) {
        const { functions } = of({ ...scopeOf(app), region });
        for (const { service, operation, principal, caller } of calls) {
          const name = Object.values(functions).find((each) => each === principal);
          if (name === undefined || caller?.includes(region) !== true) continue;
          const key = `${name} of ${place}`;
          const call = `${service}:${operation}`;
          const known = counts[key] ?? {};
          counts[key] = { ...known, [call]: (known[call] ?? 0) + 1 };
        }
      }
      return counts;
    });
  } finally {
    await world.close();
  }
}

function witnessFunction(scope: SiteScope): { readonly functions: Readonly<Record<string, string>> } {
  return { functions: { witness: witnessNames(scope).function } };
}
