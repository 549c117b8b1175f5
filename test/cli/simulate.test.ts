import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { runCli } from '../../src/cli/run-cli.ts';
import { campaignReport, formatCampaign, isGood } from '../../src/cli/simulate/campaign-report.ts';
import { runCampaign } from '../../src/simulator/campaign.ts';

let out: string[];
let problems: string[];

beforeEach(() => {
  out = [];
  problems = [];
  jest.spyOn(console, 'log').mockImplementation((...words) => void out.push(words.join(' ')));
  jest.spyOn(console, 'error').mockImplementation((...words) => void problems.push(words.join(' ')));
});
afterEach(() => void jest.restoreAllMocks());

describe('understudy simulate', () => {
  it('plays so many incidents, and says what they reached and which operations there are', async () => {
    expect(await runCli(['simulate', '--seeds', '3', '--json'])).toBe(0);
    const report = JSON.parse(out.join('\n'));
    expect(report).toMatchObject({ firstSeed: 1, incidents: 3, violation: null, timeline: [] });
    expect(report.coverage.operations).toEqual(['Failover', 'Switchover', 'Reprotect', 'Failback', 'Drill']);
    expect(report.coverage.reached + report.coverage.unreached.length).toBe(report.coverage.of);
  });

  it('prints the timeline of the one that is asked for, the same each time', async () => {
    expect(await runCli(['simulate', '--seed', '3'])).toBe(0);
    const [first = ''] = out;
    expect(first).toContain('the world');
    expect(await runCli(['simulate', '--seed', '3', '--json'])).toBe(0);
    expect(JSON.parse(out[1] ?? '').timeline).toEqual(first.split('\n\n')[0]?.split('\n'));
  });

  it.each([
    ['--seeds', '0'],
    ['--seed', '-1'],
    ['--seed', '1.5'],
    ['--seeds', '2147483648'],
  ])('refuses %s %s', async (...args) => {
    expect(await runCli(['simulate', ...args])).toBe(1);
    expect(problems.join('\n')).toContain('US1092');
  });

  it('takes either a number of seeds or one of them', async () => {
    expect(await runCli(['simulate', '--seed', '1', '--seeds', '2'])).toBe(2);
  });
});

describe('the report of a campaign', () => {
  it('has the breaches, the scenario, the timeline and the command that plays it again', async () => {
    const result = await runCampaign({ firstSeed: 5, seeds: 1 });
    if (result.latest === null) throw new Error('nothing was played');
    const failure = { ...result.latest, breaches: ['invariant 5 at 40000 ms: 2 promotions'] };
    const report = campaignReport({ ...result, failure }, { firstSeed: 5, seeds: 100, realMs: 1_000 });
    const text = formatCampaign(report);
    expect(text).toContain('by seed 5:\n  invariant 5 at 40000 ms: 2 promotions');
    expect(text).toContain('understudy simulate --seed 5');
    expect(text).toContain(JSON.stringify(failure.scenario));
    expect(report.timeline.length).toBeGreaterThan(0);
    expect(isGood(report)).toBe(false);
  });

  it('fails for a state that was never reached, once enough incidents were played', async () => {
    const result = await runCampaign({ firstSeed: 5, seeds: 1 });
    const good = (incidents: number): boolean =>
      isGood(campaignReport({ ...result, incidents }, { firstSeed: 5, seeds: incidents, realMs: 1_000 }));
    expect(good(19_999)).toBe(true);
    expect(good(20_000)).toBe(false);
  });
});
