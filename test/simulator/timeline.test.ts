import { describe, expect, it } from '@jest/globals';
import { Timeline } from '../../src/simulator/timeline.ts';

describe('a timeline', () => {
  it('ends a run in which time stands still', async () => {
    const timeline = new Timeline();
    const again = (): void => void timeline.schedule(0, again);
    again();
    await expect(timeline.runTo(1_000)).rejects.toThrow('time stands still at 0 ms');
  });

  it('lets much happen at once, in the order in which it was asked for', async () => {
    const timeline = new Timeline();
    const seen: number[] = [];
    for (let each = 0; each < 1_000; each += 1) timeline.schedule(5, () => seen.push(each));
    await timeline.runTo(10);
    expect(seen).toEqual(Array.from({ length: 1_000 }, (_, each) => each));
  });
});
