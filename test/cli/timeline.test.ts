import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { clock, createJsonTimeline, createTimeline, formatReport } from '../../src/cli/demo/timeline.ts';
import type { ScenarioReport } from '../../src/sandbox/scenarios/report.ts';
import { rtoParts } from '../../src/sandbox/scenarios/report.ts';

const report: ScenarioReport = {
  scenario: 'outage',
  application: 'trading',
  speed: 1,
  rto: 41.2,
  parts: { detection: 30.1, decision: 0.2, promotion: 3.8, traffic: 7.1 },
  awsStandIn: 1.5,
  rpo: 0.3,
  acknowledged: 18_204,
  present: 18_143,
  lost: 61,
  writeGaps: { name: 41.2, connection: 33.9 },
  rows: { acknowledged: 3_200, present: 3_190, lost: 10 },
  facts: [
    { fact: 'it was promoted once', held: true, detail: '1 call' },
    { fact: 'the name moved', held: false, detail: '' },
  ],
};

describe('the timeline', () => {
  it.each([
    [0, '00:00.0'],
    [9_980, '00:09.9'],
    [61_250, '01:01.2'],
  ])('shows %d ms as %s', (ms, text) => {
    expect(clock(ms)).toBe(text);
  });

  it('is plain lines where there is no terminal, without the passing status', () => {
    const stream = new PassThrough();
    const timeline = createTimeline(stream as unknown as NodeJS.WriteStream, () => 1_000);
    timeline.status('passing');
    timeline.entry({ atMs: 3_500, subject: 'outage', text: 'us-east-1 is gone' });
    timeline.end();
    expect(String(stream.read())).toMatch(/^00:02\.5 {2}outage +us-east-1 is gone\n$/);
  });

  it('prints the report alone as JSON', () => {
    const stream = new PassThrough();
    const timeline = createJsonTimeline(stream);
    timeline.entry({ atMs: 0, subject: 'outage', text: 'us-east-1 is gone' });
    timeline.report(report);
    expect(JSON.parse(String(stream.read()))).toEqual(report);
  });
});

describe('the report', () => {
  it('shows whole and parts, the count of lost writes, and each fact with its truth', () => {
    const text = formatReport(report);
    expect(text).toContain('41.2 s');
    expect(text).toContain('detection 30.1  decision 0.2  promotion 3.8  traffic 7.1');
    expect(text).toContain('61 acknowledged trades lost (of 18 204), 10 acknowledged rows lost (of 3 200)');
    expect(text).toContain('41.20 s without a trade by the name, 33.90 s without a row');
    expect(text).toMatch(/holds +it was promoted once/);
    expect(text).toMatch(/FAILS +the name moved/);
  });

  it('cuts the recovery time so that the parts add up to it', () => {
    const parts = rtoParts({
      lastGoodMs: 100,
      decidedMs: 30_200,
      calledMs: 30_350,
      writableMs: 34_000,
      firstGoodMs: 41_333,
    });
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(41.233, 6);
  });
});
