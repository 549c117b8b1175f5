import { actionSchema } from '../../failover/operation.ts';
import type { CampaignResult } from '../../simulator/campaign.ts';
import { everyState, unreached as unreachedOf } from '../../simulator/every-state.ts';
import { checkedInvariants } from '../../simulator/invariants/breaches.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { printStory } from '../../simulator/story.ts';
import { colorsFor } from '../colors.ts';

const colors = colorsFor(process.stdout);

/** Of the rarest states, one comes up in some hundred incidents. */
const enoughForEveryState = 20_000;

/** What `understudy simulate --json` prints. */
export interface CampaignReport {
  readonly firstSeed: number;
  readonly incidents: number;
  readonly violation: {
    readonly seed: number;
    readonly breaches: readonly string[];
    /** The smallest found that fails; the seed's own if it would not shrink. */
    readonly scenario: Scenario;
    readonly replay: string;
  } | null;
  /** Of one incident, if only one was asked for, or of the one that failed; lines of text. */
  readonly timeline: readonly string[];
  readonly coverage: {
    readonly reached: number;
    readonly of: number;
    readonly unreached: readonly string[];
    /** Enough incidents were played that a state which none of them reached is a defect of the simulator. */
    readonly isExpectedWhole: boolean;
    readonly operations: readonly string[];
    /** By the numbers of the design's list. */
    readonly invariants: readonly number[];
  };
  readonly seconds: number;
  readonly incidentsPerSecond: number;
  /** Virtual seconds that passed in one real one. */
  readonly virtualPerReal: number;
}

export function campaignReport(
  result: CampaignResult,
  { firstSeed, seeds, realMs }: { firstSeed: number; seeds: number; realMs: number },
): CampaignReport {
  const { failure, coverage } = result;
  const unreached = unreachedOf(coverage);
  const operations = actionSchema.options;
  const isOne = seeds === 1;
  return {
    firstSeed,
    incidents: result.incidents,
    violation:
      failure === null
        ? null
        : {
            seed: failure.seed,
            breaches: failure.breaches,
            scenario: failure.scenario,
            replay: `understudy simulate --seed ${failure.seed}`,
          },
    timeline: failure !== null ? printStory(failure.story) : isOne ? printStory(result.latest?.story ?? []) : [],
    coverage: {
      reached: everyState().length - unreached.length,
      of: everyState().length,
      unreached,
      isExpectedWhole: result.incidents >= enoughForEveryState,
      operations,
      invariants: checkedInvariants,
    },
    seconds: realMs / 1_000,
    incidentsPerSecond: (result.incidents / realMs) * 1_000,
    virtualPerReal: result.virtualMs / realMs,
  };
}

/** The same for people. */
export function formatCampaign(report: CampaignReport): string {
  const { violation, coverage, timeline } = report;
  const lines = [...timeline, ...(timeline.length > 0 ? [''] : [])];
  if (violation === null) {
    lines.push(
      `${colors.green('no violation')} in ${plural(report.incidents, 'incident')} from seed ${report.firstSeed} on`,
    );
  } else {
    lines.push(
      `${colors.red('VIOLATED')} by seed ${violation.seed}:`,
      ...violation.breaches.map((breach) => `  ${breach}`),
      `${colors.dim('the scenario, as small as it would go:')} ${JSON.stringify(violation.scenario)}`,
      `${colors.dim('again:')} ${violation.replay}`,
    );
  }
  const { seconds, incidentsPerSecond, virtualPerReal } = report;
  lines.push(
    `${label('time')}${seconds.toFixed(1)} s, ${incidentsPerSecond.toFixed(1)} incidents a second, ${virtualPerReal.toFixed(0)} times faster than real time`,
    `${label('checked')}invariants ${coverage.invariants.join(', ')}`,
    `${label('operations')}${coverage.operations.join(', ')}`,
  );
  if (report.incidents > 1) lines.push(statesLine(coverage));
  return lines.join('\n');
}

/** Nothing was violated, and nothing went unchecked that should not have. */
export function isGood({ violation, coverage }: CampaignReport): boolean {
  return violation === null && (coverage.unreached.length === 0 || !coverage.isExpectedWhole);
}

function statesLine({ reached, of, unreached, isExpectedWhole }: CampaignReport['coverage']): string {
  const missing = `, never ${unreached.join(', ')}`;
  const never = unreached.length === 0 ? '' : isExpectedWhole ? colors.red(missing) : missing;
  return `${label('states')}${reached} of ${of} reached${never}`;
}

function label(text: string): string {
  return text.padEnd(12);
}

function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
