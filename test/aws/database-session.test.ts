import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type DatabaseTarget, inSession, sqlStateOf } from '../../src/aws/database-session.ts';
import { createResolver } from '../../src/aws/resolver.ts';
import { type Listener, listen } from '../../src/sandbox/region/listener.ts';

let server: Listener;
afterEach(() => server.close());

function target(port: number): DatabaseTarget {
  return {
    host: '127.0.0.1',
    port,
    credentials: { user: 'trading', password: 'x', database: 'trading', tls: false },
    resolver: createResolver({ timeoutMs: 5_000 }),
    timeoutMs: 100,
    applicationName: 'test',
  };
}

const select = (port: number) => inSession(target(port), (session) => session.query('select 1'));

describe('a database session', () => {
  it('ends in time where a server accepts and says nothing', async () => {
    server = await listen(createServer(() => {}));
    const error: unknown = await select(server.port).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(sqlStateOf(error)).toBeNull();
  });

  it('fails where a server hangs up', async () => {
    server = await listen(createServer((socket) => socket.destroy()));
    await expect(select(server.port)).rejects.toThrow();
  });

  it('fails where nobody listens', async () => {
    server = await listen(createServer());
    await server.close();
    await expect(select(server.port)).rejects.toThrow(/ECONNREFUSED/);
  });
});
