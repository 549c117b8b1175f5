/** A region's process: started by `startRegionProcess`, spoken to by messages, gone when its owner is. */

import process from 'node:process';
import { UnderstudyError } from '../../api/errors.ts';
import { type Region, startRegion } from './region.ts';
import type { RegionReport, RegionRequest } from './region-messages.ts';

let region: Region | undefined;
let starting: Promise<void> | undefined;
let ending = false;
const endLimitMs = 10_000;

process.on('message', (request: RegionRequest) => {
  handle(request).catch((error: unknown) => {
    if ('id' in request) report({ type: 'Failed', id: request.id, message: messageOf(error) });
  });
});
// The owner has died: nothing may be left behind.
process.on('disconnect', () => void end());
process.on('SIGTERM', () => void end());
// Ctrl-C reaches the whole foreground group; the owner decides in which order its processes end.
process.on('SIGINT', () => {});

async function handle(request: RegionRequest): Promise<void> {
  switch (request.type) {
    case 'Start':
      starting = start(request);
      return starting;
    case 'Stop':
      return end();
    case 'AddFault':
      running().addFault(request.fault);
      break;
    case 'ClearFaults':
      running().clearFaults();
      break;
    case 'BackUp':
      await running().backUp(request.identifier, request.milliseconds);
      break;
    case 'UseDatabase':
      running().useDatabase(request.identifier);
      break;
    case 'Inform':
      break;
  }
  report({ type: 'Done', id: request.id, info: running().info });
}

async function start({ config }: Extract<RegionRequest, { type: 'Start' }>): Promise<void> {
  try {
    region = await startRegion(config, (event) => report({ type: 'Event', event }));
    report({ type: 'Started', info: region.info });
  } catch (error) {
    const code = error instanceof UnderstudyError ? { code: error.code } : {};
    report({ type: 'StartFailed', message: messageOf(error), ...code });
    // Not awaited: the end waits for this start to be over.
    void end();
  }
}

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  // Whatever hangs: PostgreSQL ends when this process does.
  setTimeout(() => process.exit(1), endLimitMs).unref();
  // A region that is only half up is stopped when it stands; one that failed has stopped itself.
  await starting;
  await region?.stop();
  process.exit(0);
}

function running(): Region {
  if (region === undefined) throw new Error('the region has not started');
  return region;
}

function report(message: RegionReport): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
