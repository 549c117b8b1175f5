import { expect, it } from '@jest/globals';
import { logEngineEvent } from '../../../lambda/runtime/event-line.ts';
import { createLog } from '../../../lambda/runtime/log.ts';
import type { EngineEvent } from '../../../src/failover/events.ts';
import { wordOf } from '../../../src/sandbox/world/function-log.ts';

const common = { atMs: 1_700_000_000_123, actor: 'failover/us-west-2/1', plan: 'trading' };
const events: readonly EngineEvent[] = [
  { ...common, kind: 'Verdict', site: 'primary', verdict: 'Down' },
  {
    ...common,
    kind: 'Hold',
    reasons: [{ code: 'Cooldown', message: 'a while ago', clears: 'waiting' }],
  },
  { ...common, kind: 'OperationStarted', operationId: 'trading#1', message: 'primary is down' },
  { ...common, kind: 'Call', operationId: 'trading#1', step: 'promote', message: 'PromoteReadReplica db' },
  { ...common, kind: 'Step', operationId: 'trading#1', step: 'promote', phase: 'Done', message: 'available' },
  { ...common, kind: 'OperationEnded', operationId: 'trading#1', outcome: 'Succeeded' },
  { ...common, kind: 'FencePending', site: 'primary', message: 'no answer' },
];

function lineOf(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(
    createLog(
      (line) => lines.push(line),
      () => common.atMs,
      { function: 'failover', requestId: '1' },
    ),
  );
  return lines.join('\n');
}

it.each(events)('finds in a line of the log all that the event $kind told', (event) => {
  const line = lineOf((log) => logEngineEvent(log, event));
  expect(wordOf(line)).toMatchObject({ kind: 'Event', event });
});

it.each([
  ['Quiet', true],
  ['NotNeeded', true],
  ['TimeOver', false],
  ['NoJournal', false],
])('knows how an invocation ended: %s', (status, quiet) => {
  const line = lineOf((log) => log.write('info', 'failover ended', { result: { status, actor: common.actor } }));
  expect(wordOf(line)).toEqual({ kind: 'InvocationEnded', invocation: common.actor, quiet });
});

it.each(['', 'Warning: no JSON', '{"_aws":{"Timestamp":1}}', '[]', 'null', '{"time":"x","message":"m"}'])(
  'makes nothing of %j',
  (line) => {
    expect(wordOf(line)).toBeNull();
  },
);
