import { describe, expect, it } from '@jest/globals';
import { plannedPromotionMs } from '../../src/api/rto-estimate.ts';
import { partsText, predictRto } from '../../src/failover/predicted-rto.ts';
import { known, unknown } from '../../src/failover/readiness/fact.ts';
import type { DnsFacts, ReadinessFacts } from '../../src/failover/readiness/facts.ts';
import { markerCheck, planWith, ready } from './readiness/ready.ts';

const plan = planWith({ detection: { interval: '5s', failureThreshold: 4 } });

function withDns(change: (dns: DnsFacts) => Partial<DnsFacts>): ReadinessFacts {
  if (!ready.dns.known) throw new Error('the example knows its records');
  return { ...ready, dns: known({ ...ready.dns.value, ...change(ready.dns.value) }) };
}

describe('predictRto', () => {
  it('adds up the window, the decision, the promotion that was measured, the check and the TTL', () => {
    const { parts, totalMs, promotionSource } = predictRto(plan, ready);
    expect(partsText(parts)).toBe('20s detection + 5s decision + 1m promotion + 10s health check + 10s DNS TTL');
    expect(totalMs).toBe(105_000);
    expect(promotionSource).toBe('measured by trading#3 (Drill)');
  });

  it.each([
    ['nobody measured one', known(null)],
    ['nobody could read it', unknown('the journal is unreachable')],
  ])('plans with a promotion where %s, and says so', (_what, promotion) => {
    const { parts, promotionSource } = predictRto(plan, { ...ready, promotion });
    expect(parts).toContainEqual({ name: 'promotion', ms: plannedPromotionMs });
    expect(promotionSource).toMatch(/^planned/);
  });

  it('counts the TTL of the records and the settings of the marker check as they are', () => {
    const facts = withDns(({ records, checks }) => ({
      records: records.map((record) => ({ ...record, ttlSeconds: 300 })),
      checks: { ...checks, 'marker-west': known({ ...markerCheck, intervalSeconds: 30, failureThreshold: 3 }) },
    }));
    expect(predictRto(plan, facts).parts.slice(3)).toEqual([
      { name: 'health check', ms: 90_000 },
      { name: 'DNS TTL', ms: 300_000 },
    ]);
  });

  it("does not wait for the active's checks", () => {
    const facts = withDns(({ checks }) => ({
      checks: { ...checks, 'open-east': known({ ...markerCheck, path: '/takeover/2', failureThreshold: 9 }) },
    }));
    expect(predictRto(plan, facts).totalMs).toBe(predictRto(plan, ready).totalMs);
  });

  it('falls back on the plan where the records cannot be read', () => {
    const { parts } = predictRto(plan, { ...ready, dns: unknown('throttled') });
    expect(parts.slice(3)).toEqual([
      { name: 'health check', ms: 10_000 },
      { name: 'DNS TTL', ms: 10_000 },
    ]);
  });

  it('has no traffic to move without a name', () => {
    const { parts } = predictRto(planWith({ dns: undefined }), ready);
    expect(parts.map(({ name }) => name)).toEqual(['detection', 'decision', 'promotion']);
  });
});
