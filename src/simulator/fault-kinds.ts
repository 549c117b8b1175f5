import type { Scenario } from './scenario.ts';

/** What can go wrong in a scenario, by names for the command line. */
export const faultKinds = [
  'slow',
  'refuse',
  'hang',
  'unknown',
  'late',
  'twice',
  'stale',
  'outages',
  'eclipses',
  'crashes',
  'clocks',
  'lag',
  'cuts',
  'backups',
  'tampering',
  'rebuilds',
] as const;
export type FaultKind = (typeof faultKinds)[number];

const kindOfEvent: Readonly<Record<Scenario['events'][number]['kind'], FaultKind>> = {
  lag: 'lag',
  'cut off': 'cuts',
  'backing up': 'backups',
  'fence opened': 'tampering',
  'cluster rebuilt': 'rebuilds',
  'clock set': 'clocks',
};

/** The same scenario with nothing going wrong but what is named. */
export function withOnly(scenario: Scenario, kinds: ReadonlySet<FaultKind>): Scenario {
  const areClocksRight = !kinds.has('clocks');
  return {
    ...scenario,
    faults: scenario.faults.filter(({ fault }) => kinds.has(fault.kind)),
    outages: kinds.has('outages') ? scenario.outages : [],
    eclipses: kinds.has('eclipses') ? scenario.eclipses : [],
    events: scenario.events.filter(({ kind }) => kinds.has(kindOfEvent[kind])),
    controllers: scenario.controllers.map((life) => ({
      ...life,
      ...(areClocksRight ? { clockOffsetMs: 0, clockRate: 1 } : {}),
      trouble: kinds.has('crashes') ? life.trouble : { ...life.trouble, kind: 'None' },
    })),
    lambdas: scenario.lambdas.map((life) => (areClocksRight ? { ...life, clockOffsetMs: 0 } : life)),
  };
}
