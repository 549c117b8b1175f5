import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FailoverPlan } from '../../api/failover-plan.ts';
import { functionSettings } from '../../api/function-settings.ts';
import { type MultiRegionApp, witnessFunctionRegion } from '../../api/multi-region-app.ts';
import { scopeOf, siteNames, witnessNames } from '../../api/names.ts';
import type { Site } from '../../api/site.ts';
import { functionCode } from '../../bundle/function-code.ts';
import { defaultTiming } from '../../failover/timing.ts';
import { linkRuntimePackages } from '../region/lambda/function-code.ts';
import type { FunctionConfig, RegionConfig } from '../region/region-config.ts';
import { scalePlan, scaleTiming } from '../speed.ts';

/** The functions that a world runs in each site. The validator only publishes, each hour: nobody would see it. */
const playedInSites = ['prober', 'failover'] as const;
const played = [...playedInSites, 'witness'] as const;
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

export interface WorldFunctionsOptions {
  readonly folders: FunctionFolders;
  /** With this world's ports in it. */
  readonly plan: FailoverPlan;
  readonly speed: number;
  readonly password: string;
  /** How a region reaches AWS and DNS. */
  readonly surroundings: (region: string) => { readonly awsEndpointUrl: string; readonly dnsServer: string };
}

type WorldFunctions = Required<Pick<RegionConfig, 'parameters' | 'functions' | 'schedules'>>;

/** The functions of a site as the compositions deploy them, and the parameters that they read. */
export function siteFunctions(app: MultiRegionApp, site: Site, options: WorldFunctionsOptions): WorldFunctions {
  const { database } = app.spec;
  const { region } = app.spec[site];
  const { functions, parameterPrefix } = siteNames({ ...scopeOf(app), region });
  const own = functionsIn(region, parameterPrefix, options, {
    names: new Map(playedInSites.map((name) => [name, functions[name]])),
    environment: { UNDERSTUDY_SITE: site, UNDERSTUDY_DATABASE_CA: 'none' },
  });
  return {
    ...own,
    parameters: [
      ...own.parameters,
      { name: `${parameterPrefix}/database/name`, type: 'String', value: database.name },
      { name: `${parameterPrefix}/database/username`, type: 'String', value: database.username },
      { name: `${parameterPrefix}/database/password`, type: 'SecureString', value: options.password },
    ],
  };
}

/** The witness's function, where the application has one, and the plan that it reads. */
export function witnessFunctions(app: MultiRegionApp, options: WorldFunctionsOptions): WorldFunctions {
  const region = witnessFunctionRegion(app.spec);
  if (region === undefined) return { parameters: [], functions: [], schedules: [] };
  const { function: name, parameterPrefix } = witnessNames({ ...scopeOf(app), region });
  return functionsIn(region, parameterPrefix, options, { names: new Map([['witness', name]]), environment: {} });
}

function functionsIn(
  region: string,
  parameterPrefix: string,
  { folders, plan, speed, surroundings }: WorldFunctionsOptions,
  own: { readonly names: ReadonlyMap<Played, string>; readonly environment: Readonly<Record<string, string>> },
): WorldFunctions {
  const { awsEndpointUrl, dnsServer } = surroundings(region);
  const timing = scaleTiming(defaultTiming, speed);
  const environment = {
    AWS_ENDPOINT_URL: awsEndpointUrl,
    UNDERSTUDY_PARAMETERS: parameterPrefix,
    UNDERSTUDY_LOOK_SECONDS: String(lookSeconds / speed),
    UNDERSTUDY_TIMING: JSON.stringify(timing),
    UNDERSTUDY_DNS_SERVER: dnsServer,
    ...own.environment,
  };
  // What it keeps for its last look, and one look.
  const looksMs = (lookSeconds * 1000) / speed + 5 * timing.callMs;
  const leastMs: Readonly<Record<Played, number>> = {
    prober: looksMs,
    witness: looksMs,
    // The lease that it keeps for its end, and what it needs to begin.
    failover: 2 * timing.leaseMs + timing.callMs,
  };
  return {
    parameters: [{ name: `${parameterPrefix}/plan`, type: 'String', value: JSON.stringify(scalePlan(plan, speed)) }],
    functions: [...own.names].map(([name, functionName]): FunctionConfig => {
      const { timeoutSeconds, memoryMiB, everySeconds, reservedConcurrency, retries } = functionSettings[name];
      return {
        name: functionName,
        code: folders[name],
        timeoutMs: Math.max((timeoutSeconds * 1000) / speed, leastMs[name] + startMs),
        memoryMiB,
        environment,
        ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
        retries,
        maximumEventAgeSeconds: everySeconds,
      };
    }),
    schedules: [...own.names].map(([name, functionName]) => {
      const { everySeconds } = functionSettings[name];
      const firstAfterSeconds = Math.min(everySeconds, (firstStartMs / 1000) * speed);
      return { name: functionName, functionName, everySeconds, firstAfterSeconds };
    }),
  };
}

/** As long as the prober and the witness look by default. */
const lookSeconds = 50;
/** From the handler's call to where it looks how much time it has. */
const startMs = 1_000;
/** A world begins on a quiet day: its schedules have long been running. This is what it needs to be up itself. */
const firstStartMs = 5_000;
