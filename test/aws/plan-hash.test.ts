import { describe, expect, it } from '@jest/globals';
import { planHash } from '../../src/aws/plan-hash.ts';
import { examplePlan } from './example-plan.ts';

describe('planHash', () => {
  it('is the same for the same plan, in whatever order its keys come', () => {
    const plan = examplePlan();
    const turned = Object.fromEntries(Object.entries(plan).reverse()) as unknown as typeof plan;
    expect(Object.keys(turned)).not.toEqual(Object.keys(plan));
    expect(planHash(turned)).toBe(planHash(plan));
    expect(planHash(plan)).toMatch(/^[0-9a-f]{12}$/);
  });

  it('is the same however a duration is written, and whether a default is', () => {
    const written = examplePlan({ spec: { detection: { interval: '10000ms', failureThreshold: 3 } } });
    expect(planHash(written)).toBe(planHash(examplePlan()));
  });

  it.each([
    ['an identifier', examplePlan({ site: { switchBucket: 'another' } })],
    ['a budget', examplePlan({ spec: { policy: { maxDataLoss: '61s' } } })],
    ['the vantages', examplePlan({ spec: { detection: { vantages: [{ name: 'a', kind: 'Prober', domain: 'x' }] } } })],
  ])('is another for %s', (_what, plan) => {
    expect(planHash(plan)).not.toBe(planHash(examplePlan()));
  });
});
