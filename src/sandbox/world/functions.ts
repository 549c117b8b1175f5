import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FailoverPlan } from '../../api/failover-plan.ts';
import { functionSettings } from '../../api/function-settings.ts';
import type { MultiRegionApp } from '../../api/multi-region-app.ts';
import { scopeOf, siteNames } from '../../api/names.ts';
import type { Site } from '../../api/site.ts';
import { functionCode } from '../../bundle/function-code.ts';
import { defaultTiming } from '../../failover/timing.ts';
import { linkRuntimePackages } from '../region/lambda/function-code.ts';
import type { FunctionConfig, RegionConfig } from '../region/region-config.ts';
import { scalePlan, scaleTiming } from '../speed.ts';

/** The functions that a world runs. The validator only publishes, each hour: nobody would see it. */
const played = ['prober', 'failover'] as const;
type Played = (typeof played)[number];

/** Folders with the bundle of each function. */
export type FunctionFolders = Readonly<Record<Played, string>>;

/** Bundles the functions, as `npm run build:lambda` does, into a folder of the world. */
export async function buildFunctions(directory: string): Promise<FunctionFolders> {
  await mkdir(directory, { recursive: true });
  await linkRuntimePackages(directory);
  const built = await Promise.all(
    played.map(async (name) => {
      const folder = path.join(directory, name);
      await mkdir(folder);
      await writeFile(path.join(folder, 'index.mjs'), await functionCode(name));
      return [name, folder] as const;
    }),
  );
  return Object.fromEntries(built) as Record<Played, string>;
}

export interface SiteFunctionsOptions {
  readonly folders: FunctionFolders;
  /** With this world's ports in it. */
  readonly plan: FailoverPlan;
  readonly speed: number;
  readonly password: string;
  /** How a site reaches AWS and DNS, by its region. */
  readonly surroundings: (region: string) => { readonly awsEndpointUrl: string; readonly dnsServer: string };
}

/** The functions of a site as the compositions deploy them, and the parameters that they read. */
export function siteFunctions(
  app: MultiRegionApp,
  site: Site,
  options: SiteFunctionsOptions,
): Pick<RegionConfig, 'parameters' | 'functions' | 'schedules'> {
  const { folders, plan, speed, password } = options;
  const { database } = app.spec;
  const { region } = app.spec[site];
  const { functions, parameterPrefix } = siteNames({ ...scopeOf(app), region });
  const { awsEndpointUrl, dnsServer } = options.surroundings(region);
  const timing = scaleTiming(defaultTiming, speed);
  const environment = {
    AWS_ENDPOINT_URL: awsEndpointUrl,
    UNDERSTUDY_SITE: site,
    UNDERSTUDY_PARAMETERS: parameterPrefix,
    UNDERSTUDY_LOOK_SECONDS: String(lookSeconds / speed),
    UNDERSTUDY_TIMING: JSON.stringify(timing),
    UNDERSTUDY_DATABASE_CA: 'none',
    UNDERSTUDY_DNS_SERVER: dnsServer,
  };
  const leastMs: Readonly<Record<Played, number>> = {
    // What it keeps for its last look, and one look.
    prober: (lookSeconds * 1000) / speed + 5 * timing.callMs,
    // The lease that it keeps for its end, and what it needs to begin.
    failover: 2 * timing.leaseMs + timing.callMs,
  };
  return {
    parameters: [
      { name: `${parameterPrefix}/plan`, type: 'String', value: JSON.stringify(scalePlan(plan, speed)) },
      { name: `${parameterPrefix}/database/name`, type: 'String', value: database.name },
      { name: `${parameterPrefix}/database/username`, type: 'String', value: database.username },
      { name: `${parameterPrefix}/database/password`, type: 'SecureString', value: password },
    ],
    functions: played.map((name): FunctionConfig => {
      const { timeoutSeconds, memoryMiB, everySeconds, reservedConcurrency, retries } = functionSettings[name];
      return {
        name: functions[name],
        code: folders[name],
        timeoutMs: Math.max((timeoutSeconds * 1000) / speed, leastMs[name] + startMs),
        memoryMiB,
        environment,
        ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
        retries,
        maximumEventAgeSeconds: everySeconds,
      };
    }),
    schedules: played.map((name) => {
      const { everySeconds } = functionSettings[name];
      const firstAfterSeconds = Math.min(everySeconds, (firstStartMs / 1000) * speed);
      return { name: functions[name], functionName: functions[name], everySeconds, firstAfterSeconds };
    }),
  };
}

/** As long as the prober looks by default. */
const lookSeconds = 50;
/** From the handler's call to where it looks how much time it has. */
const startMs = 1_000;
/** A world begins on a quiet day: its schedules have long been running. This is what it needs to be up itself. */
const firstStartMs = 5_000;
