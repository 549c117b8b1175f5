import { connect, createServer, type Socket } from 'node:net';
import { type Listener, listen } from '../listener.ts';

/** Which source a replica connects to, and who it is: PostgreSQL's `application_name` carries both. */
export interface ReplicationPeer {
  readonly source: string;
  readonly replicaArn: string;
}

export function replicationName({ source, replicaArn }: ReplicationPeer): string {
  return `${source}/${replicaArn}`;
}

export interface ReplicationGatewayOptions {
  readonly preferredPort?: number;
  /** Port of a source's PostgreSQL, or `undefined` if it does not run here. */
  readonly target: (source: string) => number | undefined;
  readonly onPeer: (peer: ReplicationPeer) => void;
}

/**
 * One port for the replication of every database of the region, so that the link between two regions stays one
 * address whatever is created. It reads the first message of a connection to see which database is meant.
 */
export async function openReplicationGateway(options: ReplicationGatewayOptions): Promise<Listener> {
  const server = createServer((replica) => {
    replica.on('error', () => {});
    let received = Buffer.alloc(0);
    const read = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const parameters = startupParameters(received);
      if (parameters === undefined) return;
      replica.off('data', read);
      replica.pause();
      pass(options, replica, received, parameters.get('application_name') ?? '');
    };
    replica.on('data', read);
  });
  return listen(server, options.preferredPort);
}

function pass(options: ReplicationGatewayOptions, replica: Socket, received: Buffer, name: string): void {
  const slash = name.indexOf('/');
  const peer = { source: name.slice(0, slash), replicaArn: name.slice(slash + 1) };
  const port = slash === -1 ? undefined : options.target(peer.source);
  if (port === undefined) {
    replica.destroy();
    return;
  }
  const source = connect(port, '127.0.0.1');
  source.on('error', () => replica.destroy());
  source.on('close', () => replica.destroy());
  replica.on('close', () => source.destroy());
  source.write(received);
  source.pipe(replica).pipe(source);
  options.onPeer(peer);
  const seen = setInterval(() => options.onPeer(peer), 1_000);
  source.on('close', () => clearInterval(seen));
}

/**
 * Name and value pairs of a StartupMessage: Int32 length, Int32 version, then zero-terminated strings.
 *
 * Source: PostgreSQL 18, "Message Formats".
 * @returns undefined while it is not complete.
 */
function startupParameters(message: Buffer): ReadonlyMap<string, string> | undefined {
  if (message.length < 8 || message.length < message.readInt32BE(0)) return undefined;
  const strings = message.toString('utf8', 8, message.readInt32BE(0)).split('\0');
  const parameters = new Map<string, string>();
  for (let index = 0; index + 1 < strings.length; index += 2) {
    const name = strings[index];
    if (name) parameters.set(name, strings[index + 1] ?? '');
  }
  return parameters;
}
