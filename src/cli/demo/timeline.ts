import { createLogUpdate } from 'log-update';
import type { ScenarioReport, WriteCount } from '../../sandbox/scenarios/report.ts';
import type { Story } from '../../sandbox/scenarios/story.ts';
import { type Colors, colorsFor } from '../colors.ts';

/** Where a scenario's story goes while it happens, and its report at the end. */
export interface Timeline extends Story {
  report(report: ScenarioReport): void;
  /** Nothing is left half-drawn. */
  end(): void;
}

const subjectWidth = 16;

/** Lines for people: with a live last line on a terminal, plain otherwise. */
export function createTimeline(stream: NodeJS.WriteStream, now: () => number): Timeline {
  const startMs = now();
  const colors = colorsFor(stream);
  const live = stream.isTTY ? createLogUpdate(stream, { showCursor: true }) : null;
  let status = '';
  const line = (text: string): void => {
    live?.clear();
    stream.write(`${text}\n`);
    if (status !== '') live?.(status);
  };
  return {
    entry({ atMs, subject, text }) {
      line(`${colors.dim(clock(atMs - startMs))}  ${colorOf(subject, colors)(subject.padEnd(subjectWidth))} ${text}`);
    },
    status(text) {
      status = text === '' ? '' : `${colors.dim(clock(now() - startMs))}  ${text}`;
      if (live === null) return;
      if (status === '') live.clear();
      else live(status);
    },
    report(report) {
      line(`\n${formatReport(report, colors)}`);
    },
    end() {
      status = '';
      live?.clear();
      live?.done();
    },
  };
}

/** `--json`: the story is nobody's business; the report is the only output. */
export function createJsonTimeline(stream: NodeJS.WritableStream): Timeline {
  return {
    entry: () => undefined,
    status: () => undefined,
    report: (report) => {
      stream.write(`${JSON.stringify(report, null, 2)}\n`);
    },
    end: () => undefined,
  };
}

/** The measured numbers and the checked facts, as a person reads them. */
export function formatReport(report: ScenarioReport, colors: Colors = colorsFor({})): string {
  const { rto, parts, rpo, writeGaps, facts } = report;
  const lines: string[] = [];
  if (rto !== null && parts !== null) {
    const shares = Object.entries(parts).map(([name, value]) => `${name} ${value.toFixed(1)}`);
    lines.push(`${label('RTO')}${colors.bold(`${rto.toFixed(1)} s`)}   ${shares.join('  ')}`);
    if (report.awsStandIn > 0) {
      lines.push(
        `${label('')}${colors.dim(`of which ${report.awsStandIn.toFixed(1)} s stand in for RDS's own work; real RDS takes minutes`)}`,
      );
    }
  }
  if (rpo !== null) {
    lines.push(
      `${label('RPO')}${colors.bold(`${rpo.toFixed(1)} s`)}   ${lostText(report, 'trades')}, ${lostText(report.rows, 'rows')}`,
    );
  }
  lines.push(
    `${label('Gaps')}${gapText(writeGaps.name)} without a trade by the name, ${gapText(writeGaps.connection)} without a row by a connection that lists both databases`,
  );
  for (const { fact, held, detail } of facts) {
    const mark = held ? colors.green('holds') : colors.red('FAILS');
    lines.push(`${mark.padEnd(label('').length)}    ${fact}${detail === '' ? '' : colors.dim(`  ${detail}`)}`);
  }
  return lines.join('\n');
}

function gapText(gap: number | null): string {
  return gap === null ? 'still' : `${gap.toFixed(2)} s`;
}

function lostText({ lost, acknowledged }: WriteCount, what: string): string {
  return `${number(lost)} acknowledged ${what} lost (of ${number(acknowledged)})`;
}

function label(text: string): string {
  return text.padEnd(9);
}

function number(value: number): string {
  return value.toLocaleString('en-US').replaceAll(',', ' ');
}

/** `01:23.4` since the start. */
export function clock(ms: number): string {
  const tenths = Math.max(0, Math.floor(ms / 100));
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${pad(Math.floor(tenths / 600))}:${pad(Math.floor((tenths % 600) / 10))}.${tenths % 10}`;
}

function colorOf(subject: string, colors: Colors): (text: string) => string {
  if (subject === 'outage' || subject === 'trouble') return colors.red;
  if (subject === 'served' || subject === 'ready') return colors.green;
  if (subject === 'hold') return colors.yellow;
  return colors.cyan;
}
