import { UnderstudyError } from '../src/api/errors.ts';
import { defaultTiming, type Timing } from '../src/failover/timing.ts';

/** What the process is told by its environment, beside what flags stand for. */
export interface Settings {
  readonly timing: Timing;
  /** `address:port`. @default the system's */
  readonly dnsServer: string | undefined;
  /** File of certificate authorities; null is a database without TLS. @default Node's own */
  readonly databaseCa: string | null | undefined;
}

/** @throws UnderstudyError US3008 if a variable makes no sense. */
export function settingsOf(environment: NodeJS.ProcessEnv): Settings {
  const { UNDERSTUDY_TIMING, UNDERSTUDY_DNS_SERVER, UNDERSTUDY_DATABASE_CA } = environment;
  return {
    timing: timingOf(UNDERSTUDY_TIMING),
    dnsServer: UNDERSTUDY_DNS_SERVER,
    databaseCa: UNDERSTUDY_DATABASE_CA === 'none' ? null : UNDERSTUDY_DATABASE_CA,
  };
}

function timingOf(value: string | undefined): Timing {
  if (value === undefined || value === '') return defaultTiming;
  try {
    return { ...defaultTiming, ...(JSON.parse(value) as Partial<Timing>) };
  } catch (cause) {
    throw new UnderstudyError('US3008', `UNDERSTUDY_TIMING is no JSON: ${value}`, { cause });
  }
}
