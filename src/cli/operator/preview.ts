import type { FailoverAction, FailoverSpec } from '../../api/failover.ts';
import { otherSite, type Site } from '../../api/site.ts';
import type { FailoverObject, PlanObject } from '../cluster/objects.ts';
import { phaseOf, underWay } from './phases.ts';
import { siteText } from './texts.ts';

/** What a person is told before they say yes. */
export interface Preview {
  /** One clause: `fail trading over from us-east-1 to us-west-2`. */
  readonly what: string;
  /** What it means, and what speaks against it. */
  readonly lines: readonly string[];
}

/** What an operation would do to a plan as it stands, in a few lines: the steps are --dry-run's to list. */
export function previewOf(
  plan: PlanObject,
  { action, to }: Pick<FailoverSpec, 'action' | 'to'>,
  operations: readonly FailoverObject[],
): Preview {
  const active = plan.status?.active;
  const target = targetOf(plan, action, to);
  return {
    what: whatOf(plan, action, target),
    lines: [...meaningOf(plan, action, target), ...stateOf(plan, active), ...objectionsOf(plan, action, operations)],
  };
}

/** Undefined while nobody has said which site is active. */
function targetOf({ status }: PlanObject, action: FailoverAction, to: Site | undefined): Site | undefined {
  if (action === 'Failback') return 'primary';
  if (to !== undefined) return to;
  return status?.active === undefined ? undefined : otherSite(status.active);
}

function whatOf(plan: PlanObject, action: FailoverAction, target: Site | undefined): string {
  const { name } = plan.metadata;
  const there = target === undefined ? 'the standby' : siteText(plan, target);
  switch (action) {
    case 'Failover':
      return `fail ${name} over to ${there}`;
    case 'Switchover':
      return `switch ${name} over to ${there}`;
    case 'Failback':
      return `bring ${name} back to ${there}`;
    case 'Reprotect':
      return `rebuild the standby of ${name} in ${there}`;
    case 'Drill':
      return `rehearse a failover of ${name} in ${there}`;
  }
}

function meaningOf(plan: PlanObject, action: FailoverAction, target: Site | undefined): string[] {
  const there = target === undefined ? 'the standby' : siteText(plan, target);
  const here = target === undefined ? 'the active site' : siteText(plan, otherSite(target));
  const { maxDataLoss } = plan.spec.policy;
  switch (action) {
    case 'Failover':
      return [
        `${here} loses its traffic and its database is fenced as far as it answers; the replica in ${there} is promoted and takes the traffic.`,
        'Writes that have not reached the replica are lost. A promotion cannot be undone: afterwards nothing protects the application until `understudy reprotect`.',
        `Above ${maxDataLoss} of expected loss (policy.maxDataLoss) it waits for consent to the measured number.`,
        'If the active site is well, `understudy switchover` does the same and loses nothing.',
      ];
    case 'Switchover':
      return [
        `Writes to ${here} stop; when ${there} has replayed all of them it is promoted and takes the traffic. Clients meet errors in between.`,
        'It loses nothing, or it is called off before the promotion and everything is given back. Afterwards nothing protects the application until `understudy reprotect`.',
      ];
    case 'Failback':
      return [
        `Writes stop for a while when ${there} takes over; nothing is lost.`,
        'Where its database must be rebuilt first, that comes first and can take hours; the application serves meanwhile.',
      ];
    case 'Reprotect':
      return [
        `The former database in ${there} is kept as a snapshot and deleted; a new replica of ${here} is made in its place.`,
        'Production is not touched. It can take hours for a large database.',
      ];
    case 'Drill':
      return [
        `A disposable copy of the database is made in ${there}, promoted, written to and deleted. Production and its traffic are not touched.`,
        'The copy costs as much as the instance while it exists. Its times become the predicted RTO.',
      ];
  }
}

function stateOf(plan: PlanObject, active: Site | undefined): string[] {
  const { phase, replicationLag, predictedRto } = plan.status ?? {};
  if (active === undefined) return ['Now: the controller has not said yet which site is active.'];
  const verdict = plan.status?.sites?.[active]?.verdict;
  const facts = [
    `${siteText(plan, active)} is active${verdict === undefined ? '' : ` and ${verdict}`}`,
    phase,
    replicationLag === undefined ? 'lag not measured' : `lag ${replicationLag}`,
    predictedRto === undefined ? undefined : `predicted RTO ${predictedRto}`,
  ];
  return [`Now: ${facts.filter((fact) => fact !== undefined).join(' · ')}`];
}

function objectionsOf(plan: PlanObject, action: FailoverAction, operations: readonly FailoverObject[]): string[] {
  const { findings = [], suspended, sites } = plan.status ?? {};
  const lines: string[] = [];
  const running = underWay(operations);
  if (running !== undefined) {
    lines.push(
      `${running.metadata.name} (${running.spec.action}) is ${phaseOf(running)}: this one waits for its end, or is refused if both move the writer.`,
    );
  }
  if (suspended === true) lines.push('The plan is suspended: nothing starts until spec.suspended is false.');
  const active = plan.status?.active;
  if (action === 'Failover' && active !== undefined && sites?.[active]?.verdict === 'Up') {
    lines.push('The active site is Up: `understudy switchover` would lose nothing.');
  }
  for (const { severity, code, message } of findings) {
    if (severity === 'Error') lines.push(`${code}: ${message}`);
  }
  return lines.map((line) => `Beware: ${line}`);
}
