import { Socket } from 'node:net';
import { type CarryingLink, LinkResetError } from './link.ts';
import { OneWayPipe } from './one-way-pipe.ts';

export interface TunnelOptions {
  /** Accepted with `allowHalfOpen`. */
  readonly client: Socket;
  /** Port on 127.0.0.1 that serves at the far end, or null while nothing does. Asked when the connection gets there. */
  readonly upstreamPort: () => number | null;
  readonly there: CarryingLink;
  readonly back: CarryingLink;
  /** Both sides are closed. */
  readonly onClose: () => void;
}

/**
 * Carries one TCP connection over the two directions of a link. A far end that is gone resets the client, as a host
 * without a listener does; a link cut with `reset` resets both sides; behind a blackhole both sides just wait.
 *
 * Unlike on a real network a client always gets through TCP's own handshake, because the near end of the tunnel answers
 * it: what a blackholed client meets is silence after connecting, not before.
 */
export function openTunnel(options: TunnelOptions): { close(): void } {
  const { client, there, back } = options;
  const upstream = new Socket({ allowHalfOpen: true });
  const pipes = [new OneWayPipe(client, upstream, there), new OneWayPipe(upstream, client, back)];
  const leaving = new AbortController();
  let arrived = false;

  const reset = (): void => {
    client.resetAndDestroy();
    upstream.destroy();
  };
  const onLinkChange = (): void => {
    if (there.state === 'reset' || back.state === 'reset') reset();
    else for (const pipe of pipes) pipe.deliver();
  };
  const stopWatching = [there.watch(onLinkChange), back.watch(onLinkChange)];
  const forgetWhenClosed = (): void => {
    if (!client.destroyed || !upstream.destroyed) return;
    for (const stop of stopWatching) stop();
    for (const pipe of pipes) pipe.close();
    options.onClose();
  };
  client.on('end', () => {
    // On a real network it would not even have connected yet: what it closes is an attempt.
    if (!arrived && there.state === 'blackhole') client.destroy();
  });
  client.on('close', () => {
    leaving.abort();
    if (!arrived) upstream.destroy();
    forgetWhenClosed();
  });
  upstream.on('close', forgetWhenClosed);

  const reachUpstream = async (): Promise<void> => {
    if (back.state === 'reset') throw new LinkResetError(back);
    await there.cross(leaving.signal);
    const port = options.upstreamPort();
    if (port === null) {
      await back.cross(leaving.signal);
      return reset();
    }
    arrived = true;
    client.setNoDelay();
    upstream.setNoDelay();
    upstream.connect(port, '127.0.0.1');
    for (const pipe of pipes) pipe.open();
  };
  reachUpstream().catch(reset);

  return {
    close: () => {
      client.destroy();
      upstream.destroy();
    },
  };
}
