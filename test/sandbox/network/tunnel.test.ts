import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, it } from '@jest/globals';
import { CarryingLink } from '../../../src/sandbox/network/link.ts';
import { openTunnel } from '../../../src/sandbox/network/tunnel.ts';

it('never reaches the far end for a caller that gave up in a blackhole', async () => {
  const there = new CarryingLink('internet', 'us-east-1');
  const back = new CarryingLink('us-east-1', 'internet');
  there.cut('blackhole');
  let arrivals = 0;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstreamPort = () => {
      arrivals += 1;
      return null;
    };
    openTunnel({ client, upstreamPort, there, back, onClose: () => server.emit('tunnel closed') });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const caller = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(caller, 'connect');
  const closed = once(server, 'tunnel closed');
  caller.destroy();
  await closed;
  there.heal();
  await new Promise(setImmediate);
  expect(arrivals).toBe(0);
  await new Promise((resolve) => server.close(resolve));
});
