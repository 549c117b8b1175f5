import { runParallelCampaign } from '../src/simulator/parallel-campaign.ts';

/** Enough that the compiler's warm-up, which a campaign has once, is a small part of it. */
const seeds = 3_000;

/**
 * Incidents that the simulator plays, in one worker. A second of a core is one in which it works for nobody else: on a
 * busy machine only that can be compared.
 */
export async function simulatorBench(): Promise<object> {
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  const { incidents, virtualMs, failure } = await runParallelCampaign({ firstSeed: 1, seeds }, 1);
  const { user, system } = process.cpuUsage(startCpu);
  const seconds = (performance.now() - startMs) / 1_000;
  const coreSeconds = (user + system) / 1e6;
  return {
    incidents,
    failedSeed: failure?.seed ?? null,
    incidentsPerSecond: Math.round(incidents / seconds),
    incidentsPerCoreSecond: Math.round(incidents / coreSeconds),
    incidentsPerCoreMinute: Math.round((incidents / coreSeconds) * 60),
    virtualPerReal: Math.round(virtualMs / 1_000 / seconds),
    virtualPerCore: Math.round(virtualMs / 1_000 / coreSeconds),
  };
}
