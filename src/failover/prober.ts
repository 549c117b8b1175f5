import { createBell } from './bell.ts';
import type { Plan } from './plan.ts';
import type { Ports, Vantage } from './ports.ts';
import type { Timing } from './timing.ts';
import { createSightings, watch } from './watch.ts';

/** A vantage that only looks and tells; it never acts. Runs until `signal` aborts. */
export async function runProber(
  plan: Plan,
  ports: Pick<Ports, 'clock' | 'journal' | 'report'> & { readonly vantage: Vantage },
  timing: Timing,
  actor: string,
  signal: AbortSignal,
): Promise<void> {
  const { clock, journal, vantage } = ports;
  const sightings = createSightings(clock);
  const never = createBell();
  let lastTrouble = '';
  const onTrouble = (error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    if (message !== lastTrouble) {
      ports.report({ kind: 'Trouble', message, atMs: clock.now().wallMs, actor, plan: plan.name });
    }
    lastTrouble = message;
  };
  await watch(
    vantage,
    {
      plan,
      clock,
      timing,
      // Which site is active may change while the journal is out of reach; a prober hurries for either.
      suspect: () => sightings.suspect('primary') || sightings.suspect('secondary'),
      onLook(observation) {
        sightings.add([observation]);
        // Reading tells the vantage which site is active now.
        Promise.all([journal.writeObservation(observation), journal.read()]).catch(onTrouble);
      },
      hurried: (stop) => never.rung(stop),
    },
    signal,
  );
}
