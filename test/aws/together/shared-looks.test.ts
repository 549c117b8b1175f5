import { describe, expect, it } from '@jest/globals';
import { AwsClients } from '../../../src/aws/clients.ts';
import { systemClock } from '../../../src/aws/system-clock.ts';
import { SharedLooks } from '../../../src/aws/together/shared-looks.ts';
import { credentials } from '../local-aws.ts';

function sharedLooks(databases = false): SharedLooks {
  const clients = new AwsClients({ actor: 'controller/1', callMs: 5_000, credentials });
  return new SharedLooks({ clients, clock: systemClock, callMs: 5_000, databases });
}

describe('shared looks', () => {
  it('are of one region each', () => {
    const looks = sharedLooks();
    expect(looks.items('us-east-1')).toBe(looks.items('us-east-1'));
    expect(looks.items('us-east-1')).not.toBe(looks.items('us-west-2'));
    expect(looks.lags('us-east-1')).not.toBe(looks.lags('us-west-2'));
  });

  it('describe databases together only where that is allowed', () => {
    expect(sharedLooks(false).databases('us-east-1')).toBeUndefined();
    expect(sharedLooks(true).databases('us-east-1')).toBeDefined();
  });

  it('leave a plan in trouble alone, unless very many are', () => {
    const looks = sharedLooks();
    const plans = Array.from({ length: 21 }, () => ({}));
    const [first = {}, ...others] = plans;
    expect(looks.joins(first, true)).toBe(true);
    expect(looks.joins(first, false)).toBe(false);
    expect(others.slice(0, 19).some((plan) => looks.joins(plan, false))).toBe(false);
    expect(looks.joins(others[19] ?? {}, false)).toBe(true);
    expect(looks.joins(first, false)).toBe(true);
    for (const plan of others) looks.joins(plan, true);
    expect(looks.joins(first, false)).toBe(false);
  });
});
