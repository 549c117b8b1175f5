import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What a test stands up behind a switchboard. */
export interface Upstream {
  readonly port: number;
  close(): Promise<void>;
}

/** Runs `serve` for each connection. */
export async function tcpUpstream(serve: (socket: Socket) => void): Promise<Upstream> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  const port = await listening(server);
  return {
    port,
    close: async () => {
      for (const socket of sockets) socket.resetAndDestroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers each request with what `answer` gives, and 200. */
export async function httpUpstream(
  answer: (request: IncomingMessage, body: string) => string,
): Promise<Upstream & { readonly requests: string[] }> {
  const requests: string[] = [];
  const server = createHttpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    requests.push(`${request.method} ${request.url}`);
    response.end(answer(request, Buffer.concat(chunks).toString()));
  });
  const port = await listening(server);
  return {
    port,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** A TCP client that remembers what it got and how it ended. */
export class TcpClient {
  readonly socket: Socket;
  received = '';
  ending: 'open' | 'ended' | 'reset' = 'open';

  constructor(host: string, port: number) {
    this.socket = connect({ host, port });
    this.socket.on('data', (bytes) => {
      this.received += bytes.toString();
    });
    this.socket.on('end', () => {
      this.ending = 'ended';
    });
    this.socket.on('error', () => {
      this.ending = 'reset';
    });
  }
}
