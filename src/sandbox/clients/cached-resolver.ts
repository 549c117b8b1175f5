import { Resolver } from 'node:dns/promises';

/** Finds the address of a name. Rejects with the error of node:dns, whose `code` tells the kind. */
export type Resolve = (hostname: string) => Promise<string>;

export interface CachedResolverOptions {
  /** `address:port` of a DNS server. */
  readonly server: string;
  /** Divides the TTL. @default 1 */
  readonly speed?: number;
  /** Per try, of two. @default 1000 */
  readonly timeoutMs?: number;
  /** Milliseconds, monotonic. @default performance.now */
  readonly nowMs?: () => number;
}

/**
 * A resolver as a good client has it: asks once, keeps the answer as long as its TTL allows and not longer. The TTL of a
 * chain of CNAMEs is the shortest on it. Failures are not kept.
 */
export function createCachedResolver(options: CachedResolverOptions): Resolve {
  const { server, speed = 1, timeoutMs = 1_000, nowMs = () => performance.now() } = options;
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
  resolver.setServers([server]);
  const kept = new Map<string, { readonly address: string; readonly untilMs: number }>();
  const asking = new Map<string, Promise<string>>();

  const ask = async (hostname: string): Promise<string> => {
    // Should a question ever be left without an end, all who wait for it would wait for ever.
    const limit = setTimeout(() => resolver.cancel(), timeoutMs * 3);
    try {
      const [answer] = await resolver.resolve4(hostname, { ttl: true });
      if (answer === undefined) throw Object.assign(new Error(`${hostname} has no address`), { code: 'ENODATA' });
      kept.set(hostname, { address: answer.address, untilMs: nowMs() + (answer.ttl * 1_000) / speed });
      return answer.address;
    } finally {
      clearTimeout(limit);
      asking.delete(hostname);
    }
  };

  return async (hostname) => {
    const known = kept.get(hostname);
    if (known !== undefined && nowMs() < known.untilMs) return known.address;
    const answer = asking.get(hostname) ?? ask(hostname);
    asking.set(hostname, answer);
    return await answer;
  };
}
