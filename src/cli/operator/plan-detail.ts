import type { PlanPhase, Verdict } from '../../api/failover-plan-status.ts';
import { type Site, sites } from '../../api/site.ts';
import type { FailoverObject, PlanObject } from '../cluster/objects.ts';
import type { Colors } from '../colors.ts';
import { planPhaseExplanations } from '../explain/phases.ts';
import { operationLines } from './operation-view.ts';
import { underWay } from './phases.ts';
import { lastText, planPhaseColor } from './plan-table.ts';
import { agoText, columns } from './texts.ts';

/** One plan with all that its status says. */
export function planDetail(
  plan: PlanObject,
  operations: readonly FailoverObject[],
  colors: Colors,
  nowMs: number,
): string[] {
  const { status } = plan;
  const running = underWay(operations);
  const blocks: (readonly string[])[] = [
    head(plan, colors, nowMs),
    running === undefined ? [] : operationLines(running, colors, nowMs),
    section('Sites', siteRows(plan, colors), colors),
    section('Evidence', evidenceRows(plan, colors, nowMs), colors),
    findingLines(plan, colors),
    section('Conditions', conditionRows(plan, colors, nowMs), colors),
  ];
  if (status === undefined) blocks.push(['The controller has not looked at it yet.']);
  return blocks.filter((block) => block.length > 0).flatMap((block, index) => (index === 0 ? block : ['', ...block]));
}

function head(plan: PlanObject, colors: Colors, nowMs: number): string[] {
  const { metadata, spec, status } = plan;
  const { phase } = status ?? {};
  const mode = status?.mode ?? spec.policy.mode;
  const facts = [
    ['Active', status?.active === undefined ? 'not known' : `${status.activeRegion ?? '?'} (${status.active})`],
    ['Mode', `${mode}${(status?.suspended ?? spec.suspended) ? colors.yellow(', suspended') : ''}`],
    ['Lag', `${status?.replicationLag ?? 'not measured'} (budget ${spec.policy.maxDataLoss})`],
    ['Predicted RTO', `${status?.predictedRto ?? 'not known'} (objective ${spec.objectives.rto})`],
    ['Last operation', lastText(plan, nowMs)],
    ['Journal', status?.journalHolder === undefined ? 'nobody acts' : `held by ${status.journalHolder}`],
  ];
  const title = `${colors.bold(`${metadata.namespace}/${metadata.name}`)}  ${planPhaseColor(phase, colors)(phase ?? 'no status')}`;
  return [
    title,
    ...(status?.message === undefined ? [] : [status.message]),
    ...todoOf(metadata.name, phase),
    ...staleness(plan, colors),
    ...columns(facts).map((line) => `  ${line}`),
  ];
}

/** What the phase asks of a person. */
function todoOf(name: string, phase: PlanPhase | undefined): string[] {
  const todo = phase === undefined ? undefined : planPhaseExplanations[phase].todo;
  return todo === undefined ? [] : [`What to do: ${todo.replaceAll('PLAN', name)}`];
}

/** A status that speaks of an older spec answers yesterday's question. */
function staleness({ metadata, status }: PlanObject, colors: Colors): string[] {
  const isCurrent = status?.observedGeneration === undefined || status.observedGeneration >= (metadata.generation ?? 0);
  return isCurrent
    ? []
    : [colors.yellow('The plan has been changed since: the controller has not taken the change up.')];
}

function section(title: string, rows: readonly (readonly string[])[], colors: Colors): string[] {
  return rows.length === 0 ? [] : [colors.bold(title), ...columns(rows).map((line) => `  ${line}`)];
}

function siteRows({ spec, status }: PlanObject, colors: Colors): string[][] {
  return sites.flatMap((site: Site) => {
    const seen = status?.sites?.[site];
    if (seen === undefined) return [];
    const { role = 'Unknown', verdict, databaseIdentifier, databaseStatus, healthyTargets, totalTargets } = seen;
    return [
      [
        site,
        spec.sites[site].region,
        role,
        verdict === undefined ? '' : verdictText(verdict, colors),
        [databaseIdentifier ?? spec.sites[site].database.identifier, databaseStatus].filter(Boolean).join(' '),
        healthyTargets === undefined ? '' : `${healthyTargets} of ${totalTargets ?? '?'} targets healthy`,
      ],
    ];
  });
}

function evidenceRows({ status }: PlanObject, colors: Colors, nowMs: number): string[][] {
  return (status?.evidence ?? []).map(({ vantage, site, verdict, reason, at }) => [
    vantage,
    site,
    verdictText(verdict, colors),
    `for ${agoText(nowMs - Date.parse(at))}`,
    reason,
  ]);
}

function verdictText(verdict: Verdict, colors: Colors): string {
  switch (verdict) {
    case 'Up':
      return colors.green(verdict);
    case 'Down':
      return colors.red(verdict);
    case 'Unknown':
      return colors.yellow(verdict);
  }
}

const severities = ['Error', 'Warning', 'Info'] as const;

function findingLines({ status }: PlanObject, colors: Colors): string[] {
  const findings = status?.findings;
  if (findings === undefined || findings.length === 0) return [];
  const paint = { Error: colors.red, Warning: colors.yellow, Info: colors.cyan };
  const sorted = severities.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  return [
    colors.bold('Findings'),
    ...sorted.flatMap(({ severity, code, message, remedy, site }) => [
      `  ${paint[severity](severity)}  ${code}${site === undefined ? '' : ` (${site})`}  ${message}`,
      `      ${colors.dim('remedy')}  ${remedy}`,
    ]),
  ];
}

function conditionRows({ status }: PlanObject, colors: Colors, nowMs: number): string[][] {
  return (status?.conditions ?? []).map(({ type, status: is, reason, message, lastTransitionTime }) => [
    type,
    is === 'Unknown' ? colors.yellow(is) : is,
    reason,
    `for ${agoText(nowMs - Date.parse(lastTransitionTime))}`,
    message,
  ]);
}
