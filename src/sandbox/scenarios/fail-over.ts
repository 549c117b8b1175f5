import type { Site } from '../../api/site.ts';
import type { Stage } from './stage.ts';

/** How long trades go on after a takeover, milliseconds at speed 1. */
const afterMs = 3_000;

/** SIGKILL of a site's region, and when. */
export async function strike(stage: Stage, site: Site): Promise<number> {
  const outageAtMs = Date.now();
  await stage.killRegion(site);
  stage.say('outage', `${stage.world.app.spec[site].region} is gone (SIGKILL)`);
  return outageAtMs;
}

/** Waits until an operation that began after a moment has ended. */
export async function untilOperationEnds({ events, until }: Stage, sinceMs: number): Promise<void> {
  await until('the end of the operation', 300_000, () =>
    events.some((event) => event.kind === 'OperationEnded' && event.atMs >= sinceMs),
  );
}

/** Waits until both clients' writes are served again after an outage, and have been for a moment. */
export async function untilServed(stage: Stage, outageAtMs: number): Promise<void> {
  const { clients, story, world, until } = stage;
  await until('the first good answer after the outage', 300_000, () => {
    const { firstGoodAfterMs } = clients.trades.outage(outageAtMs);
    const darkSeconds = (Date.now() - outageAtMs) / 1_000;
    story.status(firstGoodAfterMs === null ? `no trade for ${darkSeconds.toFixed(0)} s` : 'trades are served again');
    return firstGoodAfterMs !== null && Date.now() - firstGoodAfterMs > afterMs / world.speed;
  });
  await until('the first row after the outage', 180_000, () => {
    const { firstGoodAfterMs } = clients.rows.outage(outageAtMs);
    return firstGoodAfterMs !== null && Date.now() - firstGoodAfterMs > afterMs / world.speed;
  });
  story.status('');
}
