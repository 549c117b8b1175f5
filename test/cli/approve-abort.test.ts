import { describe, expect, it } from '@jest/globals';
import { captureConsole } from './captured-console.ts';
import { OperatorCluster } from './operator-cluster.ts';

const said = captureConsole();
const cluster = OperatorCluster.forEachTest();

const waiting = {
  phase: 'WaitingForConsent',
  operationId: 'trading#7',
  dataLoss: { observed: '43s210ms', worstCase: '2m' },
} as const;

describe('understudy approve', () => {
  it('gives consent to the measured number, after it was shown and confirmed', async () => {
    cluster.addPlan('trading');
    cluster.addFailover({ name: 'trading-7', status: waiting });
    expect(await cluster.run(['approve', 'trading', '--accept-loss', '44s'], 'trading')).toBe(0);
    expect(said.err).toContain('measured when the active was last seen writable: 43s210ms');
    expect(cluster.failover('trading-7')?.spec).toMatchObject({ dataLoss: { acceptUpTo: '44s' } });
  });

  it.each(['43s', '43s210ms'])('refuses %s with the number to give, and changes nothing', async (loss) => {
    cluster.addPlan('trading');
    cluster.addFailover({ name: 'trading-7', status: waiting });
    expect(await cluster.run(['approve', 'trading-7', '--accept-loss', loss, '--yes'])).toBe(1);
    expect(said.err).toContain('US1027');
    expect(said.err).toContain('--accept-loss 44s');
    expect(cluster.server.seen('PATCH')).toEqual([]);
  });

  it('takes nothing less than any where nobody knows the loss', async () => {
    cluster.addPlan('trading');
    cluster.addFailover({ name: 'trading-7', status: { phase: 'WaitingForConsent' } });
    expect(await cluster.run(['approve', 'trading', '--accept-loss', '10d', '--yes'])).toBe(1);
    expect(said.err).toContain('--accept-loss any');
    expect(await cluster.run(['approve', 'trading', '--accept-loss', 'any', '--yes'])).toBe(0);
    expect(cluster.failover('trading-7')?.spec).toMatchObject({ dataLoss: { acceptUpTo: 'any' } });
  });

  it.each([
    [{ phase: 'Running' }, {}, 'is Running: it waits for no consent'],
    [{ phase: 'Running' }, { action: 'Switchover' }, 'is a Switchover, which loses nothing'],
  ] as const)('says that nothing waits for it: %j', async (status, spec, says) => {
    cluster.addPlan('trading');
    cluster.addFailover({ name: 'trading-7', status, spec });
    expect(await cluster.run(['approve', 'trading', '--accept-loss', '1m', '--yes'])).toBe(1);
    expect(said.err).toContain(says);
  });
});

describe('understudy abort', () => {
  it('asks, and has what is under way called off', async () => {
    cluster.addPlan('trading');
    cluster.addFailover({ name: 'old', status: { phase: 'Succeeded', startedAt: '2026-01-01T00:00:00Z' } });
    cluster.addFailover({ name: 'trading-7', status: { phase: 'Running', operationId: 'trading#7' } });
    expect(await cluster.run(['abort', 'trading'], 'n')).toBe(1);
    expect(cluster.server.seen('PATCH')).toEqual([]);
    expect(await cluster.run(['abort', 'trading'], 'yes')).toBe(0);
    expect(said.err).toContain('Abort trading#7 (Failover, Running)?');
    expect(cluster.failover('trading-7')?.spec).toMatchObject({ abort: true });
  });

  it('refuses after the point of no return', async () => {
    cluster.addPlan('trading');
    const intent = { name: 'intent', phase: 'Succeeded', attempts: 1 } as const;
    cluster.addFailover({ name: 'trading-7', status: { phase: 'Running', steps: [intent] } });
    expect(await cluster.run(['abort', 'trading', '--yes'])).toBe(1);
    expect(said.err).toContain('US1029');
    expect(cluster.server.seen('PATCH')).toEqual([]);
  });

  it('says what came last where nothing is under way', async () => {
    cluster.addPlan('trading');
    expect(await cluster.run(['abort', 'trading', '--yes'])).toBe(1);
    expect(said.err).toContain('nothing is under way on trading');
    cluster.addFailover({ name: 'trading-7', status: { phase: 'Succeeded' } });
    expect(await cluster.run(['abort', 'trading', '--yes'])).toBe(1);
    expect(said.err).toContain('the last one, trading-7, is Succeeded');
    expect(await cluster.run(['abort', 'trading-7', '--yes'])).toBe(1);
    expect(said.err).toContain('trading-7 has ended: Succeeded');
  });
});
