import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { Coverage } from './coverage.ts';
import type { FaultKind } from './fault-kinds.ts';
import { type SimulationResult, simulate } from './simulate.ts';

export interface CampaignOptions {
  readonly firstSeed: number;
  readonly seeds: number;
  /** What may go wrong. @default everything */
  readonly faults?: readonly FaultKind[] | undefined;
  /** Called after each incident. */
  readonly onIncident?: (done: number) => void;
  /** Ends the campaign after the incident in hand. */
  readonly signal?: AbortSignal;
}

export interface CampaignResult {
  readonly incidents: number;
  /** The first incident that breached an invariant, made as small as it would go; the campaign ends with it. */
  readonly failure: SimulationResult | null;
  readonly latest: SimulationResult | null;
  readonly coverage: Coverage;
  readonly virtualMs: number;
}

/** Many incidents, one seed after the other, until one of them breaches an invariant. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { firstSeed, seeds, onIncident, signal } = options;
  const faults = options.faults === undefined ? {} : { faults: options.faults };
  const coverage = new Coverage();
  let virtualMs = 0;
  let incidents = 0;
  let latest: SimulationResult | null = null;
  while (incidents < seeds && !signal?.aborted) {
    latest = await simulate(firstSeed + incidents, faults);
    incidents += 1;
    coverage.add(latest.coverage);
    virtualMs += latest.virtualMs;
    if (latest.breaches.length > 0) return { incidents, failure: latest, latest, coverage, virtualMs };
    onIncident?.(incidents);
    // A simulation never lets the event loop turn; a terminal and Ctrl-C need it to.
    await eventLoopTurn();
  }
  return { incidents, failure: null, latest, coverage, virtualMs };
}
