import { describe, expect, it } from '@jest/globals';
import type { ZoneRecord } from '../../../src/sandbox/route53/record.ts';
import { resolveQuestion } from '../../../src/sandbox/route53/resolve-question.ts';

const simple = { policy: 'Simple' } as const;

function values(name: string, type: ZoneRecord['type'], ...data: string[]): ZoneRecord {
  return { name, type, routing: simple, data: { kind: 'Values', ttlSeconds: 10, values: data } };
}

function alias(name: string, target: string, role: 'Primary' | 'Secondary', evaluateTargetHealth: boolean): ZoneRecord {
  const routing = { policy: 'Failover', role } as const;
  return { name, type: 'A', setIdentifier: role, routing, data: { kind: 'Alias', target, evaluateTargetHealth } };
}

function ask(records: readonly ZoneRecord[], name: string, type: string, unhealthyTargets: readonly string[] = []) {
  return resolveQuestion(name, type, {
    records,
    isHealthy: () => true,
    targetIsHealthy: (hostname) => !unhealthyTargets.includes(hostname),
    addressOf: (hostname) => (hostname.endsWith('.amazonaws.com') ? `address of ${hostname}` : null),
    random: () => 0,
  });
}

describe('resolveQuestion', () => {
  it('follows a CNAME out of the zone to an address', () => {
    const records = [
      values('app.example.com', 'CNAME', 'one.example.com'),
      values('one.example.com', 'CNAME', 'lb.amazonaws.com'),
    ];
    expect(ask(records, 'APP.example.com', 'A')).toEqual({
      code: 'NOERROR',
      answers: [
        { name: 'APP.example.com', type: 'CNAME', ttlSeconds: 10, value: 'one.example.com' },
        { name: 'one.example.com', type: 'CNAME', ttlSeconds: 10, value: 'lb.amazonaws.com' },
        { name: 'lb.amazonaws.com', type: 'A', ttlSeconds: 60, value: 'address of lb.amazonaws.com' },
      ],
    });
  });

  it('gives a CNAME itself to who asks for it', () => {
    const records = [values('app.example.com', 'CNAME', 'lb.amazonaws.com')];
    expect(ask(records, 'app.example.com', 'CNAME').answers.map(({ value }) => value)).toEqual(['lb.amazonaws.com']);
  });

  it('answers an alias under its own name, for 60 seconds', () => {
    expect(ask([alias('example.com', 'lb.amazonaws.com', 'Primary', false)], 'example.com', 'A').answers).toEqual([
      { name: 'example.com', type: 'A', ttlSeconds: 60, value: 'address of lb.amazonaws.com' },
    ]);
  });

  it.each([
    { evaluate: true, unhealthy: ['one.amazonaws.com'], answer: 'two' },
    { evaluate: false, unhealthy: ['one.amazonaws.com'], answer: 'one' },
    { evaluate: true, unhealthy: [], answer: 'one' },
    { evaluate: true, unhealthy: ['one.amazonaws.com', 'two.amazonaws.com'], answer: 'one' },
  ])('alias, evaluateTargetHealth $evaluate, unhealthy $unhealthy: $answer', ({ evaluate, unhealthy, answer }) => {
    const records = [
      alias('example.com', 'one.amazonaws.com', 'Primary', evaluate),
      alias('example.com', 'two.amazonaws.com', 'Secondary', evaluate),
    ];
    expect(ask(records, 'example.com', 'A', unhealthy).answers[0]?.value).toBe(`address of ${answer}.amazonaws.com`);
  });

  it.each([
    { name: 'nowhere.example.com', type: 'A', code: 'NXDOMAIN' },
    { name: 'app.example.com', type: 'AAAA', code: 'NOERROR' },
    { name: 'lb.amazonaws.com', type: 'AAAA', code: 'NOERROR' },
    { name: 'loop.example.com', type: 'A', code: 'SERVFAIL' },
  ])('answers $type of $name with $code and no address', ({ name, type, code }) => {
    const records = [
      values('app.example.com', 'A', '192.0.2.1'),
      values('loop.example.com', 'CNAME', 'loop.example.com'),
    ];
    expect(ask(records, name, type)).toEqual({ code, answers: [] });
  });

  it('survives aliases of one another', () => {
    const records = [
      alias('a.example.com', 'b.example.com', 'Primary', true),
      alias('b.example.com', 'a.example.com', 'Primary', true),
    ];
    expect(ask(records, 'a.example.com', 'A').answers).toEqual([]);
  });
});
