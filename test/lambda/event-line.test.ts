import { describe, expect, it } from '@jest/globals';
import { logEngineEvent } from '../../lambda/runtime/event-line.ts';
import { createLog } from '../../lambda/runtime/log.ts';
import type { EngineEvent } from '../../src/failover/events.ts';

const who = { atMs: 1_700_000_000_000, actor: 'failover/us-west-2/1', plan: 'trading' } as const;

function lineOf(event: EngineEvent): unknown {
  const lines: string[] = [];
  logEngineEvent(
    createLog(
      (line) => lines.push(line),
      () => 0,
      { function: 'failover', requestId: 'r-1' },
    ),
    event,
  );
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
}

describe('a line of the log', () => {
  it('says of an effect who, what, and for which operation and epoch', () => {
    const event = { ...who, kind: 'Call', operationId: 'trading#7', step: 'promote', message: 'promoted' } as const;
    expect(lineOf(event)).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'info',
      message: 'promoted',
      function: 'failover',
      requestId: 'r-1',
      event: 'Call',
      plan: 'trading',
      actor: 'failover/us-west-2/1',
      operationId: 'trading#7',
      epoch: 7,
      step: 'promote',
    });
  });

  it('says of a hold all that stands in the way', () => {
    const reasons = [
      { code: 'Suspended', message: 'the plan is suspended', clears: 'spec.suspended: false' },
      { code: 'Cooldown', message: 'it moved a minute ago', clears: '29 minutes' },
    ] as const;
    const line = lineOf({ ...who, kind: 'Hold', reasons });
    expect(line).toMatchObject({
      level: 'warn',
      message: 'held: the plan is suspended; it moved a minute ago',
      reasons,
    });
    expect(line).not.toHaveProperty('epoch');
    expect(lineOf({ ...who, kind: 'Hold', reasons: [] })).toMatchObject({ level: 'info' });
  });

  it('says what a site was found to be', () => {
    expect(lineOf({ ...who, kind: 'Verdict', site: 'primary', verdict: 'Down' })).toMatchObject({
      level: 'warn',
      message: 'primary is Down',
      verdict: 'Down',
    });
  });
});
