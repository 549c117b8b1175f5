import { UnderstudyError } from '../../api/errors.ts';
import { type Site, sites } from '../../api/site.ts';
import type { OwnVantage } from '../../aws/aws-ports.ts';
import type { EngineEvent } from '../../failover/events.ts';
import type { ActorConfig } from '../actor/actor-messages.ts';
import { type Actor, startActor } from '../actor/start-actor.ts';
import { operationsLocation } from '../world/locations.ts';
import type { World } from '../world/world.ts';

/** An invocation of a Lambda that has ended. */
export interface EndedInvocation {
  readonly site: Site;
  readonly invocation: string;
  /** Nothing was wrong, and nothing to be done. */
  readonly quiet: boolean;
}

export interface CastOptions {
  readonly world: World;
  readonly onEvent: (event: EngineEvent) => void;
  readonly onInvocation: (ended: EndedInvocation) => void;
  /** An actor has ended unasked, which is a defect, and nothing that a scenario should wait for. */
  readonly onDefect: (error: Error) => void;
}

/** Everyone who looks and acts, each in a process of its own: a controller, and in each site's region a prober and a Lambda. */
export interface Cast {
  /** Another controller, as a restart would bring one. */
  startController(): Actor;
  /** The controller that was started last. */
  controller(): Actor;
  /** Whether it runs. */
  hasController(): boolean;
  /** Starts what runs in a site's region. */
  startSite(site: Site): void;
  /** Ends that at once, with its region. */
  killSite(site: Site): Promise<void>;
  stop(): Promise<void>;
}

export function createCast({ world, onEvent, onInvocation, onDefect }: CastOptions): Cast {
  const { app, plan } = world;
  const controllers: Actor[] = [];
  const alive = new Set<Actor>();
  const inRegion = new Map<Site, readonly Actor[]>();
  let ending = false;

  const vantagesOf = (...kinds: readonly string[]): OwnVantage[] =>
    plan.spec.detection.vantages
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ name, domain, kind }) => ({ name, domain, sees: kind === 'Dns' ? 'Dns' : 'Endpoint' }));

  const start = (
    location: string,
    config: Pick<ActorConfig, 'role' | 'actor' | 'site' | 'vantages'>,
    eventsOf: (event: EngineEvent) => void,
  ): Actor => {
    const actor = startActor(world, location, config, (message) => {
      if (message.kind === 'Event') eventsOf(message.event);
      else if (config.site !== null) onInvocation({ ...message, site: config.site });
    });
    alive.add(actor);
    actor.ended.then(({ code, signal }) => {
      alive.delete(actor);
      if (ending || signal === 'SIGKILL') return;
      onDefect(new UnderstudyError('US5022', `${actor.name} ended by itself (${signal ?? `exit code ${code}`})`));
    });
    return actor;
  };

  return {
    startController() {
      const actor = start(
        app.spec.operations.region ?? operationsLocation,
        {
          role: 'controller',
          actor: `controller/${controllers.length + 1}`,
          site: null,
          vantages: vantagesOf('Controller', 'Dns'),
        },
        onEvent,
      );
      controllers.push(actor);
      return actor;
    },
    controller() {
      const last = controllers.at(-1);
      if (last === undefined) throw new Error('there is no controller');
      return last;
    },
    hasController: () => controllers.some((actor) => alive.has(actor)),
    startSite(site) {
      const { region } = app.spec[site];
      const own = vantagesOf('Prober').filter(({ domain }) => domain === region);
      inRegion.set(site, [
        // What a prober cannot do, it tries again; its troubles are not the story.
        start(region, { role: 'prober', actor: `prober/${region}`, site, vantages: own }, () => undefined),
        start(region, { role: 'lambda', actor: `lambda/${region}`, site, vantages: vantagesOf('Dns') }, onEvent),
      ]);
    },
    async killSite(site) {
      await Promise.all((inRegion.get(site) ?? []).map((actor) => actor.kill()));
    },
    async stop() {
      ending = true;
      const all = [...controllers, ...sites.flatMap((site) => inRegion.get(site) ?? [])];
      await Promise.all(all.map((actor) => actor.stop()));
    },
  };
}
