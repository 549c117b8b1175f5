import { setTimeout as delay } from 'node:timers/promises';
import { UnderstudyError } from '../../api/errors.ts';
import { nextDatabaseIdentifier } from '../../api/names.ts';
import { type Site, sites } from '../../api/site.ts';
import { AwsClients } from '../../aws/clients.ts';
import type { EngineEvent } from '../../failover/events.ts';
import type { Actor } from '../actor/start-actor.ts';
import { type Clients, startClients } from '../clients/start-clients.ts';
import { internetLocation } from '../world/locations.ts';
import type { World } from '../world/world.ts';
import { createCast, type EndedInvocation, isLambda } from './cast.ts';
import { followName } from './follow-name.ts';
import { type JournalDesk, openJournalDesk } from './journal-desk.ts';
import { narrate } from './narrate.ts';
import type { Story } from './story.ts';

/** A world with its actors and users at work, and what a scenario needs to tell a story with them. */
export interface Stage {
  readonly world: World;
  readonly story: Story;
  readonly clients: Clients;
  /** AWS, as a person at a keyboard outside both regions reaches it. */
  readonly aws: AwsClients;
  /** The journal, as that person reads and writes it. */
  readonly journal: JournalDesk;
  /** Everything that the engines of all actors told, in order of arrival. */
  readonly events: readonly EngineEvent[];
  /** The Lambdas' invocations that have ended. */
  readonly invocations: readonly EndedInvocation[];
  say(subject: string, text: string): void;
  /** Another controller, as a restart would bring one. */
  startController(): Actor;
  /** The controller that was started last. */
  controller(): Actor;
  /** Ends a site's region at once, with everything that runs in it. */
  killRegion(site: Site): Promise<void>;
  /** Brings a killed region back, with all that it had on its disks. */
  returnRegion(site: Site): Promise<void>;
  /**
   * Waits for a condition.
   *
   * @param what the rest of the sentence "gave up waiting for …".
   * @param limitMs at speed 1; shortened by the speed, but never below three minutes: a busy machine is no failure.
   * @param soFar what was seen instead, for who reads that it was waited for in vain.
   * @throws UnderstudyError US5021
   */
  until(
    what: string,
    limitMs: number,
    condition: () => boolean | Promise<boolean>,
    soFar?: () => string,
  ): Promise<void>;
  /** Lets time pass. @param ms at speed 1. */
  pass(ms: number): Promise<void>;
}

const pollMs = 50;
const shortestLimitMs = 180_000;

/** Puts actors and clients to work and hands the stage to `play`; ends them however that ends. */
export async function withStage<Result>(
  world: World,
  story: Story,
  signal: AbortSignal,
  play: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  const { app, speed } = world;
  const events: EngineEvent[] = [];
  const invocations: EndedInvocation[] = [];
  let defect: Error | null = null;
  const cast = createCast({
    world,
    onEvent(event) {
      events.push(event);
      // While the controller speaks, what the Lambdas see and think is the same again.
      const isSecondVoice = isLambda(event.actor) && cast.hasController();
      if (isSecondVoice && (event.kind === 'Verdict' || event.kind === 'Hold')) return;
      const line = narrate(event, (site) => app.spec[site].region);
      if (line !== null) story.entry(line);
    },
    onInvocation: (ended) => invocations.push(ended),
    onDefect: (error) => {
      defect = error;
    },
  });
  const say = (subject: string, text: string): void => story.entry({ atMs: Date.now(), subject, text });
  const stopFollowing = followName(world, say);
  const clients = startClients(clientsConfig(world));
  let ending = false;
  clients.ended.then(({ code, signal }) => {
    if (!ending)
      defect = new UnderstudyError('US5022', `the clients ended by themselves (${signal ?? `exit code ${code}`})`);
  });
  cast.startController();
  const aws = awsOfPerson(world);
  const journal = openJournalDesk(world, aws);

  const stage: Stage = {
    world,
    story,
    clients,
    aws,
    journal,
    events,
    invocations,
    say,
    startController: cast.startController,
    controller: cast.controller,
    killRegion: world.killRegion,
    returnRegion: world.restartRegion,
    async until(what, limitMs, condition, soFar) {
      const deadline = performance.now() + Math.max(limitMs / speed, shortestLimitMs);
      while (!(await condition())) {
        signal.throwIfAborted();
        if (defect !== null) throw defect;
        if (performance.now() > deadline) {
          const seen = soFar === undefined ? '' : `; so far: ${soFar()}`;
          throw new UnderstudyError('US5021', `gave up waiting for ${what}${seen}`);
        }
        await delay(pollMs, undefined, { signal });
      }
    },
    async pass(ms) {
      await delay(ms / speed, undefined, { signal });
    },
  };
  try {
    return await play(stage);
  } finally {
    ending = true;
    stopFollowing();
    aws.close();
    await Promise.all([cast.stop(), clients.stop()]);
  }
}

function awsOfPerson({ switchboard }: World): AwsClients {
  // Which Node the SDK will want one day is no news for who watches a demonstration.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  return new AwsClients({
    actor: 'person',
    callMs: 5_000,
    endpoint: switchboard.awsEndpointUrl(internetLocation),
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  });
}

function clientsConfig({ app, plan, route53, switchboard, speed, database, databaseHost }: World) {
  /** A site's first database, and the one that a rebuilding would put in its place. */
  const hostnamesOf = (site: Site): string[] => {
    const { identifier } = plan.spec.sites[site].database;
    const first = databaseHost(site);
    return [first, nextDatabaseIdentifier(identifier) + first.slice(identifier.length)];
  };
  return {
    dnsServer: route53.dnsServer(internetLocation),
    speed,
    trades: { hostname: plan.spec.dns?.name ?? app.metadata.name, port: switchboard.httpPort },
    rows: { hostnames: sites.flatMap(hostnamesOf), port: switchboard.databasePort, ...database },
  };
}
