import { isDeepStrictEqual } from 'node:util';
import { checkStatus } from './check-status.ts';
import { type DnsServer, startDnsServer } from './dns-server.ts';
import { type CheckerObservation, EndpointCheckers } from './endpoint-checkers.ts';
import type { HealthCheck } from './health-check.ts';
import { recordKey, type ZoneRecord } from './record.ts';
import { type Resolution, resolveQuestion } from './resolve-question.ts';

export interface Route53Options {
  /** Places that get a DNS server. The checkers look from `internet`, which must be one of them. */
  readonly locations: readonly string[];
  /** What an AWS name resolves to in a place; the switchboard's `addressOf`. */
  readonly addressOf: (location: string, hostname: string) => string | null;
  /** Where checkers find HTTP endpoints; the switchboard's. */
  readonly httpPort: number;
  /** Divides the checks' intervals and time-outs. TTLs are answered as configured. @default 1 */
  readonly speed?: number;
  /** Per endpoint check. @default 8 */
  readonly checkerCount?: number;
  /** For aliases with evaluateTargetHealth: whether a load balancer has a healthy target. @default always */
  readonly targetIsHealthy?: (hostname: string) => boolean;
  /** Decides among weighted records, from 0 up to, not including, 1. @default Math.random */
  readonly random?: () => number;
}

interface HealthCheckStatus {
  readonly id: string;
  /** As records see it. */
  readonly healthy: boolean;
  /** No longer the state of a new check: its checkers, or its children's, have enough data. */
  readonly settled: boolean;
  /** Of an endpoint check, before inversion: how many checkers say healthy, of how many. */
  readonly checkers?: { readonly healthy: number; readonly total: number };
  /** Of an endpoint check: why a probe last failed. */
  readonly lastFailure?: string;
}

/** A check changed its mind. */
export interface HealthCheckChange extends HealthCheckStatus {
  /** Wall clock, milliseconds since the epoch. */
  readonly atMs: number;
}

export interface Route53Changes {
  readonly healthChecks?: readonly HealthCheck[];
  readonly records?: readonly ZoneRecord[];
}

/**
 * Route 53 of a world: a DNS server in each place that answers from records and health checks, and the checkers that
 * look at the endpoints. Changes take effect at once, where Route 53 takes up to a minute to spread them.
 */
export interface Route53 {
  /**
   * Creates health checks and records, or replaces those with the same id or the same name, type and set identifier. An
   * unchanged check keeps what its checkers know; a changed one starts anew, healthy until data arrives, or unhealthy
   * if it is inverted.
   */
  upsert(changes: Route53Changes): void;
  /** Records with the same name, type and set identifier. */
  deleteRecord(record: Pick<ZoneRecord, 'name' | 'type' | 'setIdentifier'>): void;
  deleteHealthCheck(id: string): void;
  /** Null if there is no such check. */
  status(healthCheckId: string): HealthCheckStatus | null;
  statuses(): readonly HealthCheckStatus[];
  healthChecks(): readonly HealthCheck[];
  records(): readonly ZoneRecord[];
  /** What each checker of an endpoint check that has looked saw last. */
  observations(healthCheckId: string): readonly CheckerObservation[];
  /** Calls `listener` for each check whose status changes; the result ends that. */
  onChange(listener: (change: HealthCheckChange) => void): () => void;
  /** Where a place finds its DNS server, as `dns.Resolver.setServers` takes it: `127.0.0.1:5353`. */
  dnsServer(location: string): string;
  /** What that server answers. */
  resolve(location: string, name: string, type: string): Resolution;
  close(): Promise<void>;
}

const checkersLocation = 'internet';

export async function startRoute53(options: Route53Options): Promise<Route53> {
  const { speed = 1, checkerCount = 8, targetIsHealthy = () => true, random = Math.random } = options;
  const checks = new Map<string, HealthCheck>();
  const checkers = new Map<string, EndpointCheckers>();
  const records = new Map<string, ZoneRecord>();
  const listeners = new Set<(change: HealthCheckChange) => void>();
  let lastKnown = new Map<string, boolean>();

  const isHealthy = (id: string): boolean => checkStatus(id, checks, (child) => checkers.get(child)?.healthy ?? true);
  const isSettled = (check: HealthCheck): boolean => {
    if (check.disabled === true) return true;
    if (check.kind === 'Endpoint') return checkers.get(check.id)?.settled ?? false;
    return check.children.every((id) => {
      const child = checks.get(id);
      return child !== undefined && isSettled(child);
    });
  };
  const statusOf = (check: HealthCheck): HealthCheckStatus => {
    const working = checkers.get(check.id);
    const common = { id: check.id, healthy: isHealthy(check.id), settled: isSettled(check) };
    if (working === undefined) return common;
    const { lastFailure, healthyCheckers } = working;
    return {
      ...common,
      checkers: { healthy: healthyCheckers, total: checkerCount },
      ...(lastFailure === null ? {} : { lastFailure }),
    };
  };

  const announceChanges = (): void => {
    const before = lastKnown;
    lastKnown = new Map([...checks.keys()].map((id) => [id, isHealthy(id)]));
    for (const [id, healthy] of lastKnown) {
      const check = checks.get(id);
      if (check === undefined || !before.has(id) || before.get(id) === healthy) continue;
      for (const listener of listeners) listener({ ...statusOf(check), atMs: Date.now() });
    }
  };

  const resolve = (location: string, name: string, type: string): Resolution =>
    resolveQuestion(name, type, {
      records: [...records.values()],
      isHealthy,
      targetIsHealthy,
      addressOf: (hostname) => options.addressOf(location, hostname),
      random,
    });

  const findEndpoint = (hostname: string) => {
    const address = resolve(checkersLocation, hostname, 'A').answers.find((answer) => answer.type === 'A')?.value;
    return address === undefined ? null : { address, port: options.httpPort };
  };
  const putCheck = (check: HealthCheck): void => {
    if (isDeepStrictEqual(checks.get(check.id), check)) return;
    checkers.get(check.id)?.stop();
    checkers.delete(check.id);
    checks.set(check.id, check);
    if (check.kind === 'Calculated' || check.disabled === true) return;
    checkers.set(
      check.id,
      new EndpointCheckers(check, { checkerCount, speed, findEndpoint, onChange: announceChanges }),
    );
  };

  const servers = new Map<string, DnsServer>();
  for (const location of options.locations) {
    servers.set(location, await startDnsServer((name, type) => resolve(location, name, type)));
  }

  return {
    upsert: ({ healthChecks = [], records: newRecords = [] }) => {
      for (const check of healthChecks) putCheck(check);
      for (const record of newRecords) records.set(recordKey(record), record);
      announceChanges();
    },
    deleteRecord: (record) => {
      records.delete(recordKey(record));
    },
    deleteHealthCheck: (id) => {
      checkers.get(id)?.stop();
      checkers.delete(id);
      checks.delete(id);
      announceChanges();
    },
    status: (id) => {
      const check = checks.get(id);
      return check === undefined ? null : statusOf(check);
    },
    statuses: () => [...checks.values()].map(statusOf),
    healthChecks: () => [...checks.values()],
    records: () => [...records.values()],
    observations: (id) => checkers.get(id)?.observations ?? [],
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dnsServer: (location) => {
      const server = servers.get(location);
      if (server === undefined) throw new Error(`${location} has no DNS server`);
      return `${server.address}:${server.port}`;
    },
    resolve,
    close: async () => {
      for (const working of checkers.values()) working.stop();
      await Promise.all([...servers.values()].map((server) => server.close()));
    },
  };
}
