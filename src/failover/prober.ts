import type { Site } from '../api/site.ts';
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
  const sightings = createSightings(clock, plan);
  const never = createBell();
  let active: Site = 'primary';
  const learnActive = async (): Promise<void> => {
    active = (await journal.read())?.activation.active ?? active;
  };
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
      // For the active site only: a standby without instances is never healthy, and nobody waits for it.
      suspect: () => sightings.suspect(active),
      onLook(observation) {
        sightings.add([observation]);
        Promise.all([journal.writeObservation(observation), learnActive()]).catch(onTrouble);
      },
      hurried: (stop) => never.rung(stop),
    },
    signal,
  );
}
