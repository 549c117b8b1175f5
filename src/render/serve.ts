/**
 * `node --import tsx src/render/serve.ts --tls-certs-dir DIR [--host 127.0.0.1] [--port 9443]`: stands in for
 * function-patch-and-transform where real Crossplane is to call it. Without `--tls-certs-dir` it speaks in clear. It
 * prints its address once it listens, and ends on SIGINT or SIGTERM.
 */
import { parseArgs } from 'node:util';
import { serveFunction } from './function-server.ts';

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '9443' },
    'tls-certs-dir': { type: 'string' },
  },
});
const tlsCertsDir = values['tls-certs-dir'];
const server = await serveFunction({
  host: values.host,
  port: Number(values.port),
  ...(tlsCertsDir === undefined ? {} : { tlsCertsDir }),
});
console.log(`listening on ${server.address}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.close());
}
