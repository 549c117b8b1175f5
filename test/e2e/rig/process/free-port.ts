import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Ports below the kernel's ephemeral range (32768-60999 on Linux): no outgoing connection can take one between its choice
 * and its use, or while the process that it belongs to is stopped and started again.
 */
const lowest = 20_000;
const highest = 30_000;

const given = new Set<number>();

/** A TCP port of 127.0.0.1 that nothing listens on, different each time. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest);
    if (!given.has(port) && (await canListen(port))) {
      given.add(port);
      return port;
    }
  }
}

async function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    // All addresses, as Crossplane's servers listen.
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
