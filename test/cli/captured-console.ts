import { afterEach, beforeEach, jest } from '@jest/globals';

/** What was printed since the test began, a line for each call. */
export interface CapturedConsole {
  readonly out: string;
  readonly err: string;
}

/** Captures the console in every test of the file or block that calls it. */
export function captureConsole(): CapturedConsole {
  let out: string[] = [];
  let err: string[] = [];
  beforeEach(() => {
    out = [];
    err = [];
    jest.spyOn(console, 'log').mockImplementation((...words) => void out.push(words.join(' ')));
    jest.spyOn(console, 'error').mockImplementation((...words) => void err.push(words.join(' ')));
  });
  afterEach(() => void jest.restoreAllMocks());
  return {
    get out() {
      return out.join('\n');
    },
    get err() {
      return err.join('\n');
    },
  };
}
