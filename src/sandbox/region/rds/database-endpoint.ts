import { connect, createServer, type Socket } from 'node:net';
import type { NetworkAcl } from '../ec2/network-acl.ts';
import { type Listener, listen } from '../listener.ts';

export interface DatabaseEndpointOptions {
  readonly preferredPort?: number;
  /** Where PostgreSQL listens now, or `undefined` while it does not run. */
  readonly target: () => number | undefined;
  readonly acl?: NetworkAcl;
  /** The port that the ACL's entries mean. @default the listener's own */
  readonly aclPort?: number;
}

/** One client's way to the database. */
interface Passage {
  readonly client: Socket;
  readonly database: Socket;
}

/**
 * The instance's endpoint as the application's subnets see it: connections pass to PostgreSQL for as long as the
 * network ACL permits them.
 */
export async function openDatabaseEndpoint(options: DatabaseEndpointOptions): Promise<Listener> {
  const { acl, target } = options;
  const passages = new Set<Passage>();
  const server = createServer((client) => {
    client.on('error', () => {});
    const port = target();
    if (!permitted(client) || port === undefined) {
      refuse(client);
      return;
    }
    const database = connect(port, '127.0.0.1');
    database.on('error', () => client.destroy());
    const passage = { client, database };
    passages.add(passage);
    client.setNoDelay(true);
    database.setNoDelay(true);
    client.pipe(database).pipe(client);
    client.on('close', () => database.destroy());
    database.on('close', () => {
      client.destroy();
      passages.delete(passage);
    });
  });
  const listener = await listen(server, options.preferredPort);
  const unwatch = acl?.watch(() => {
    for (const passage of passages) (permitted(passage.client) ? open : cut)(passage);
  });

  function permitted(client: Socket): boolean {
    if (acl === undefined || client.remotePort === undefined) return true;
    return acl.permits(options.aclPort ?? listener.port, client.remotePort);
  }

  function refuse(client: Socket): void {
    // A dropped packet is not answered: the client waits for as long as it is willing to.
    if (acl?.config.denied === 'Drop' && target() !== undefined) client.pause();
    else client.resetAndDestroy();
  }

  function cut({ client, database }: Passage): void {
    if (acl?.config.denied === 'Drop') {
      client.unpipe(database);
      database.unpipe(client);
      client.pause();
      database.pause();
    } else {
      client.resetAndDestroy();
      database.destroy();
    }
  }

  function open({ client, database }: Passage): void {
    if (!client.isPaused()) return;
    client.pipe(database).pipe(client);
  }

  return {
    port: listener.port,
    close: async () => {
      unwatch?.();
      for (const { database } of passages) database.destroy();
      await listener.close();
    },
  };
}
