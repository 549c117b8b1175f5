import { lookup as systemLookup } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';

/** Looks names up, without a cache of its own: a name that fails over must be seen to move. */
export interface NameResolver {
  /** IPv4 addresses of a name; an address is its own. @throws Error with a DNS code such as `ENOTFOUND`. */
  addresses(name: string): Promise<string[]>;
  /** Texts of a name's TXT records, each joined from its strings. @throws Error with a DNS code. */
  texts(name: string): Promise<string[]>;
  /** For `lookup` of a connection, so that it goes where the same resolver says. */
  readonly lookup: LookupFunction;
}

export interface ResolverOptions {
  /** `address:port` of a DNS server. @default the system's servers, and its hosts file for connections */
  readonly server?: string | undefined;
  /** The longest that one question may take, milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Asks DNS servers directly, as `dig` does.
 *
 * @see https://nodejs.org/docs/latest-v20.x/api/dns.html#class-dnspromisesresolver
 */
export function createResolver({ server, timeoutMs }: ResolverOptions): NameResolver {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  if (server !== undefined) resolver.setServers([server]);
  const addresses = async (name: string): Promise<string[]> => (isIP(name) > 0 ? [name] : resolver.resolve4(name));
  return {
    addresses,
    texts: async (name) => (await resolver.resolveTxt(name)).map((strings) => strings.join('')),
    lookup: server === undefined ? systemLookup : lookupBy(addresses),
  };
}

/** The callback form that Node's sockets want, for one address or, with Happy Eyeballs, for all. */
function lookupBy(addresses: (name: string) => Promise<string[]>): LookupFunction {
  return (hostname, options, callback) => {
    addresses(hostname).then(
      (found) => {
        const [first = ''] = found;
        if (options.all === true) {
          callback(
            null,
            found.map((address) => ({ address, family: 4 })),
          );
        } else callback(null, first, 4);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}
