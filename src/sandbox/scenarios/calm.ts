import type { Stage } from './stage.ts';

/** How long the world is watched healthy before anything happens to it, milliseconds at speed 1. */
const calmMs = 8_000;

/** Waits until everything works as on a quiet day, and says so. */
export async function untilCalm(stage: Stage): Promise<void> {
  const { world, clients, events, story, say, until } = stage;
  const { primary, secondary } = world.app.spec;
  story.status('waiting for the first trade');
  const answers = (): string => JSON.stringify(clients.trades.errors);
  await until('the first acknowledged trade', 60_000, () => clients.trades.acknowledged.length > 0, answers);
  story.status('waiting for the engine to know both sites');
  await until('the first verdict', 120_000, () => verdictsOf(events).includes('Up'));
  let calmSinceMs = Date.now();
  await until('a quiet moment', 120_000, () => {
    const rate = clients.trades.ratePerSecond(Date.now() - 1_000, Date.now());
    story.status(`${primary.region} active · ${secondary.region} standby · ${rate.toFixed(0)} trades/s`);
    if (verdictsOf(events).at(-1) !== 'Up' || rate === 0) calmSinceMs = Date.now();
    return Date.now() - calmSinceMs >= calmMs / world.speed;
  });
  const rate = clients.trades.ratePerSecond(calmSinceMs, Date.now());
  say('trading', `${primary.region} active · ${secondary.region} standby · ${rate.toFixed(0)} trades/s`);
  story.status('');
}

/** What the controller thought of the active, verdict after verdict. */
export function verdictsOf(events: Stage['events'], sinceMs = 0): string[] {
  return events.flatMap((event) =>
    event.kind === 'Verdict' && isController(event.actor) && event.atMs >= sinceMs ? [event.verdict] : [],
  );
}

export function isController(actor: string): boolean {
  return actor.startsWith('controller/');
}
