import type { FailoverPlan } from '../failover-plan.ts';
import type { FieldPath } from '../field-path.ts';
import type { FieldProblem } from '../problems.ts';
import { type Site, sites } from '../site.ts';
import { whyNoVerdict } from '../verdict-possible.ts';
import { checkDetection } from './objectives.ts';

/** Rules of a FailoverPlan that no single field can break. */
export function checkFailoverPlan({ spec }: FailoverPlan): FieldProblem[] {
  return [
    ...checkRegions(spec),
    ...sites.flatMap((site) => checkSite(spec, site)),
    ...checkVantages(spec),
    ...checkDetection(spec.detection.interval, ['spec', 'detection', 'interval']),
  ];
}

function checkRegions({ sites: { primary, secondary }, witness }: FailoverPlan['spec']): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const same = (path: FieldPath, region: string, other: string) =>
    problems.push({ code: 'US1012', severity: 'error', path, message: `${region} is the region of the ${other} too` });
  if (primary.region === secondary.region) {
    same(['spec', 'sites', 'secondary', 'region'], secondary.region, 'primary');
  }
  if (witness !== undefined && [primary.region, secondary.region].includes(witness.region)) {
    const other = witness.region === primary.region ? 'primary' : 'secondary';
    same(['spec', 'witness', 'region'], witness.region, other);
  }
  return problems;
}

function checkSite(spec: FailoverPlan['spec'], site: Site): FieldProblem[] {
  const { database, autoScalingGroup, capacity, endpointUrl, targetGroup } = spec.sites[site];
  const path: FieldPath = ['spec', 'sites', site];
  const problems: FieldProblem[] = [];
  const missing = (field: FieldPath, message: string) =>
    problems.push({ code: 'US1006', severity: 'error', path: [...path, ...field], message });
  if (database.kind === 'AuroraGlobal' && database.globalClusterIdentifier === undefined) {
    missing(['database', 'globalClusterIdentifier'], 'is missing, and kind AuroraGlobal needs it');
  }
  if (autoScalingGroup !== undefined && capacity.active === 0) {
    missing(['capacity', 'active'], `is missing or 0, and ${autoScalingGroup} would be scaled to nothing`);
  }
  if (endpointUrl === undefined && targetGroup === undefined) {
    missing(['endpointUrl'], 'is missing, and there is no targetGroup to find the load balancer by');
  }
  return problems;
}

function checkVantages({ detection, policy, sites: { primary, secondary } }: FailoverPlan['spec']): FieldProblem[] {
  const path: FieldPath = ['spec', 'detection', 'vantages'];
  const names = detection.vantages.map(({ name }) => name);
  const problems = names.flatMap((name, index): FieldProblem[] =>
    names.indexOf(name) < index
      ? [
          {
            code: 'US1020',
            severity: 'error',
            path: [...path, index, 'name'],
            message: `${name} is the name of another vantage`,
          },
        ]
      : [],
  );
  if (policy.singleDomain === 'Act' || primary.region === secondary.region) {
    return problems;
  }
  const electorate = {
    regions: { primary: primary.region, secondary: secondary.region },
    domains: detection.vantages.map(({ domain }) => domain),
  };
  const reason = sites.map((active) => whyNoVerdict(electorate, active)).find((why) => why !== undefined);
  return reason === undefined
    ? problems
    : [
        ...problems,
        { code: 'US1018', severity: 'error', path, involves: [['spec', 'policy', 'singleDomain']], message: reason },
      ];
}
