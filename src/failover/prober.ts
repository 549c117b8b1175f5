import type { Site } from '../api/site.ts';
import { createBell } from './bell.ts';
import type { HeartbeatLook, Observation } from './observation.ts';
import { createOnce, messageOf } from './once.ts';
import type { Plan } from './plan.ts';
import type { Heartbeat, Ports, Vantage } from './ports.ts';
import type { StopSignal } from './stop.ts';
import type { Timing } from './timing.ts';
import { createSightings, watch } from './watch.ts';

/**
 * A vantage that only looks and tells; it never acts. Where it has a way into its site's database, the heartbeat goes on
 * beside the looks: the active's prober writes the next number, the standby's reads what has arrived.
 *
 * Runs until `signal` aborts.
 */
export async function runProber(
  plan: Plan,
  ports: Pick<Ports, 'clock' | 'journal' | 'report'> & { readonly vantage: Vantage; readonly heartbeat?: Heartbeat },
  timing: Timing,
  actor: string,
  signal: StopSignal,
): Promise<void> {
  const { clock, journal, vantage, heartbeat } = ports;
  let beat: { readonly look: HeartbeatLook; readonly atMonotonicMs: number } | null = null;
  const sightings = createSightings(clock, plan);
  const never = createBell();
  let active: Site = 'primary';
  const learnActive = async (): Promise<void> => {
    active = (await journal.read())?.activation.active ?? active;
  };
  const trouble = createOnce<string>(String, (message) =>
    ports.report({ kind: 'Trouble', message, atMs: clock.now().wallMs, actor, plan: plan.name }),
  );
  async function beatOn(beats: Heartbeat): Promise<void> {
    while (!signal.aborted) {
      const atMonotonicMs = clock.now().monotonicMs;
      const look = await beats.beat();
      if (look !== null) beat = { look, atMonotonicMs };
      await clock.sleep(timing.heartbeatMs, signal);
    }
  }
  const withBeat = (observation: Observation): Observation => {
    if (beat === null) return observation;
    const ageMs = beat.look.ageMs + clock.now().monotonicMs - beat.atMonotonicMs;
    return { ...observation, heartbeat: { ...beat.look, ageMs } };
  };
  const beating = heartbeat === undefined ? Promise.resolve() : beatOn(heartbeat);
  await watch(
    vantage,
    {
      plan,
      clock,
      suspectMs: () => timing.suspectMs,
      // For the active site only: a standby without instances is never healthy, and nobody waits for it.
      suspect: () => sightings.suspect(active),
      active: () => active,
      onLook(observation) {
        sightings.add([observation]);
        Promise.all([journal.writeObservation(withBeat(observation)), learnActive()]).catch((error: unknown) =>
          trouble.tell(messageOf(error)),
        );
      },
      hurried: (stop) => never.rung(stop),
    },
    signal,
  );
  await beating;
}
