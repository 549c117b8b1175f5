import { UnderstudyError } from '../src/api/errors.ts';
import type { DatabaseAuthorities } from '../src/aws/database-credentials.ts';
import { rdsAuthorities } from '../src/aws/rds-authorities.ts';
import { defaultTiming, type Timing } from '../src/failover/timing.ts';

/** What the process is told by its environment, beside what flags stand for. */
export interface Settings {
  readonly timing: Timing;
  /** `address:port`. @default the system's */
  readonly dnsServer: string | undefined;
  /** @default RDS's own, which are part of this program */
  readonly databaseAuthorities: DatabaseAuthorities;
}

/** @throws UnderstudyError US3008 if a variable makes no sense. */
export function settingsOf(environment: NodeJS.ProcessEnv): Settings {
  const { UNDERSTUDY_TIMING, UNDERSTUDY_DNS_SERVER, UNDERSTUDY_DATABASE_CA } = environment;
  return {
    timing: timingOf(UNDERSTUDY_TIMING),
    dnsServer: UNDERSTUDY_DNS_SERVER,
    databaseAuthorities: authoritiesOf(UNDERSTUDY_DATABASE_CA),
  };
}

function authoritiesOf(value: string | undefined): DatabaseAuthorities {
  if (value === undefined || value === '') return { certificates: rdsAuthorities };
  return value === 'none' ? null : { file: value };
}

function timingOf(value: string | undefined): Timing {
  if (value === undefined || value === '') return defaultTiming;
  try {
    return { ...defaultTiming, ...(JSON.parse(value) as Partial<Timing>) };
  } catch (cause) {
    throw new UnderstudyError('US3008', `UNDERSTUDY_TIMING is no JSON: ${value}`, { cause });
  }
}
