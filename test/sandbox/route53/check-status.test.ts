import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkStatus } from '../../../src/sandbox/route53/check-status.ts';
import type { CalculatedCheck, EndpointCheck, HealthCheck } from '../../../src/sandbox/route53/health-check.ts';

function endpoint(id: string, settings: Partial<EndpointCheck> = {}): EndpointCheck {
  const common = { hostname: 'a.example.com', path: '/', intervalSeconds: 10, failureThreshold: 3 } as const;
  return { kind: 'Endpoint', id, ...common, ...settings };
}

function calculated(children: readonly string[], healthThreshold: number, inverted = false): CalculatedCheck {
  return { kind: 'Calculated', id: 'parent', children, healthThreshold, inverted };
}

function status(id: string, checks: readonly HealthCheck[], healthy: readonly string[]): boolean {
  return checkStatus(id, new Map(checks.map((check) => [check.id, check])), (child) => healthy.includes(child));
}

describe('checkStatus', () => {
  it.each([
    { settings: {}, measured: true, healthy: true },
    { settings: {}, measured: false, healthy: false },
    { settings: { inverted: true }, measured: true, healthy: false },
    { settings: { inverted: true }, measured: false, healthy: true },
    { settings: { disabled: true }, measured: false, healthy: true },
    { settings: { disabled: true, inverted: true }, measured: false, healthy: false },
  ])('an endpoint with $settings that answers $measured: $healthy', ({ settings, measured, healthy }) => {
    expect(status('a', [endpoint('a', settings)], measured ? ['a'] : [])).toBe(healthy);
  });

  it('takes a check that does not exist for healthy', () => {
    expect(status('gone', [], [])).toBe(true);
  });

  it('inverts children before it counts them', () => {
    const checks = [endpoint('open'), endpoint('no-marker', { inverted: true }), calculated(['open', 'no-marker'], 2)];
    expect(status('parent', checks, ['open'])).toBe(true);
    expect(status('parent', checks, ['open', 'no-marker'])).toBe(false);
  });

  const setups = fc
    .array(fc.boolean(), { maxLength: 8 })
    .chain((children) => fc.tuple(fc.constant(children), fc.nat(children.length + 2)));

  it('counts healthy children against the threshold', () => {
    fc.assert(
      fc.property(setups, fc.boolean(), ([children, threshold], inverted) => {
        const ids = children.map((_, index) => `${index}`);
        const healthy = ids.filter((_, index) => children[index]);
        const checks = [...ids.map((id) => endpoint(id)), calculated(ids, threshold, inverted)];
        expect(status('parent', checks, healthy)).toBe(healthy.length >= threshold !== inverted);
      }),
    );
  });

  it('never turns unhealthy because one more child is healthy', () => {
    fc.assert(
      fc.property(setups, fc.nat(7), ([children, threshold], improved) => {
        const ids = children.map((_, index) => `${index}`);
        const checks = [...ids.map((id) => endpoint(id)), calculated(ids, threshold)];
        const healthy = ids.filter((_, index) => children[index]);
        const before = status('parent', checks, healthy);
        if (before) expect(status('parent', checks, [...healthy, `${improved}`])).toBe(true);
      }),
    );
  });
});
