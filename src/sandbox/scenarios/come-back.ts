import type { Site } from '../../api/site.ts';
import { seconds } from './report.ts';
import type { Stage } from './stage.ts';

/**
 * Brings a killed region back and waits until it is proven fenced.
 *
 * @returns when it was back, milliseconds since the epoch.
 */
export async function comeBack(
  { world, journal, story, say, until, returnRegion }: Stage,
  site: Site,
): Promise<number> {
  const { region } = world.app.spec[site];
  story.status(`${region} starts again`);
  await returnRegion(site);
  const returnedAtMs = Date.now();
  say('return', `${region} is back with what its disks held, and its database takes writes`);
  await until(`${region} to be proven fenced`, 300_000, async () => (await journal.read()).fenced === site);
  say('return', `${region} was proven fenced ${seconds(Date.now() - returnedAtMs).toFixed(1)} s after it came back`);
  return returnedAtMs;
}
