import { describe, expect, it } from '@jest/globals';
import { campaignProgress } from '../../src/cli/simulate/campaign-progress.ts';

function streamWith(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  let text = '';
  const write = (words: string): boolean => {
    text += words;
    return true;
  };
  return { stream: { isTTY, columns: 100, rows: 20, write } as unknown as NodeJS.WriteStream, text: () => text };
}

describe('the progress of a campaign', () => {
  it('is a line a minute in a file', () => {
    const { stream, text } = streamWith(false);
    let nowMs = 5_000;
    const progress = campaignProgress(stream, 9_000, () => nowMs);
    for (let done = 100; done <= 9_000; done += 100) {
      nowMs += 1_500;
      progress.tell(done);
    }
    progress.end();
    expect(text()).toBe(
      '4000 of 9000 incidents in 60 s, no violation so far\n8000 of 9000 incidents in 120 s, no violation so far\n',
    );
  });

  it('is one line on a terminal, and leaves none behind', () => {
    const { stream, text } = streamWith(true);
    const progress = campaignProgress(stream, 200, () => 0);
    progress.tell(100);
    expect(text()).toContain('100 of 200 incidents');
    expect(text()).not.toContain('\u001B[2K');
    progress.end();
    expect(text()).toContain('\u001B[2K');
  });
});
