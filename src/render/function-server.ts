import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { UnderstudyError } from '../api/errors.ts';
import { runFunction } from './run-function.ts';

const method = '/apiextensions.fn.proto.v1.FunctionRunnerService/RunFunction';

/** gRPC status codes, https://grpc.io/docs/guides/status-codes. */
const grpcStatus = { ok: 0, invalidArgument: 3, resourceExhausted: 8, unimplemented: 12, internal: 13 } as const;
/** A request carries the composite and all that was observed of it: far below this. */
const maxRequestBytes = 16 * 1024 * 1024;

export interface FunctionServerOptions {
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** 0 takes a free one. @default 9443 */
  readonly port?: number;
  /**
   * Folder with `tls.crt`, `tls.key` and `ca.crt`. Both sides show a certificate, as between Crossplane and any function.
   * @default none: the server speaks to anybody in clear, which is for tests on one machine
   */
  readonly tlsCertsDir?: string;
}

export interface FunctionServer {
  /** `host:port`, for the endpoint of a FunctionRevision. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves `render` as a composition function: gRPC's unary call over HTTP/2.
 *
 * Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md.
 *
 * @example
 * const server = await serveFunction({ tlsCertsDir: '/tls/server', port: 9443 });
 * await server.close();
 */
export async function serveFunction(options: FunctionServerOptions = {}): Promise<FunctionServer> {
  const { host = '127.0.0.1', port = 9443, tlsCertsDir } = options;
  const server = tlsCertsDir === undefined ? createServer() : secureServer(tlsCertsDir);
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => answer(stream, String(headers[':path'])));
  await listening(server, host, port);
  return {
    address: `${host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) {
          session.destroy();
        }
      }),
  };
}

/**
 * A server that answers those alone whose certificate the authority in the folder has signed. It looks at the signature
 * itself: Crossplane gives its authority and all of its certificates one subject, and OpenSSL takes a certificate whose
 * subject is its issuer's for a self-signed one.
 *
 * Source: internal/initializer/tls.go of https://github.com/crossplane/crossplane.
 */
function secureServer(folder: string): Http2SecureServer {
  const read = (name: string): Buffer => readFileSync(join(folder, name));
  const ca = read('ca.crt');
  const server = createSecureServer({
    cert: read('tls.crt'),
    key: read('tls.key'),
    ca,
    requestCert: true,
    rejectUnauthorized: false,
  });
  const authority = new X509Certificate(ca);
  server.on('secureConnection', (socket: TLSSocket) => {
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined || !isValid(certificate) || !certificate.verify(authority.publicKey)) {
      socket.destroy();
    }
  });
  return server;
}

function isValid({ validFrom, validTo }: X509Certificate): boolean {
  const now = Date.now();
  return Date.parse(validFrom) <= now && now <= Date.parse(validTo);
}

function listening(server: Http2Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}

function answer(stream: ServerHttp2Stream, path: string): void {
  const chunks: Buffer[] = [];
  let received = 0;
  // A caller that goes away in the middle of a call is its own affair.
  stream.on('error', () => {});
  stream.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received <= maxRequestBytes) {
      chunks.push(chunk);
    }
  });
  stream.on('end', () => {
    reply(
      stream,
      received > maxRequestBytes ? { status: grpcStatus.resourceExhausted } : call(path, Buffer.concat(chunks)),
    );
  });
}

interface Reply {
  readonly status: number;
  readonly message?: string;
  readonly body?: Buffer;
}

function call(path: string, request: Buffer): Reply {
  if (path !== method) {
    return { status: grpcStatus.unimplemented, message: `unknown method ${path}` };
  }
  const length = request.length < 5 ? -1 : request.readUInt32BE(1);
  if (request[0] !== 0 || length !== request.length - 5) {
    return { status: grpcStatus.unimplemented, message: 'one uncompressed message is expected' };
  }
  try {
    return { status: grpcStatus.ok, body: runFunction(request.subarray(5)) };
  } catch (error) {
    const status = error instanceof UnderstudyError ? grpcStatus.invalidArgument : grpcStatus.internal;
    return { status, message: error instanceof Error ? error.message : String(error) };
  }
}

function reply(stream: ServerHttp2Stream, { status, message, body }: Reply): void {
  if (stream.destroyed) {
    return;
  }
  const outcome = { 'grpc-status': status, ...(message === undefined ? {} : { 'grpc-message': encodeURI(message) }) };
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers(outcome));
  stream.end(body === undefined ? undefined : framed(body));
}

/** gRPC's prefix: not compressed, and the length. */
function framed(body: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([prefix, body]);
}
