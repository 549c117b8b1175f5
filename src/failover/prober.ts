import { createBell } from './bell.ts';
import type { Clock } from './clock.ts';
import type { Plan } from './plan.ts';
import type { JournalStore, Vantage } from './ports.ts';
import type { Timing } from './timing.ts';
import { createSightings, watch } from './watch.ts';

/** A vantage that only looks and tells; it never acts. Runs until `signal` aborts. */
export async function runProber(
  plan: Plan,
  ports: { readonly clock: Clock; readonly vantage: Vantage; readonly journal: JournalStore },
  timing: Timing,
  onTrouble: (message: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const sightings = createSightings(ports.clock);
  const never = createBell();
  await watch(
    ports.vantage,
    {
      plan,
      clock: ports.clock,
      timing,
      // Which site is active is the journal's to say; a prober hurries for either.
      suspect: () => sightings.suspect('primary') || sightings.suspect('secondary'),
      onLook(observation) {
        sightings.add([observation]);
        ports.journal.writeObservation(observation).catch((error: unknown) => onTrouble(String(error)));
      },
      hurried: (stop) => never.rung(stop),
    },
    signal,
  );
}
