import { createServer } from 'node:net';
import { listen } from '../region/listener.ts';

/** A port of 127.0.0.1 that nobody listens on now; somebody may take it before it is used. */
export async function findFreePort(): Promise<number> {
  const listener = await listen(createServer());
  await listener.close();
  return listener.port;
}
