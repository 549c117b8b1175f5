import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { generate } from 'selfsigned';
import { inSession } from '../../src/aws/database-session.ts';
import { rdsAuthorities } from '../../src/aws/rds-authorities.ts';
import { createResolver } from '../../src/aws/resolver.ts';
import { type Listener, listen } from '../../src/sandbox/region/listener.ts';

/** As RDS names an endpoint, and its certificate. */
const host = 'trading-db-dev-a1.abc.us-west-2.rds.amazonaws.com';

interface Identity {
  readonly private: string;
  readonly cert: string;
}

let own: Identity;
let stranger: Identity;
let misnamed: Identity;
let server: Listener;

beforeAll(async () => {
  [own, stranger, misnamed] = await Promise.all([identityOf(host), identityOf(host), identityOf('db.example.com')]);
});
afterEach(() => server.close());

function identityOf(name: string): Promise<Identity> {
  const extensions = [{ name: 'subjectAltName' as const, altNames: [{ type: 2 as const, value: name }] }];
  return generate([{ name: 'commonName', value: name }], { keyType: 'ec', extensions });
}

/**
 * As much of PostgreSQL as a login takes: it agrees to TLS, and lets anybody in.
 *
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL
 */
async function databaseWith({ private: key, cert }: Identity, speaksTls = true): Promise<number> {
  // AuthenticationOk and ReadyForQuery.
  const welcome = Buffer.from('520000000800000000' + '5a0000000549', 'hex');
  const serve = (socket: Socket): void => {
    socket.on('error', () => {});
    socket.once('data', () => {
      if (!speaksTls) {
        socket.end('N');
        return;
      }
      socket.write('S');
      const secured = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ key, cert }) });
      secured.on('error', () => {});
      secured.once('data', () => secured.write(welcome));
    });
  };
  server = await listen(createServer(serve));
  return server.port;
}

function login(port: number, ca: readonly string[]): Promise<string> {
  const credentials = { user: 'trading', password: 'x', database: 'trading', tls: { ca: [...ca] } };
  const resolver = { ...createResolver({ timeoutMs: 500 }), addresses: async () => ['127.0.0.1'] };
  const target = { host, port, credentials, resolver, timeoutMs: 5_000, applicationName: 'test' };
  return inSession(target, async () => 'logged in');
}

describe('a session with a database over TLS', () => {
  it('is had where the authority is one of those that are asked for', async () => {
    expect(await login(await databaseWith(own), [own.cert])).toBe('logged in');
  });

  it.each<[string, () => Identity, () => readonly string[]]>([
    ['another authority', () => stranger, () => [own.cert]],
    ['another authority than those of RDS', () => own, () => rdsAuthorities],
  ])('is refused a certificate of %s', async (_, presented, ca) => {
    await expect(login(await databaseWith(presented()), ca())).rejects.toThrow(/self.signed certificate/);
  });

  it('is refused where the certificate is for another name', async () => {
    await expect(login(await databaseWith(misnamed), [misnamed.cert])).rejects.toThrow(/altnames/);
  });

  it('is refused where the server would go on without TLS', async () => {
    await expect(login(await databaseWith(own, false), [own.cert])).rejects.toThrow(/does not support SSL/);
  });
});
