import { describe, expect, it } from '@jest/globals';
import { CheckedTarget } from '../../../src/sandbox/application/target-health.ts';

const settings = { path: '/', timeoutMs: 1, healthyThreshold: 3, unhealthyThreshold: 2 };
const failure = 'Health checks failed with these codes: [503]';

function states(...results: readonly ('ok' | 'bad' | 'drain')[]): string[] {
  const target = new CheckedTarget({ id: 'i-1', port: 1 });
  return results.map((result) => {
    if (result === 'drain') target.drain();
    else target.note(result === 'ok' ? undefined : failure, settings);
    return target.health.state;
  });
}

describe('the health of a target', () => {
  it('is good after the first success of a new one', () => {
    expect(states('ok')).toEqual(['healthy']);
  });

  it('changes only after as many results in a row as the threshold says', () => {
    expect(states('bad', 'bad')).toEqual(['initial', 'unhealthy']);
    expect(states('ok', 'bad', 'ok', 'bad', 'bad')).toEqual(['healthy', 'healthy', 'healthy', 'healthy', 'unhealthy']);
    expect(states('bad', 'bad', 'ok', 'ok', 'ok').slice(2)).toEqual(['unhealthy', 'unhealthy', 'healthy']);
  });

  it('stays draining, whatever the checks say', () => {
    expect(states('ok', 'drain', 'ok', 'bad', 'bad')).toEqual([
      'healthy',
      'draining',
      'draining',
      'draining',
      'draining',
    ]);
  });

  it('comes with the reason that ELB gives', () => {
    const target = new CheckedTarget({ id: 'i-1', port: 1 });
    expect(target.health.reason).toBe('Elb.InitialHealthChecking');
    for (const result of [failure, failure]) target.note(result, settings);
    expect(target.health).toMatchObject({ reason: 'Target.ResponseCodeMismatch', description: failure });
  });
});
