import { UnderstudyError } from '../../api/errors.ts';
import { scopeOf, siteNames } from '../../api/names.ts';
import type { Site } from '../../api/site.ts';
import type { OwnVantage } from '../../aws/aws-ports.ts';
import type { EngineEvent } from '../../failover/events.ts';
import type { ActorConfig } from '../actor/actor-messages.ts';
import { type Actor, startActor } from '../actor/start-actor.ts';
import { wordOf } from '../world/function-log.ts';
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

/**
 * Everyone who looks and acts, each in a process of its own: a controller, and in each site's region the prober and the
 * failover function, which the region itself starts and which die with it.
 */
export interface Cast {
  /** Another controller, as a restart would bring one. */
  startController(): Actor;
  /** The controller that was started last. */
  controller(): Actor;
  /** Whether it runs. */
  hasController(): boolean;
  stop(): Promise<void>;
}

/** Invocations of the failover function are actors each, such as `failover/us-west-2/<request>`. */
export function isLambda(actor: string): boolean {
  return actor.startsWith('failover/');
}

export function createCast({ world, onEvent, onInvocation, onDefect }: CastOptions): Cast {
  const { app, plan } = world;
  const { failover: failoverFunction } = siteNames({ ...scopeOf(app), region: app.spec.primary.region }).functions;
  const controllers: Actor[] = [];
  const alive = new Set<Actor>();
  let ending = false;

  const vantagesOf = (...kinds: readonly string[]): OwnVantage[] =>
    plan.spec.detection.vantages
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ name, domain, kind }) => ({ name, domain, sees: kind === 'Dns' ? 'Dns' : 'Endpoint' }));

  const siteOf = (region: string): Site => (region === app.spec.primary.region ? 'primary' : 'secondary');
  world.watch((event) => {
    if (event.type !== 'FunctionLog') return;
    const word = wordOf(event.line);
    if (word?.kind === 'InvocationEnded') onInvocation({ ...word, site: siteOf(event.region) });
    // What a prober cannot do, it tries again; its troubles are not the story.
    if (word?.kind === 'Event' && event.functionName === failoverFunction) onEvent(word.event);
  });

  const start = (config: Pick<ActorConfig, 'actor' | 'vantages'>): Actor => {
    const location = app.spec.operations.region ?? operationsLocation;
    const actor = startActor(world, location, config, (message) => onEvent(message.event));
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
      const actor = start({
        actor: `controller/${controllers.length + 1}`,
        vantages: vantagesOf('Controller', 'Dns'),
      });
      controllers.push(actor);
      return actor;
    },
    controller() {
      const last = controllers.at(-1);
      if (last === undefined) throw new Error('there is no controller');
      return last;
    },
    hasController: () => controllers.some((actor) => alive.has(actor)),
    async stop() {
      ending = true;
      await Promise.all(controllers.map((actor) => actor.stop()));
    },
  };
}
