import { createServer, type Server, type Socket } from 'node:net';
import { DescribeDBInstancesCommand, PromoteReadReplicaCommand } from '@aws-sdk/client-rds';
import { afterEach, describe, expect, it } from '@jest/globals';
import { mutatingCall, readCall } from '../../src/aws/bounded-call.ts';
import { AwsClients } from '../../src/aws/clients.ts';
import { PortError } from '../../src/failover/port-error.ts';
import { type Listener, listen } from '../../src/sandbox/region/listener.ts';
import { credentials } from './local-aws.ts';

let closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
});

/** A server that does to each connection, once the request has begun to arrive, what a test wants. */
async function serving(onRequest: (socket: Socket) => void): Promise<Listener> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => onRequest(socket));
  });
  const listener = await listen(server);
  closing.push(() => listener.close());
  return listener;
}

function answering(status: string, body: string): (socket: Socket) => void {
  return (socket) =>
    socket.end(`HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`);
}

function rdsError(code: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;
}

/** What a read and a mutation of the same server come to: the kinds of their PortErrors. */
async function kindsAt(endpoint: string, limitMs = 5_000): Promise<{ read: string; mutate: string }> {
  const clients = new AwsClients({ actor: 'test', callMs: limitMs, endpoint, credentials });
  closing.unshift(() => clients.close());
  const rds = clients.rds('us-west-2');
  const read = readCall(AbortSignal.timeout(limitMs), (options) =>
    rds.send(new DescribeDBInstancesCommand({}), options),
  );
  const mutate = mutatingCall(AbortSignal.timeout(limitMs), (options) =>
    rds.send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: 'db' }), options),
  );
  const [one, other] = await Promise.all([kindOf(read), kindOf(mutate)]);
  return { read: one, mutate: other };
}

async function kindOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'answered',
    (error: unknown) => (error instanceof PortError ? error.kind : `not a PortError: ${error}`),
  );
}

describe('a call to AWS', () => {
  it('is never sent to a port that nobody listens on', async () => {
    const listener = await listen(createServer());
    await listener.close();
    expect(await kindsAt(`http://127.0.0.1:${listener.port}`)).toEqual({ read: 'Retryable', mutate: 'Retryable' });
  });

  it('is never sent when TLS does not come about', async () => {
    const { port } = await serving((socket) => socket.destroy());
    expect(await kindsAt(`https://127.0.0.1:${port}`)).toEqual({ read: 'Retryable', mutate: 'Retryable' });
  });

  it('may have happened when the connection is reset', async () => {
    const { port } = await serving((socket) => socket.resetAndDestroy());
    expect(await kindsAt(`http://127.0.0.1:${port}`)).toEqual({ read: 'Retryable', mutate: 'OutcomeUnknown' });
  });

  it('may have happened when the other side hangs up', async () => {
    const { port } = await serving((socket) => socket.end());
    expect(await kindsAt(`http://127.0.0.1:${port}`)).toEqual({ read: 'Retryable', mutate: 'OutcomeUnknown' });
  });

  it('may have happened when no answer comes in time', async () => {
    const { port } = await serving(() => {});
    expect(await kindsAt(`http://127.0.0.1:${port}`, 200)).toEqual({ read: 'Retryable', mutate: 'OutcomeUnknown' });
  });

  it('may have happened when the answer stops half way', async () => {
    const { port } = await serving((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n<half'));
    expect(await kindsAt(`http://127.0.0.1:${port}`, 200)).toEqual({ read: 'Retryable', mutate: 'OutcomeUnknown' });
  });

  it.each([
    ['500 Internal Server Error', rdsError('InternalFailure'), 'Retryable', 'OutcomeUnknown'],
    ['502 Bad Gateway', '<html></html>', 'Retryable', 'OutcomeUnknown'],
    ['503 Service Unavailable', rdsError('ServiceUnavailable'), 'Retryable', 'OutcomeUnknown'],
    ['400 Bad Request', rdsError('Throttling'), 'Retryable', 'Retryable'],
    ['503 Slow Down', rdsError('SlowDown'), 'Retryable', 'Retryable'],
    ['400 Bad Request', rdsError('InvalidDBInstanceState'), 'NotYet', 'NotYet'],
    ['403 Forbidden', rdsError('AccessDenied'), 'Refused', 'Refused'],
    ['404 Not Found', rdsError('DBInstanceNotFound'), 'Refused', 'Refused'],
    ['200 OK', '<not xml', 'Retryable', 'OutcomeUnknown'],
  ])('answered %s %s', async (status, body, read, mutate) => {
    const { port } = await serving(answering(status, body));
    expect(await kindsAt(`http://127.0.0.1:${port}`)).toEqual({ read, mutate });
  });

  it('is sent once, however it fails', async () => {
    let requests = 0;
    const { port } = await serving((socket) => {
      requests += 1;
      answering('503 Service Unavailable', rdsError('ServiceUnavailable'))(socket);
    });
    await kindsAt(`http://127.0.0.1:${port}`);
    expect(requests).toBe(2);
  });

  it('ends in time even where credentials hang, and does not leave later', async () => {
    let requests = 0;
    const { port } = await serving(() => {
      requests += 1;
    });
    let release = (_: typeof credentials): void => {};
    const hanging = new Promise<typeof credentials>((resolve) => {
      release = resolve;
    });
    const send = async (options: { abortSignal: AbortSignal }): Promise<unknown> => {
      const found = await hanging;
      const clients = new AwsClients({
        actor: 'test',
        callMs: 1_000,
        endpoint: `http://127.0.0.1:${port}`,
        credentials: found,
      });
      closing.unshift(() => clients.close());
      return clients.rds('us-west-2').send(new DescribeDBInstancesCommand({}), options);
    };
    const late = { sent: Promise.resolve<unknown>(undefined) };
    const call = mutatingCall(AbortSignal.timeout(50), (options) => {
      late.sent = send(options).catch((error: unknown) => error);
      return late.sent;
    });
    expect(await kindOf(call)).toBe('OutcomeUnknown');
    release(credentials);
    expect(await late.sent).toBeInstanceOf(Error);
    expect(requests).toBe(0);
  });
});
