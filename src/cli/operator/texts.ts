import { formatDuration } from '../../api/duration.ts';
import type { Site } from '../../api/site.ts';
import type { PlanObject } from '../cluster/objects.ts';

/** `3m`, `2h5m`, `4d`: how long ago, as coarse as people say it. */
export function agoText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return formatDuration(seconds * 1000);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  return `${Math.floor(hours / 24)}d`;
}

/** Milliseconds as a duration to a tenth of a second below a minute, and to a second above. */
export function spanText(ms: number): string {
  if (ms < 60_000) return `${(Math.max(0, ms) / 1000).toFixed(1)}s`;
  return formatDuration(Math.round(ms / 1000) * 1000);
}

/** `us-west-2 (secondary)` */
export function siteText({ spec }: PlanObject, site: Site): string {
  return `${spec.sites[site].region} (${site})`;
}

/** Columns, padded to their widest cell as it is seen; the last one is left as it is. */
export function columns(rows: readonly (readonly string[])[], gap = '  '): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, visibleLength(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - visibleLength(cell)))
      .join(gap)
      .trimEnd(),
  );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
const colour = /\u001b\[[0-9;]*m/g;

function visibleLength(text: string): number {
  return text.replaceAll(colour, '').length;
}
