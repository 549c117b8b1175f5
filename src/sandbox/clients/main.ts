import { randomUUID } from 'node:crypto';
import { childConfig, parentSignal, tellParent } from '../child-process.ts';
import { createCachedResolver } from './cached-resolver.ts';
import type { ClientName, ClientsConfig, ClientsMessage, DrainMessage } from './client-messages.ts';
import type { Attempt } from './outage-log.ts';
import { runRowsClient } from './rows-client.ts';
import { runTradesClient } from './trades-client.ts';

// The process of the world's users: it shares nothing with the regions but the network, so what it measures is theirs.
const config = await childConfig<ClientsConfig>();
const resolve = createCachedResolver({ server: config.dnsServer, speed: config.speed ?? 1 });
const draining = new AbortController();
process.on('message', (message: DrainMessage) => {
  if (message.kind === 'Drain') draining.abort();
});
const stop = AbortSignal.any([parentSignal(), draining.signal]);
const run = randomUUID().slice(0, 8);

function optionsOf(client: ClientName) {
  const report = (attempt: Attempt) => tellParent({ kind: 'Attempt', client, attempt } satisfies ClientsMessage);
  return { resolve, idPrefix: `${client}-${run}`, report };
}

await Promise.all([
  config.trades === undefined ? null : runTradesClient({ ...config.trades, ...optionsOf('trades') }, stop),
  config.rows === undefined ? null : runRowsClient({ ...config.rows, ...optionsOf('rows') }, stop),
]);
tellParent({ kind: 'Drained' } satisfies ClientsMessage);
if (process.connected) process.disconnect();
