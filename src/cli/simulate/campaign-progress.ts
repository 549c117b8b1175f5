import { createLogUpdate } from 'log-update';

/** So often where lines are kept, as in a file that a long campaign is written to. */
const lineEveryMs = 60_000;

/** Says how far a campaign is. */
export interface CampaignProgress {
  tell(done: number): void;
  /** Leaves the place to the report. */
  end(): void;
}

/** On a terminal one line that is written over; anywhere else a line a minute, so that who looks at a file sees it grow. */
export function campaignProgress(
  stream: NodeJS.WriteStream,
  seeds: number,
  nowMs: () => number = () => performance.now(),
): CampaignProgress {
  const startedMs = nowMs();
  const lineOf = (done: number): string => {
    const seconds = (nowMs() - startedMs) / 1_000;
    return `${done} of ${seeds} incidents in ${seconds.toFixed(0)} s, no violation so far`;
  };
  if (stream.isTTY) {
    const log = createLogUpdate(stream, { showCursor: true });
    return {
      tell: (done) => log(lineOf(done)),
      end: () => {
        log.clear();
        log.done();
      },
    };
  }
  let toldMs = startedMs;
  return {
    tell(done) {
      if (nowMs() - toldMs < lineEveryMs) return;
      toldMs = nowMs();
      stream.write(`${lineOf(done)}\n`);
    },
    end: () => undefined,
  };
}
