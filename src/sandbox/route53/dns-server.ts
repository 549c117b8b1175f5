import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import dnsPacket, { type Packet, type StringAnswer, type TxtAnswer } from 'dns-packet';
import type { DnsAnswer, Resolution } from './resolve-question.ts';

/** What `dns.Resolver.setServers` and `dig -p` take: where a DNS server listens, by UDP and by TCP. */
export interface DnsServer {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

// RFC 1035, section 4.1.1, and dns-packet's flags, which carry the response code in the lowest bits.
const responseCodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3 } as const;
// A resolver that does not say otherwise takes no more: RFC 1035, section 4.2.1.
const maxUdpBytes = 512;

/** Starts a DNS server on 127.0.0.1, on the same free port by UDP and TCP. */
export async function startDnsServer(resolve: (name: string, type: string) => Resolution): Promise<DnsServer> {
  const address = '127.0.0.1';
  for (let attempt = 0; ; attempt += 1) {
    const tcp = tcpServer(resolve);
    tcp.server.listen({ host: address, port: 0 });
    await once(tcp.server, 'listening');
    const bound = tcp.server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    try {
      const udp = await bindUdp(address, port, resolve);
      return { address, port, close: async () => void (await Promise.all([closeUdp(udp), tcp.close()])) };
    } catch (error) {
      // The port was free by TCP and taken by UDP: draw again.
      await tcp.close();
      if (attempt === 20) throw error;
    }
  }
}

async function bindUdp(address: string, port: number, resolve: Resolver): Promise<UdpSocket> {
  const socket = createSocket('udp4');
  socket.on('message', (message, sender) => {
    const reply = replyTo(message, resolve, encodeForUdp);
    if (reply !== null) socket.send(reply, sender.port, sender.address, () => {});
  });
  socket.bind({ address, port });
  try {
    await once(socket, 'listening');
  } catch (error) {
    await closeUdp(socket);
    throw error;
  }
  // A reply that cannot be sent is the asker's loss, not the server's end.
  socket.on('error', () => {});
  return socket;
}

type Resolver = (name: string, type: string) => Resolution;

function tcpServer(resolve: Resolver): { readonly server: Server; close(): Promise<void> } {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    let received = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      // Each message comes after its length in two bytes: RFC 1035, section 4.2.2.
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        const reply = replyTo(received.subarray(2, end), resolve, dnsPacket.streamEncode);
        received = received.subarray(end);
        if (reply !== null) socket.write(reply);
      }
    });
  });
  return {
    server,
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/**
 * Null for what is no question, because answering it could answer an answer, and for what dns-packet cannot read or
 * write: a server must survive whatever it is sent.
 */
function replyTo(message: Buffer, resolve: Resolver, encode: (reply: Packet) => Buffer): Buffer | null {
  try {
    const query = dnsPacket.decode(message);
    return query.type === 'query' ? encode(answerTo(query, resolve)) : null;
  } catch {
    return null;
  }
}

function answerTo(query: Packet, resolve: Resolver): Packet {
  const question = query.questions?.[0];
  const resolution: Resolution | null = question === undefined ? null : resolve(question.name, question.type);
  const code = resolution === null ? responseCodes.FORMERR : responseCodes[resolution.code];
  const recursionDesired = (query.flags ?? 0) & dnsPacket.RECURSION_DESIRED;
  return {
    type: 'response',
    id: query.id ?? 0,
    flags: dnsPacket.AUTHORITATIVE_ANSWER | dnsPacket.RECURSION_AVAILABLE | recursionDesired | code,
    questions: query.questions ?? [],
    answers: (resolution?.answers ?? []).map(packetAnswer),
  };
}

function encodeForUdp(reply: Packet): Buffer {
  const bytes = dnsPacket.encode(reply);
  if (bytes.length <= maxUdpBytes) return bytes;
  return dnsPacket.encode({ ...reply, flags: (reply.flags ?? 0) | dnsPacket.TRUNCATED_RESPONSE, answers: [] });
}

function packetAnswer({ name, type, ttlSeconds, value }: DnsAnswer): StringAnswer | TxtAnswer {
  return type === 'TXT'
    ? { name, type, class: 'IN', ttl: ttlSeconds, data: value }
    : { name, type, class: 'IN', ttl: ttlSeconds, data: value };
}

async function closeUdp(socket: UdpSocket): Promise<void> {
  await new Promise<void>((done) => socket.close(done));
}
