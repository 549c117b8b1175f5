import { setTimeout as delay } from 'node:timers/promises';
import { UnderstudyError } from '../../api/errors.ts';
import type { Site } from '../../api/site.ts';
import type { EngineEvent } from '../../failover/events.ts';
import { type Actor, startActor } from '../actor/start-actor.ts';
import { type Clients, startClients } from '../clients/start-clients.ts';
import { internetLocation, operationsLocation } from '../world/locations.ts';
import type { World } from '../world/world.ts';
import { narrate } from './narrate.ts';
import type { Story } from './story.ts';

/** A world with its actors and users at work, and what a scenario needs to tell a story with them. */
export interface Stage {
  readonly world: World;
  readonly story: Story;
  readonly clients: Clients;
  /** Everything that the controllers' engines told, in order of arrival. */
  readonly events: readonly EngineEvent[];
  say(subject: string, text: string): void;
  /** Another controller, as a restart would bring one. */
  startController(): Actor;
  /** The controller that was started last. */
  controller(): Actor;
  /** Ends a site's region at once, with everything that runs in it. */
  killRegion(site: Site): Promise<void>;
  /**
   * Waits for a condition.
   *
   * @param what the rest of the sentence "gave up waiting for …".
   * @param limitMs at speed 1; shortened by the speed, but never below a minute: a busy machine is no failure.
   * @throws UnderstudyError US5021
   */
  until(what: string, limitMs: number, condition: () => boolean | Promise<boolean>): Promise<void>;
}

const pollMs = 50;
const shortestLimitMs = 60_000;

/** Puts actors and clients to work and hands the stage to `play`; ends them however that ends. */
export async function withStage<Result>(
  world: World,
  story: Story,
  signal: AbortSignal,
  play: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  const { app, plan, speed } = world;
  const events: EngineEvent[] = [];
  const actors: Actor[] = [];
  const probers = new Map<Site, Actor>();
  const regionOf = (site: Site): string => app.spec[site].region;
  const onEvent = (event: EngineEvent): void => {
    events.push(event);
    const line = narrate(event, regionOf);
    if (line !== null) story.entry(line);
  };
  const vantagesOf = (...kinds: readonly string[]) =>
    plan.spec.detection.vantages.filter(({ kind }) => kinds.includes(kind));

  let ending = false;
  let failure: Error | null = null;
  /** An actor that ends unasked is a defect, and nothing that a scenario should wait for. */
  const expectAlive = (actor: Actor): Actor => {
    actor.ended.then(({ code, signal: by }) => {
      if (ending || by === 'SIGKILL') return;
      failure = new UnderstudyError('US5022', `${actor.name} ended by itself (${by ?? `exit code ${code}`})`);
    });
    return actor;
  };

  const startController = (): Actor => {
    const actor = startActor(
      world,
      app.spec.operations.region ?? operationsLocation,
      {
        role: 'controller',
        actor: `controller/${actors.length + 1}`,
        vantages: vantagesOf('Controller', 'Dns').map(({ name, domain, kind }) => ({
          name,
          domain,
          sees: kind === 'Dns' ? 'Dns' : 'Endpoint',
        })),
      },
      onEvent,
    );
    actors.push(expectAlive(actor));
    return actor;
  };
  const startProber = (site: Site): void => {
    const region = regionOf(site);
    const vantages = vantagesOf('Prober')
      .filter(({ domain }) => domain === region)
      .map(({ name, domain }) => ({ name, domain, sees: 'Endpoint' as const }));
    // What a prober cannot do, it tries again; its troubles are not the story.
    probers.set(
      site,
      startActor(world, region, { role: 'prober', actor: `prober/${region}`, vantages }, () => undefined),
    );
  };

  startProber('primary');
  startProber('secondary');
  const clients = startClients({
    dnsServer: world.route53.dnsServer(internetLocation),
    speed,
    trades: { hostname: plan.spec.dns?.name ?? '', port: world.switchboard.httpPort },
    rows: {
      hostnames: [world.databaseHost('primary'), world.databaseHost('secondary')],
      port: world.switchboard.databasePort,
      ...world.database,
    },
  });
  startController();

  const stage: Stage = {
    world,
    story,
    clients,
    events,
    say: (subject, text) => story.entry({ atMs: Date.now(), subject, text }),
    startController,
    controller: () => {
      const last = actors.at(-1);
      if (last === undefined) throw new Error('there is no controller');
      return last;
    },
    async killRegion(site) {
      await Promise.all([world.killRegion(site), probers.get(site)?.kill()]);
    },
    async until(what, limitMs, condition) {
      const deadline = performance.now() + Math.max(limitMs / speed, Math.min(limitMs, shortestLimitMs));
      while (!(await condition())) {
        signal.throwIfAborted();
        if (failure !== null) throw failure;
        if (performance.now() > deadline) throw new UnderstudyError('US5021', `gave up waiting for ${what}`);
        await delay(pollMs, undefined, { signal });
      }
    },
  };
  try {
    return await play(stage);
  } finally {
    ending = true;
    await Promise.all([...actors, ...probers.values(), clients].map((process) => process.stop()));
  }
}
