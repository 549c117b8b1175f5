import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { failoverPlanSchema } from '../../src/api/failover-plan.ts';
import { failoverPlanOf } from '../../src/api/failover-plan-of.ts';
import { planOf } from '../../src/failover/plan.ts';
import { scalePlan } from '../../src/sandbox/speed.ts';
import { appOf } from '../compositions/regional-stack/rendered-site.ts';

const filed = failoverPlanOf(appOf());

describe('a plan that is played faster', () => {
  it('is a plan still, as functions read it from their parameter', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 50, noNaN: true }), (speed) => {
        const scaled = scalePlan(filed, speed);
        expect(failoverPlanSchema.safeParse(scaled).success).toBe(true);
        const { intervalMs, windowMs, cooldownMs, ...rest } = planOf(scaled);
        const before = planOf(filed);
        expect(Math.abs(intervalMs - before.intervalMs / speed)).toBeLessThanOrEqual(0.5);
        expect(windowMs).toBe(intervalMs * filed.spec.detection.failureThreshold);
        expect(Math.abs(cooldownMs - before.cooldownMs / speed)).toBeLessThanOrEqual(0.5);
        expect(rest.rtoMs).toBeGreaterThanOrEqual(Math.min(before.rtoMs, 150_000));
        expect({ ...rest, rtoMs: 0 }).toEqual({
          ...before,
          rtoMs: 0,
          intervalMs: undefined,
          windowMs: undefined,
          cooldownMs: undefined,
        });
      }),
    );
  });

  it('is the one that was filed at speed 1', () => {
    expect(planOf(scalePlan(filed, 1))).toEqual(planOf(filed));
  });
});
