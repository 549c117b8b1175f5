import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { UnderstudyError } from '../../api/errors.ts';

/**
 * The addresses of one world: a random /24 inside 127.0.0.0/8, of which Linux lets anybody bind any address, and one
 * port number for HTTP and one for databases that are the same on all of them, so a name alone says where to connect.
 */
export interface AddressPlan {
  readonly httpPort: number;
  readonly databasePort: number;
  /** An address of the world that nobody has yet. */
  nextAddress(): string;
  /** Nobody has it any more. */
  release(address: string): void;
  close(): Promise<void>;
}

export interface AddressPlanOptions {
  /**
   * First three numbers of the networks to try, such as `127.77.7`: the first that this system has is taken.
   * @default a random one, which Linux has, and 127.77.7, which other systems can be given
   */
  readonly prefixes?: readonly string[];
}

/** US5001's remedy names it. */
const wellKnownPrefix = '127.77.7';
const attempts = 20;
// Below Linux's ephemeral ports (32768 up), which other processes are given at any moment.
const firstPort = 20_000;
const lastPort = 32_000;
/** Address whose two ports a world holds as long as it lives: two worlds that draw the same numbers meet here. */
const claimHost = 254;

/**
 * Draws a network and two ports until it gets a combination that is free. Worlds may share a network, but no port.
 * @throws UnderstudyError US5001 where loopback has none of the networks; US5002 when no ports are free.
 */
export async function planAddresses(options: AddressPlanOptions = {}): Promise<AddressPlan> {
  const random = `127.${randomInt(1, 255)}.${randomInt(0, 256)}`;
  const prefixes = options.prefixes ?? [random, wellKnownPrefix];
  for (const prefix of prefixes) {
    const plan = await planIn(prefix);
    if (plan !== null) return plan;
  }
  throw new UnderstudyError(
    'US5001',
    `no address of ${prefixes.map((prefix) => `${prefix}.0/24`).join(' or ')} can be bound`,
  );
}

/** Null if this system does not have the network. */
async function planIn(prefix: string): Promise<AddressPlan | null> {
  let lastError: unknown;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const httpPort = randomInt(firstPort, lastPort);
    const databasePort = httpPort + 1;
    const claims = await Promise.allSettled([
      claim(`${prefix}.${claimHost}`, httpPort),
      claim(`${prefix}.${claimHost}`, databasePort),
    ]);
    const held = claims.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    if (held.length === claims.length) return planOf(prefix, httpPort, databasePort, held);
    await Promise.all(held.map(release));
    lastError = claims.find((outcome) => outcome.status === 'rejected')?.reason;
    if (isErrno(lastError, 'EADDRNOTAVAIL')) return null;
    if (!isErrno(lastError, 'EADDRINUSE')) throw lastError;
  }
  throw new UnderstudyError('US5002', `${attempts} pairs of ports between ${firstPort} and ${lastPort} were taken`, {
    cause: lastError,
  });
}

function planOf(prefix: string, httpPort: number, databasePort: number, claims: readonly Server[]): AddressPlan {
  let last = 0;
  const released: string[] = [];
  return {
    httpPort,
    databasePort,
    nextAddress: () => {
      const again = released.shift();
      if (again !== undefined) return again;
      last += 1;
      if (last >= claimHost) throw new Error(`all ${claimHost - 1} addresses of ${prefix}.0/24 are in use`);
      return `${prefix}.${last}`;
    },
    release: (address) => {
      released.push(address);
    },
    close: async () => {
      await Promise.all(claims.map(release));
    },
  };
}

function claim(host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => resolve(server));
  });
}

function release(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function isErrno(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
