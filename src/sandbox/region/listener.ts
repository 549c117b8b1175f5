import type { AddressInfo, Server, Socket } from 'node:net';

/** A server on 127.0.0.1 that can be closed at once. */
export interface Listener {
  readonly port: number;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1.
 *
 * @param preferredPort taken if it is free, else another one is.
 */
export async function listen(server: Server, preferredPort = 0): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await bind(server, preferredPort).catch(async (error: NodeJS.ErrnoException) => {
    if (preferredPort === 0 || error.code !== 'EADDRINUSE') throw error;
    await bind(server, 0);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
