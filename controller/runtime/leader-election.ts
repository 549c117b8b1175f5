import type { ApiClient } from './api-client.ts';
import { isAlreadyExists, isConflict, isNotFound } from './api-error.ts';
import type { Clock } from './clock.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import type { Logger } from './logger.ts';
import { microTime } from './micro-time.ts';
import { fieldsOf } from './refusal.ts';
import type { Resource } from './resource.ts';

export interface LeaderElectionOptions {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The Lease that candidates share. It is made when there is none. */
  readonly lease: { readonly name: string; readonly namespace: string };
  /** This candidate: another name than any other's, at any time. */
  readonly identity: string;
  /** How long a candidate must have seen no renewal before it takes over. @default 15_000 */
  readonly leaseDurationMs?: number;
  /** How long after its last renewal began a leader steps down. @default 10_000 */
  readonly renewDeadlineMs?: number;
  /** Between tries, lengthened by up to a fifth. @default 2_000 */
  readonly retryPeriodMs?: number;
  /** A number in [0, 1). @default Math.random */
  readonly random?: () => number;
  /** Called at each change, at once. Must not throw. */
  readonly onLeading?: (leading: boolean) => void;
}

/** How an election ended for this candidate. */
export type ElectionEnd =
  /** It stopped as it was asked to; the lease is free, if it was ours and the API server answered. */
  | 'stopped'
  /** It led and no longer does. Whatever acted in its name must not act any more. */
  | 'lost';

interface Lease extends KubernetesObject {
  readonly spec?: LeaseSpec;
}

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

const leases: Resource = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

/**
 * Leader election on a Lease, as client-go does it. A candidate takes over only after it has itself seen the same record
 * for the whole lease duration, on its own monotonic clock: times in the record are for people, and never compared.
 *
 * A leader counts from the moment when it began its last renewal that succeeded. It steps down after `renewDeadlineMs`,
 * and `isLeader` knows even when the process was stopped and no timer has fired yet. Still, what it began just before may
 * arrive later: what must happen once needs a fence of its own.
 *
 * @see https://pkg.go.dev/k8s.io/client-go/tools/leaderelection
 */
export class LeaderElection {
  readonly #options: Required<LeaderElectionOptions>;
  /** The record as last read or written, and when it was first seen to be so. */
  #observed: { readonly lease: Lease; readonly atMs: number } | undefined;
  #leading = false;
  #abandoned = false;
  /** When the renewal began that succeeded last. */
  #renewedAtMs = 0;

  /** @throws RangeError when the durations cannot work together. */
  constructor(options: LeaderElectionOptions) {
    this.#options = {
      leaseDurationMs: 15_000,
      renewDeadlineMs: 10_000,
      retryPeriodMs: 2_000,
      random: Math.random,
      onLeading: () => {},
      ...options,
    };
    const { leaseDurationMs, renewDeadlineMs, retryPeriodMs } = this.#options;
    if (leaseDurationMs <= renewDeadlineMs || renewDeadlineMs <= 1.2 * retryPeriodMs) {
      throw new RangeError('a lease must outlast the renew deadline, and that the retry period and a fifth');
    }
  }

  /** Whether this candidate leads at this very moment. */
  isLeader(): boolean {
    return this.#leading && this.#leftMs() > 0;
  }

  /** Who holds the lease, as far as this candidate has seen; empty when nobody does. */
  get holder(): string {
    return this.#observed?.lease.spec?.holderIdentity ?? '';
  }

  /** Stops leading, without giving the lease back: for when something still acts in the leader's name. */
  abandon(): void {
    this.#abandoned = true;
    if (!this.#leading) return;
    this.#leading = false;
    this.#options.onLeading(false);
  }

  /**
   * Stands for election until `signal` aborts or the lead is lost. Abort it only when nothing acts in the leader's name
   * any more: then the lease is given back, and the next leader need not wait.
   */
  async run(signal: AbortSignal): Promise<ElectionEnd> {
    const { clock, retryPeriodMs, random } = this.#options;
    while (!signal.aborted) {
      const beganAtMs = this.#nowMs();
      if (!this.#expired()) await this.#try(beganAtMs, signal);
      if (this.#expired()) return this.#lose();
      // Counted from the start of the try, so that a slow server costs a leader no more than it must.
      const nextAtMs = beganAtMs + retryPeriodMs * (1 + 0.2 * random());
      const pauseMs = Math.max(0, nextAtMs - this.#nowMs());
      // A lead ends on time, not with the next try.
      await clock.sleep(this.#leading ? Math.min(pauseMs, this.#leftMs()) : pauseMs, signal);
    }
    await this.#release();
    return 'stopped';
  }

  #expired(): boolean {
    return this.#leading && this.#leftMs() <= 0;
  }

  #lose(): ElectionEnd {
    const { logger, identity, onLeading } = this.#options;
    this.#leading = false;
    onLeading(false);
    logger.error({ identity, holder: this.holder }, 'no longer the leader: the lease was not renewed in time');
    return 'lost';
  }

  #leftMs(): number {
    return this.#renewedAtMs + this.#options.renewDeadlineMs - this.#nowMs();
  }

  /** Renews the lease if it is ours, takes it if it is free or was abandoned, and else looks who has it. */
  async #try(beganAtMs: number, signal: AbortSignal): Promise<void> {
    const { logger, identity, onLeading } = this.#options;
    try {
      if (!(await this.#acquire(beganAtMs, signal)) || this.#expired()) return;
      this.#renewedAtMs = beganAtMs;
      if (this.#leading || this.#abandoned || this.#leftMs() <= 0) return;
      this.#leading = true;
      logger.info({ identity }, 'leading');
      onLeading(true);
    } catch (error) {
      if (!signal.aborted) logger.warn({ identity, ...fieldsOf(error) }, 'the lease could not be read or written');
    }
  }

  /** Whether the lease is ours now. */
  async #acquire(nowMs: number, signal: AbortSignal): Promise<boolean> {
    // A leader knows the record; it reads only when somebody else has written.
    if (this.#leading && this.#observed !== undefined && (await this.#write(this.#observed.lease, signal))) return true;
    const lease = await this.#read(signal);
    if (lease === null) return this.#create(signal);
    const changed = this.#observed?.lease.metadata.resourceVersion !== lease.metadata.resourceVersion;
    if (changed) this.#observe(lease);
    const { holderIdentity = '' } = lease.spec ?? {};
    if (this.#isOurs(lease) || holderIdentity === '') return this.#write(lease, signal);
    if (this.#leading) {
      this.#renewedAtMs = Number.NEGATIVE_INFINITY;
      return false;
    }
    const seenForMs = nowMs - (this.#observed?.atMs ?? nowMs);
    return seenForMs >= this.#options.leaseDurationMs && this.#write(lease, signal);
  }

  async #read(signal: AbortSignal): Promise<Lease | null> {
    try {
      return await this.#options.api.get<Lease>(leases, this.#options.lease, this.#limits(signal));
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  }

  async #create(signal: AbortSignal): Promise<boolean> {
    const { api, lease } = this.#options;
    const object: Lease = { apiVersion: leases.apiVersion, kind: leases.kind, metadata: lease, spec: this.#record() };
    return this.#stood(() => api.create(leases, object, this.#limits(signal)), isAlreadyExists);
  }

  async #write(lease: Lease, signal: AbortSignal): Promise<boolean> {
    const { api } = this.#options;
    const renewed: Lease = { ...lease, spec: this.#record(lease) };
    const forestalled = (error: unknown): boolean => isConflict(error) || isNotFound(error);
    return this.#stood(() => api.replace(leases, renewed, this.#limits(signal)), forestalled);
  }

  /** Whether the write was carried out, rather than forestalled by somebody else's. */
  async #stood(write: () => Promise<Lease>, forestalled: (error: unknown) => boolean): Promise<boolean> {
    try {
      this.#observe(await write());
      return true;
    } catch (error) {
      if (forestalled(error)) return false;
      throw error;
    }
  }

  #observe(lease: Lease): void {
    const { logger } = this.#options;
    const before = this.holder;
    this.#observed = { lease, atMs: this.#nowMs() };
    if (this.holder !== before) logger.info({ holder: this.holder }, 'the lease has a new holder');
  }

  #isOurs(lease: Lease): boolean {
    return lease.spec?.holderIdentity === this.#options.identity;
  }

  #record(before?: Lease): LeaseSpec {
    const { identity, leaseDurationMs, clock } = this.#options;
    const now = microTime(clock.now().wallMs);
    const ours = before !== undefined && this.#isOurs(before);
    const transitions = before?.spec?.leaseTransitions ?? 0;
    return {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000),
      acquireTime: ours ? (before.spec?.acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: before === undefined || ours ? transitions : transitions + 1,
    };
  }

  async #release(): Promise<void> {
    const { api, logger, identity, onLeading, retryPeriodMs } = this.#options;
    if (!this.#leading) return;
    const limits = { timeoutMs: retryPeriodMs };
    try {
      // Read first: a renewal may have been under way when we were stopped.
      const lease = this.isLeader() ? await api.get<Lease>(leases, this.#options.lease, limits) : undefined;
      if (lease === undefined || !this.#isOurs(lease)) return;
      const spec = { ...this.#record(lease), holderIdentity: '', leaseDurationSeconds: 1 };
      await api.replace(leases, { ...lease, spec }, limits);
      logger.info({ identity }, 'the lease is given back');
    } catch (error) {
      logger.warn({ identity, ...fieldsOf(error) }, 'the lease is not given back; the next leader waits for its end');
    } finally {
      this.#leading = false;
      onLeading(false);
    }
  }

  /** A leader's try ends in time for it to step down; a candidate's, in time for another. */
  #limits(signal: AbortSignal): { readonly signal: AbortSignal; readonly timeoutMs: number } {
    const { renewDeadlineMs } = this.#options;
    return { signal, timeoutMs: this.#leading ? Math.max(1, this.#leftMs()) : renewDeadlineMs };
  }

  #nowMs(): number {
    return this.#options.clock.now().monotonicMs;
  }
}
