import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chooseRecord } from '../../../src/sandbox/route53/choose-record.ts';
import type { Routing, ZoneRecord } from '../../../src/sandbox/route53/record.ts';

function record(value: string, routing: Routing): ZoneRecord {
  const data = { kind: 'Values', ttlSeconds: 10, values: [value] } as const;
  return { name: 'app.example.com', type: 'CNAME', setIdentifier: value, routing, data };
}

const primary = record('primary', { policy: 'Failover', role: 'Primary' });
const secondary = record('secondary', { policy: 'Failover', role: 'Secondary' });
const weighted = (value: string, weight: number) => record(value, { policy: 'Weighted', weight });

function choose(group: readonly ZoneRecord[], healthy: readonly string[], random = 0): string | undefined {
  return chooseRecord(group, (one) => healthy.includes(one.setIdentifier ?? ''), random)?.setIdentifier;
}

describe('chooseRecord', () => {
  it.each([
    { healthy: ['primary', 'secondary'], answer: 'primary' },
    { healthy: ['primary'], answer: 'primary' },
    { healthy: ['secondary'], answer: 'secondary' },
    { healthy: [], answer: 'primary' },
  ])('failover, healthy $healthy: $answer, in whichever order the records stand', ({ healthy, answer }) => {
    expect(choose([primary, secondary], healthy)).toBe(answer);
    expect(choose([secondary, primary], healthy)).toBe(answer);
  });

  it.each([
    { healthy: ['a', 'b'], random: 0, answer: 'a', why: 'weight 0 is left out' },
    { healthy: ['a', 'b'], random: 0.999, answer: 'a', why: 'weight 0 is left out' },
    { healthy: ['b'], random: 0, answer: 'b', why: 'weight 0 counts when no weight is healthy' },
    { healthy: [], random: 0.999, answer: 'a', why: 'nothing healthy: weights decide again' },
  ])('weighted 100/0, healthy $healthy, $random: $answer, for $why', ({ healthy, random, answer }) => {
    expect(choose([weighted('a', 100), weighted('b', 0)], healthy, random)).toBe(answer);
  });

  it('gives records of weight 0 equal shares where there is nothing else', () => {
    const group = [weighted('a', 0), weighted('b', 0)];
    expect([choose(group, ['a', 'b'], 0), choose(group, ['a', 'b'], 0.5)]).toEqual(['a', 'b']);
  });

  it('gives a simple record whatever its health', () => {
    expect(choose([record('only', { policy: 'Simple' })], [])).toBe('only');
  });

  it('has nothing to choose in an empty group', () => {
    expect(choose([], [])).toBeUndefined();
  });

  it('never chooses an unhealthy record while a healthy one is there', () => {
    const weights = fc.array(fc.tuple(fc.nat(255), fc.boolean()), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(weights, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (records, random) => {
        const group = records.map(([weight], index) => weighted(`${index}`, weight));
        const healthy = records.flatMap(([, isHealthy], index) => (isHealthy ? [`${index}`] : []));
        const answer = choose(group, healthy, random);
        expect(answer).toBeDefined();
        if (healthy.length > 0) expect(healthy).toContain(answer);
      }),
    );
  });

  it('shares answers by weight', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 255 }), fc.integer({ min: 1, max: 255 }), (a, b) => {
        const group = [weighted('a', a), weighted('b', b)];
        const draws = a + b;
        const answers = Array.from({ length: draws }, (_, n) => choose(group, ['a', 'b'], (n + 0.5) / draws));
        expect(answers.filter((answer) => answer === 'a')).toHaveLength(a);
      }),
    );
  });
});
