import type { Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { type AddressPlanOptions, planAddresses } from './address-plan.ts';
import { createAwsGateway } from './aws-gateway.ts';
import { type AwsTarget, regionOfS3Host } from './credential-scope.ts';
import { CarryingLink, type CutMode, type Link, SlowLane } from './link.ts';
import { openTunnel } from './tunnel.ts';

export interface SwitchboardOptions extends AddressPlanOptions {
  /** Every place: regions, and where callers are that are in none (`operations`, `internet`). */
  readonly locations: readonly string[];
}

/** A name that has an address of its own in each place. */
interface Endpoint {
  /** Such as a load balancer's or a database's DNS name. */
  readonly hostname: string;
  /** Where it is: traffic from a place travels the link from there to here. */
  readonly region: string;
  /** Which of the world's two ports it listens on. */
  readonly port: 'http' | 'database';
  /** What serves it, which may differ by the place that asks; see {@link Switchboard.setUpstream}. */
  readonly upstream: string | ((location: string) => string);
}

/**
 * The network of a world. Whatever goes from one place to another passes here, over the {@link Link} of its direction.
 * AWS requests go to the gateway of their place; load balancers and databases have an address in each place.
 */
export interface Switchboard {
  readonly locations: readonly string[];
  /** The port of every HTTP name, the AWS gateways' included. */
  readonly httpPort: number;
  /** The port of every database name. */
  readonly databasePort: number;
  link(from: string, to: string): Link;
  /** Cuts both directions between two places. */
  partition(one: string, other: string, mode: CutMode): void;
  /** Ends every fault of every link. */
  healAll(): void;
  /**
   * Says which port on 127.0.0.1 serves an upstream now; null while nothing does. Regions' processes get new ports when
   * they come back. The AWS listener of a region is the upstream {@link awsUpstream}.
   */
  setUpstream(upstream: string, port: number | null): void;
  /** Gives a name an address in every place, until {@link Switchboard.withdraw}. */
  expose(endpoint: Endpoint): Promise<void>;
  withdraw(hostname: string): Promise<void>;
  /** Adds `ms` milliseconds to everything that a name sends from now on, wherever to; 0 ends it. */
  slowDown(hostname: string, ms: number): void;
  /** `AWS_ENDPOINT_URL` of a place. */
  awsEndpointUrl(location: string): string;
  /** What DNS answers for a name in a place: exposed names and S3's (`<bucket>.s3.<region>.amazonaws.com`), or null. */
  addressOf(location: string, hostname: string): string | null;
  close(): Promise<void>;
}

/** Name of the upstream that serves every AWS API of a region. */
export function awsUpstream(region: string): string {
  return `aws.${region}`;
}

/** Name of the upstream that serves Route 53's API: on the Internet, and no region's. */
export const route53Upstream = 'aws.route53';
const internet = 'internet';

/** @throws UnderstudyError US5001 or US5002 when the system gives no addresses or ports. */
export async function createSwitchboard(options: SwitchboardOptions): Promise<Switchboard> {
  const { locations } = options;
  const addresses = await planAddresses(options);
  const links = new Map<string, CarryingLink>();
  const upstreams = new Map<string, number>();
  const exposed = new Map<string, ExposedEndpoint>();
  const gateways = new Map<string, { readonly address: string; readonly server: HttpServer }>();
  const closing = new AbortController();

  const carryingLink = (from: string, to: string): CarryingLink => {
    for (const location of [from, to]) {
      if (!locations.includes(location)) throw new Error(`${location} is not one of ${locations.join(', ')}`);
    }
    const key = `${from} → ${to}`;
    const link = links.get(key) ?? new CarryingLink(from, to);
    links.set(key, link);
    return link;
  };
  const upstreamPort = (upstream: string) => () => upstreams.get(upstream) ?? null;

  for (const location of locations) {
    const routeTo = ({ region, service }: AwsTarget) => {
      const isGlobal = service === 'route53';
      const to = isGlobal ? internet : region;
      if (!locations.includes(to)) return null;
      return {
        there: carryingLink(location, to),
        back: carryingLink(to, location),
        upstreamPort: upstreamPort(isGlobal ? route53Upstream : awsUpstream(region)),
      };
    };
    const server = createAwsGateway(routeTo, closing.signal);
    const address = addresses.nextAddress();
    await listen(server, address, addresses.httpPort);
    gateways.set(location, { address, server });
  }

  const gatewayOf = (location: string) => {
    const gateway = gateways.get(location);
    if (gateway === undefined) throw new Error(`${location} is not one of ${locations.join(', ')}`);
    return gateway;
  };

  const withdraw = async (hostname: string): Promise<void> => {
    const endpoint = exposed.get(hostname.toLowerCase());
    if (endpoint === undefined) return;
    exposed.delete(hostname.toLowerCase());
    await endpoint.close();
    for (const address of endpoint.addresses.values()) addresses.release(address);
  };

  return {
    locations,
    httpPort: addresses.httpPort,
    databasePort: addresses.databasePort,
    link: carryingLink,
    partition: (one, other, mode) => {
      carryingLink(one, other).cut(mode);
      carryingLink(other, one).cut(mode);
    },
    healAll: () => {
      for (const link of links.values()) link.heal();
    },
    setUpstream: (upstream, port) => {
      if (port === null) upstreams.delete(upstream);
      else upstreams.set(upstream, port);
    },
    expose: async ({ hostname, region, port, upstream }) => {
      await withdraw(hostname);
      const endpoint = new ExposedEndpoint();
      exposed.set(hostname.toLowerCase(), endpoint);
      for (const location of locations) {
        await endpoint.listenIn(location, {
          address: addresses.nextAddress(),
          port: port === 'http' ? addresses.httpPort : addresses.databasePort,
          upstreamPort: upstreamPort(typeof upstream === 'string' ? upstream : upstream(location)),
          there: carryingLink(location, region),
          back: endpoint.laneOf(carryingLink(region, location)),
        });
      }
    },
    withdraw,
    slowDown: (hostname, ms) => {
      const endpoint = exposed.get(hostname.toLowerCase());
      if (endpoint === undefined) throw new Error(`${hostname} is no name of this network`);
      endpoint.slowDown(ms);
    },
    awsEndpointUrl: (location) => `http://${gatewayOf(location).address}:${addresses.httpPort}`,
    addressOf: (location, hostname) => {
      const endpoint = exposed.get(hostname.toLowerCase());
      if (endpoint !== undefined) return endpoint.addresses.get(location) ?? null;
      const region = regionOfS3Host(hostname);
      return region !== null && locations.includes(region) ? gatewayOf(location).address : null;
    },
    close: async () => {
      closing.abort();
      await Promise.all([...exposed.keys()].map(withdraw));
      await Promise.all([...gateways.values()].map(({ server }) => closeHttp(server)));
      await addresses.close();
    },
  };
}

interface ListenOptions {
  readonly address: string;
  readonly port: number;
  readonly upstreamPort: () => number | null;
  readonly there: CarryingLink;
  readonly back: CarryingLink;
}

/** The listeners of one name, one in each place, and the connections that came in by them. */
class ExposedEndpoint {
  readonly addresses = new Map<string, string>();
  readonly #servers: Server[] = [];
  readonly #tunnels = new Set<{ close(): void }>();
  readonly #lanes: SlowLane[] = [];

  /** What it sends over a link, so that it can be slowed down alone. */
  laneOf(link: CarryingLink): SlowLane {
    const lane = new SlowLane(link);
    this.#lanes.push(lane);
    return lane;
  }

  slowDown(ms: number): void {
    for (const lane of this.#lanes) lane.delay(ms);
  }

  async listenIn(location: string, options: ListenOptions): Promise<void> {
    const { address, port, ...route } = options;
    const server = createServer({ allowHalfOpen: true }, (client) => {
      const tunnel = openTunnel({ client, ...route, onClose: () => this.#tunnels.delete(tunnel) });
      this.#tunnels.add(tunnel);
    });
    this.#servers.push(server);
    await listen(server, address, port);
    this.addresses.set(location, address);
  }

  async close(): Promise<void> {
    const closed = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const tunnel of this.#tunnels) tunnel.close();
    await Promise.all(closed);
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      // An accept that fails, for want of file descriptors say, must not end the world.
      server.on('error', () => {});
      resolve();
    });
  });
}

function closeHttp(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
