/**
 * The process that outlives its owner just long enough to tidy up after it: it kills the rig's processes and removes its
 * folders once its stdin ends, which the kernel sees to however the owner died, SIGKILL included. See `owned.ts`.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ReaperOrder } from './owned.ts';

const processes = new Set<number>();
const folders = new Set<string>();

const apply = {
  process: (order) => processes.add(order.pid),
  ended: (order) => processes.delete(order.pid),
  folder: (order) => folders.add(order.path),
} satisfies { [K in ReaperOrder['is']]: (order: Extract<ReaperOrder, { is: K }>) => void };

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as ReaperOrder;
  (apply[order.is] as (order: ReaperOrder) => void)(order);
}
for (const pid of processes) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended by itself.
  }
}
for (const folder of folders) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
