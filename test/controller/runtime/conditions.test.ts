import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Condition, type NewCondition, setCondition } from '../../../controller/runtime/conditions.ts';

const now = new Date('2026-02-03T04:05:06.789Z');
const ready: Condition = {
  type: 'Ready',
  status: 'True',
  reason: 'Synced',
  message: 'all is well',
  lastTransitionTime: '2025-01-01T00:00:00Z',
  observedGeneration: 3,
};

const news = fc.record({
  type: fc.constantFrom('Ready', 'Synced', 'Protected'),
  status: fc.constantFrom('True', 'False', 'Unknown'),
  reason: fc.constantFrom('A', 'B'),
  message: fc.constantFrom('one', 'two'),
  observedGeneration: fc.constantFrom(undefined, 1, 2),
}) as fc.Arbitrary<NewCondition>;

describe('setting a condition', () => {
  it('adds what was not there, since now, in whole seconds', () => {
    const after = setCondition([], { type: 'Ready', status: 'False', reason: 'No', message: 'not yet' }, now);
    expect(after).toEqual([
      { type: 'Ready', status: 'False', reason: 'No', message: 'not yet', lastTransitionTime: '2026-02-03T04:05:06Z' },
    ]);
  });

  it('keeps since when the status has been so, whatever else is new', () => {
    const [after] = setCondition([ready], { ...ready, reason: 'Other', message: 'new', observedGeneration: 4 }, now);
    expect(after).toEqual({ ...ready, reason: 'Other', message: 'new', observedGeneration: 4 });
  });

  it('says since when, as the status changes', () => {
    const [after] = setCondition([ready], { ...ready, status: 'Unknown' }, now);
    expect(after).toEqual({ ...ready, status: 'Unknown', lastTransitionTime: '2026-02-03T04:05:06Z' });
  });

  it('gives the same array back when nothing is new', () => {
    const before = [ready];
    expect(setCondition(before, { ...ready }, now)).toBe(before);
  });

  it('keeps one condition a type, in their order, the latest said last; its time is of the last change of status', () => {
    fc.assert(
      fc.property(fc.array(news), (all) => {
        let conditions: readonly Condition[] = [];
        const since = new Map<string, string>();
        const statuses = new Map<string, string>();
        for (const [index, next] of all.entries()) {
          const at = new Date(index * 1000);
          if (statuses.get(next.type) !== next.status) since.set(next.type, at.toISOString().replace('.000', ''));
          statuses.set(next.type, next.status);
          const types = conditions.map(({ type }) => type);
          conditions = setCondition(conditions, next, at);
          expect(conditions.map(({ type }) => type).slice(0, types.length)).toEqual(types);
          expect(conditions.find(({ type }) => type === next.type)).toMatchObject(
            JSON.parse(JSON.stringify(next)) as object,
          );
        }
        expect(new Map(conditions.map(({ type, lastTransitionTime }) => [type, lastTransitionTime]))).toEqual(since);
      }),
    );
  });
});
