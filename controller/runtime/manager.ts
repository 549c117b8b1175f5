import { setMaxListeners } from 'node:events';
import { UnderstudyError } from '../../src/api/errors.ts';
import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { EventRecorder } from './events.ts';
import { type Checks, type HealthServer, startHealthServer } from './health.ts';
import type { Informer } from './informer.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { LeaderElection, type LeaderElectionOptions } from './leader-election.ts';
import type { Logger } from './logger.ts';
import type { RuntimeMetrics } from './metrics.ts';
import { fieldsOf } from './refusal.ts';
import { aborted, within } from './within.ts';

/** An informer of any kind. */
export type AnyInformer = Pick<Informer<KubernetesObject>, 'resource' | 'hasSynced' | 'failure' | 'run' | 'whenSynced'>;

/** What acts while this process leads: a `Controller`, or something that runs as one does. */
export interface Acting {
  /**
   * Works until `stop` aborts, and then finishes what is in hand; `abort` ends that as well. Runs once; never rejects.
   */
  run(stop: AbortSignal, abort: AbortSignal): Promise<void>;
}

export interface ManagerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Run by every replica, so that the next leader need not begin with empty caches. */
  readonly informers: readonly AnyInformer[];
  /** Run by the leader. */
  readonly controllers: readonly Acting[];
  /**
   * What the leader does before its controllers run, with synced informers. It is tried again until it succeeds.
   *
   * @param abort as of a reconciliation.
   */
  readonly prepare?: (abort: AbortSignal) => Promise<void>;
  readonly events?: EventRecorder;
  readonly metrics?: RuntimeMetrics;
  /** Absent: there is one replica, and it leads. */
  readonly election?: Omit<LeaderElectionOptions, 'clock' | 'logger' | 'onLeading'>;
  /** Where /healthz with /readyz, and /metrics are served; 0 is any free port. @default nowhere */
  readonly serve?: { readonly healthPort: number; readonly metricsPort: number; readonly host?: string };
  /** How long stopping may take as a whole. @default 30_000 */
  readonly stopMs?: number;
}

/**
 * Runs the parts of a controller process: informers always, controllers while this process leads.
 *
 * - When the lead is lost, everything that acts is aborted in the same turn of the event loop.
 * - When it is stopped, what is in hand is finished; what is not finished in time is aborted. The lease is given back
 *   after that, and kept when something still acts.
 *
 * @example
 * const manager = new Manager({ clock, logger, informers: [plans], controllers: [planController], election });
 * const stop = new AbortController();
 * process.once('SIGTERM', () => stop.abort());
 * await manager.run(stop.signal);
 */
export class Manager {
  readonly #options: ManagerOptions;
  readonly #election: LeaderElection | undefined;
  /** Aborts when this process may act no more. */
  readonly #abort = sharedAbort();
  readonly #leading = sharedAbort();

  constructor(options: ManagerOptions) {
    this.#options = options;
    const { clock, logger, election } = options;
    const onLeading = (leading: boolean): void => {
      this.#tellLeading(leading);
      if (leading) this.#leading.abort();
      else this.#abort.abort(new Error('this process no longer leads'));
    };
    this.#election = election && new LeaderElection({ ...election, clock, logger, onLeading });
    this.#tellLeading(false);
  }

  /** Whether this process may act at this very moment. */
  isLeader(): boolean {
    return !this.#abort.signal.aborted && (this.#election?.isLeader() ?? true);
  }

  /** For /readyz: each kind has been listed, and is being watched. */
  readiness(): Checks {
    const checks = this.#options.informers.map((informer) => [
      informer.resource.plural,
      (): void => {
        if (informer.failure !== undefined) throw new Error(informer.failure);
        if (!informer.hasSynced) throw new Error('not listed yet');
      },
    ]);
    return Object.fromEntries(checks);
  }

  /**
   * Runs until `stop` aborts or the lead is lost. Runs once; the process should end after it, since what did not stop
   * in time may still hold it.
   *
   * @throws UnderstudyError US3005 when the lead was lost, US3006 when something did not stop in time, US3007 when a port
   *   is taken.
   */
  async run(stop: AbortSignal): Promise<void> {
    const { informers, events } = this.#options;
    const servers = await this.#serve();
    const background = sharedAbort();
    const running = [...informers, ...(events === undefined ? [] : [events])].map((part) =>
      part.run(background.signal),
    );
    try {
      await this.#stand(stop);
    } finally {
      background.abort();
      await Promise.all(running);
      await this.#flush();
      await Promise.all(servers.map((server) => server.close()));
    }
  }

  /** Acts while this process leads, until it is stopped or loses the lead. */
  async #stand(stop: AbortSignal): Promise<void> {
    const over = sharedAbort();
    const wind = (): void => over.abort();
    if (stop.aborted) wind();
    stop.addEventListener('abort', wind);
    this.#abort.signal.addEventListener('abort', wind);
    const resign = new AbortController();
    const election = this.#election?.run(resign.signal);
    if (this.#election === undefined) this.#leading.abort();
    const acting = this.#act(over.signal);

    await aborted(over.signal);
    stop.removeEventListener('abort', wind);
    const lost = this.#abort.signal.aborted;
    const ended = await this.#finish(acting);
    // Whoever leads next must not act beside what still runs here, so it waits for the lease to run out.
    if (!ended) this.#election?.abandon();
    resign.abort();
    await within(this.#options.clock, this.#reserveMs, [Promise.resolve(election)]);
    if (lost) throw new UnderstudyError('US3005', this.#whoLeads());
    if (!ended) throw new UnderstudyError('US3006', `something still runs ${this.#stopMs / 1000} s after the stop`);
  }

  async #act(over: AbortSignal): Promise<void> {
    const { informers, controllers } = this.#options;
    await Promise.race([aborted(this.#leading.signal), aborted(over)]);
    const synced = await Promise.all(informers.map((informer) => informer.whenSynced(over)));
    if (over.aborted || !synced.every((is) => is) || !(await this.#prepare(over))) return;
    await Promise.all(controllers.map((controller) => controller.run(over, this.#abort.signal)));
  }

  /** Whether the leader's preparation succeeded, before it was over. */
  async #prepare(over: AbortSignal): Promise<boolean> {
    const { prepare, clock, logger } = this.#options;
    const backoff = new Backoff(prepareBackoffMs);
    while (!over.aborted) {
      try {
        await prepare?.(this.#abort.signal);
        return !over.aborted;
      } catch (error) {
        const retryInMs = Math.round(backoff.next());
        if (!over.aborted) logger.error({ retryInMs, ...fieldsOf(error) }, 'the leader cannot begin; trying again');
        await clock.sleep(retryInMs, over);
      }
    }
    return false;
  }

  /** Lets what is in hand end, and aborts it when it does not. Whether it ended. */
  async #finish(acting: Promise<void>): Promise<boolean> {
    const { clock, logger } = this.#options;
    const patienceMs = this.#abort.signal.aborted ? 0 : this.#stopMs - 3 * this.#reserveMs;
    if (await within(clock, patienceMs, [acting])) return true;
    if (!this.#abort.signal.aborted) {
      logger.warn({ patienceMs }, 'what is in hand is not finished in time, and is aborted');
      this.#abort.abort(new Error('the time to stop is over'));
    }
    return within(clock, this.#reserveMs, [acting]);
  }

  async #serve(): Promise<readonly HealthServer[]> {
    const { serve, clock, logger, metrics } = this.#options;
    if (serve === undefined) return [];
    const common = { clock, ...(serve.host === undefined ? {} : { host: serve.host }) };
    // Liveness is that the process answers: a restart does not bring back an API server that is away.
    const health = await startHealthServer({
      ...common,
      port: serve.healthPort,
      healthz: {},
      readyz: this.readiness(),
    });
    if (metrics === undefined) return [health];
    try {
      const page = { contentType: metrics.registry.contentType, text: async () => metrics.text() };
      const server = await startHealthServer({ ...common, port: serve.metricsPort, metrics: page });
      logger.info({ healthPort: health.port, metricsPort: server.port }, 'serving health and metrics');
      return [health, server];
    } catch (error) {
      await health.close();
      throw error;
    }
  }

  async #flush(): Promise<void> {
    const { events, clock } = this.#options;
    if (events === undefined) return;
    const limit = new AbortController();
    await within(clock, this.#reserveMs, [events.flush(limit.signal)]);
    limit.abort();
  }

  #tellLeading(leading: boolean): void {
    const { election, metrics } = this.#options;
    if (election !== undefined) metrics?.leading(election.lease.name, leading);
  }

  #whoLeads(): string {
    const holder = this.#election?.holder ?? '';
    const { identity = '' } = this.#options.election ?? {};
    return holder === '' || holder === identity ? `${identity} could not renew the lease` : `${holder} has the lease`;
  }

  get #stopMs(): number {
    return this.#options.stopMs ?? 30_000;
  }

  /** Of the time to stop: for what is told to abort, for the lease, and for events, each. */
  get #reserveMs(): number {
    return this.#stopMs / 10;
  }
}

const prepareBackoffMs = { baseMs: 1_000, maxMs: 30_000 };

/** Many wait on its signal at once; Node would report that as a leak, in the middle of the log. */
function sharedAbort(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
