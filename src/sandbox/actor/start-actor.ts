import { type Child, startChild } from '../child-process.ts';
import type { World } from '../world/world.ts';
import type { ActorConfig, ActorMessage } from './actor-messages.ts';

/** An actor at work, in a process of its own. */
export interface Actor {
  readonly name: string;
  readonly pid: number;
  readonly ended: Child<ActorMessage>['ended'];
  /** SIGKILL, in the middle of whatever it does. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts an actor in a place of the world: `operations`, or a region.
 *
 * @param onMessage called with all that it tells, as it happens.
 */
export function startActor(
  world: World,
  location: string,
  config: Pick<ActorConfig, 'actor' | 'vantages'>,
  onMessage: (message: ActorMessage) => void,
): Actor {
  const { plan, speed, database } = world;
  const child = startChild<ActorMessage>(
    new URL('./main.ts', import.meta.url),
    { ...config, plan, speed, database } satisfies ActorConfig,
    world.environment(location),
  );
  child.onMessage(onMessage);
  return { name: config.actor, pid: child.pid, ended: child.ended, kill: child.kill, stop: () => child.stop() };
}
