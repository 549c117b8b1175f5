import { UnderstudyError } from '../../src/api/errors.ts';
import { type Site, siteSchema } from '../../src/api/site.ts';
import type { DatabaseAuthorities } from '../../src/aws/database-credentials.ts';
import { defaultTiming, type Timing } from '../../src/failover/timing.ts';

/** What a function is told by its environment; the compositions set it. */
export interface Settings {
  /** Region that the function runs in: AWS_REGION, which Lambda sets. */
  readonly region: string;
  /** Site of that region: UNDERSTUDY_SITE. Null in a witness's region, which has none. */
  readonly site: Site | null;
  /** SSM parameters of the application lie below it: UNDERSTUDY_PARAMETERS, such as `/trading/dev`. */
  readonly parameterPrefix: string;
  /** How long one invocation of a looking function looks: UNDERSTUDY_LOOK_SECONDS. @default 50 s; 0 is one look */
  readonly lookMs: number;
  /** The engine's intervals; UNDERSTUDY_TIMING replaces some, as JSON. The sandbox's minutes are shorter. */
  readonly timing: Timing;
  /**
   * Who vouches for databases, a file of certificate authorities: UNDERSTUDY_DATABASE_CA. Null, written as `none`, is a
   * database without TLS. @default the file of Amazon's authorities that the runtime carries, those of RDS among them
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-certificate-loading
   */
  readonly databaseAuthorities: DatabaseAuthorities;
  /** `address:port` of a DNS server: UNDERSTUDY_DNS_SERVER. @default the system's */
  readonly dnsServer: string | undefined;
}

/**
 * A minute has sixty seconds; the rest of it is for the start. Between the last look of one invocation and the first of
 * the next lies about one interval, so to whoever reads them it is one row of looks.
 */
const defaultLookSeconds = 50;
const runtimeAuthorities = '/var/runtime/ca-cert.pem';

/** @throws UnderstudyError US2002 if a variable is missing or makes no sense. */
export function settingsOf(environment: NodeJS.ProcessEnv): Settings {
  const { UNDERSTUDY_SITE, UNDERSTUDY_LOOK_SECONDS, UNDERSTUDY_TIMING, UNDERSTUDY_DATABASE_CA } = environment;
  const databaseCa = UNDERSTUDY_DATABASE_CA ?? runtimeAuthorities;
  return {
    region: needed(environment, 'AWS_REGION'),
    site: siteOf(UNDERSTUDY_SITE),
    parameterPrefix: needed(environment, 'UNDERSTUDY_PARAMETERS'),
    lookMs: lookMsOf(UNDERSTUDY_LOOK_SECONDS),
    timing: timingOf(UNDERSTUDY_TIMING),
    databaseAuthorities: databaseCa === 'none' ? null : { file: databaseCa },
    dnsServer: environment.UNDERSTUDY_DNS_SERVER,
  };
}

function needed(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new UnderstudyError('US2002', `${name} is not set`);
  return value;
}

function siteOf(value: string | undefined): Site | null {
  if (value === undefined || value === '') return null;
  const site = siteSchema.safeParse(value);
  if (!site.success) throw new UnderstudyError('US2002', `UNDERSTUDY_SITE is ${value}, and not ${siteSchema.options}`);
  return site.data;
}

function lookMsOf(value: string | undefined): number {
  const seconds = Number(value ?? defaultLookSeconds);
  if (!Number.isFinite(seconds) || seconds < 0) {
    throw new UnderstudyError('US2002', `UNDERSTUDY_LOOK_SECONDS is ${value}, and not a number of seconds`);
  }
  return seconds * 1000;
}

function timingOf(value: string | undefined): Timing {
  if (value === undefined || value === '') return defaultTiming;
  try {
    return { ...defaultTiming, ...(JSON.parse(value) as Partial<Timing>) };
  } catch (cause) {
    throw new UnderstudyError('US2002', `UNDERSTUDY_TIMING is no JSON: ${value}`, { cause });
  }
}
