import type { Observation, SiteLook } from '../../src/failover/observation.ts';
import { regions } from './plans.ts';

const beatMs = 2_000;
const lookMs = 10_000;
const hurriedMs = 1_000;

/** How the world stands, and since when. */
export interface Weather {
  readonly startedMs: number;
  /** Since when the primary's region is dark; `null` while it is not. */
  readonly darkSinceMs: number | null;
}

/**
 * What a plan's probers would have left in the journal's table by now, made up when somebody reads it: nothing has to be
 * written for ten thousand plans.
 *
 * @returns `null` before the first look.
 */
export function proberWord(vantage: string, phaseMs: number, { startedMs, darkSinceMs }: Weather): Observation | null {
  const isPrimary = vantage === 'prober-primary';
  const untilMs = isPrimary ? (darkSinceMs ?? Date.now()) : Date.now();
  const everyMs = !isPrimary && darkSinceMs !== null ? hurriedMs : lookMs;
  const phase = phaseMs % everyMs;
  const sequence = Math.floor((untilMs - startedMs - phase) / everyMs);
  if (sequence < 0) return null;
  const atMs = startedMs + phase + sequence * everyMs;
  const outageMs = darkSinceMs === null ? 0 : Math.max(0, atMs - darkSinceMs);
  const isDark = outageMs > 0;
  const primary: SiteLook = isDark
    ? { answer: 'unreachable', withoutSuccessMs: outageMs, sinceSuccessMs: outageMs, detail: 'no answer in time' }
    : well;
  const number = Math.floor((Math.min(atMs, darkSinceMs ?? atMs) - startedMs) / beatMs);
  return {
    vantage,
    domain: isPrimary ? regions.primary : regions.secondary,
    session: everyMs === lookMs ? 'calm' : 'hurried',
    sequence,
    sites: { primary, secondary: well },
    replication: null,
    heartbeat: {
      site: isPrimary ? 'primary' : 'secondary',
      written: isPrimary,
      number,
      intervalMs: beatMs,
      ageMs: isPrimary ? 1 : 0,
    },
  };
}

const well: SiteLook = { answer: 'healthy', withoutSuccessMs: 0, sinceSuccessMs: 0, detail: 'GET: 200' };
