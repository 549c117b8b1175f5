import type { ConnectionOptions } from 'node:tls';
import { Client, DatabaseError } from 'pg';
import type { Site } from '../api/site.ts';
import type { NameResolver } from './resolver.ts';

/** How to log in to a site's database. The endpoint is not part of it: RDS is asked for that. */
export interface DatabaseCredentials {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /**
   * TLS as `node:tls` takes it, such as `{ ca }` with RDS's certificate bundle; `false` for a database without TLS. The
   * server's name is RDS's own endpoint, which its certificate names.
   *
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
   */
  readonly tls: ConnectionOptions | false;
}

/** Asked anew for each session, so that a rotated password needs no restart. */
export type CredentialsOf = (site: Site) => Promise<DatabaseCredentials>;

/** What a database session is opened with. */
export interface DatabaseTarget {
  readonly host: string;
  readonly port: number;
  readonly credentials: DatabaseCredentials;
  readonly resolver: Pick<NameResolver, 'addresses'>;
  /** For connecting, and again for each statement, milliseconds. */
  readonly timeoutMs: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
}

/** The part of a `pg` client that work in a session needs. */
export type Session = Pick<Client, 'query'>;

/**
 * Runs `work` in a session of its own and ends it. The name is resolved here and not by `pg`, so that the connection
 * goes where the caller's resolver says; TLS still checks the name.
 *
 * @throws Error of the socket or the resolver, or `pg`'s `DatabaseError` with an SQLSTATE
 */
export async function inSession<Result>(
  target: DatabaseTarget,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const { host, port, credentials, resolver, timeoutMs, applicationName } = target;
  const [address = host] = await resolver.addresses(host);
  const client = new Client({
    host: address,
    port,
    user: credentials.user,
    password: credentials.password,
    database: credentials.database,
    ssl: credentials.tls === false ? false : { servername: host, ...credentials.tls },
    application_name: applicationName,
    connectionTimeoutMillis: timeoutMs,
    // The server ends the statement; where the server hangs, the client does.
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs,
  });
  // A connection that breaks while idle is told by the next query as well.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await endWithin(client, timeoutMs);
  }
}

/** Parts politely, and hangs up on a server that does not answer. */
async function endWithin(client: Client, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const hungUp = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      client.connection.stream.destroy();
      resolve();
    }, timeoutMs);
  });
  await Promise.race([client.end().catch(() => {}), hungUp]);
  clearTimeout(timer);
}

/** The SQLSTATE that the server answered with; `null` if it did not answer. */
export function sqlStateOf(error: unknown): string | null {
  return error instanceof DatabaseError ? (error.code ?? null) : null;
}
