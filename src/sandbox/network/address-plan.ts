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
  close(): Promise<void>;
}

export interface AddressPlanOptions {
  /** First three numbers of the network, such as `127.77.7`. @default random */
  readonly prefix?: string;
}

const attempts = 20;
// Below Linux's ephemeral ports (32768 up), which other processes are given at any moment.
const firstPort = 20_000;
const lastPort = 32_000;
/** Address whose two ports a world holds as long as it lives: two worlds that draw the same numbers meet here. */
const claimHost = 254;

/**
 * Draws a network and two ports until it gets a combination that is free.
 * @throws UnderstudyError US5001 where loopback has only 127.0.0.1; US5002 when no ports are free.
 */
export async function planAddresses(options: AddressPlanOptions = {}): Promise<AddressPlan> {
  let lastError: unknown;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const prefix = options.prefix ?? `127.${randomInt(1, 255)}.${randomInt(0, 256)}`;
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
    if (isErrno(lastError, 'EADDRNOTAVAIL')) {
      throw new UnderstudyError('US5001', `${prefix}.${claimHost} cannot be bound on this system`, {
        cause: lastError,
      });
    }
    if (!isErrno(lastError, 'EADDRINUSE')) throw lastError;
  }
  throw new UnderstudyError('US5002', `${attempts} pairs of ports between ${firstPort} and ${lastPort} were taken`, {
    cause: lastError,
  });
}

function planOf(prefix: string, httpPort: number, databasePort: number, claims: readonly Server[]): AddressPlan {
  let last = 0;
  return {
    httpPort,
    databasePort,
    nextAddress: () => {
      last += 1;
      if (last >= claimHost) throw new Error(`all ${claimHost - 1} addresses of ${prefix}.0/24 are in use`);
      return `${prefix}.${last}`;
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
