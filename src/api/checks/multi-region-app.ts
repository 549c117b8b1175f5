import { vantagesOf } from '../failover-plan-of.ts';
import { type MultiRegionApp, placeholderAccountId } from '../multi-region-app.ts';
import type { FieldProblem } from '../problems.ts';
import { sites } from '../site.ts';
import { whyNoVerdict } from '../verdict-possible.ts';
import { checkDatabase } from './database.ts';
import { checkNames } from './names.ts';
import { checkNetwork } from './network.ts';
import { checkDetection, checkObjectives } from './objectives.ts';
import { checkRegions } from './regions.ts';
import { checkSwitching } from './switching.ts';
import { checkTables } from './tables.ts';

/** Rules that no single field can break: everything wrong with an application whose fields are each valid. */
export function checkMultiRegionApp(app: MultiRegionApp): FieldProblem[] {
  const { spec } = app;
  return [
    ...checkRegions(spec),
    ...checkNetwork(spec),
    ...checkNames(app),
    ...checkDatabase(spec),
    ...checkTables(spec),
    ...checkSwitching(spec),
    ...checkObjectives(spec),
    ...checkDetection(spec.detection.interval, ['spec', 'detection', 'interval']),
    ...checkVerdict(app),
    ...checkAccount(app),
    ...checkEmails(app),
  ];
}

function checkVerdict(app: MultiRegionApp): FieldProblem[] {
  const { spec } = app;
  if (spec.failover.singleDomain === 'Act' || spec.primary.region === spec.secondary.region) {
    return [];
  }
  const regions = { primary: spec.primary.region, secondary: spec.secondary.region };
  const domains = vantagesOf(app).map(({ domain }) => domain);
  const reason = sites.map((active) => whyNoVerdict({ regions, domains }, active)).find((why) => why !== undefined);
  if (reason === undefined) {
    return [];
  }
  return [
    {
      code: 'US1018',
      severity: 'error',
      path: ['spec', 'operations', 'region'],
      involves: [
        ['spec', 'domain'],
        ['spec', 'primary', 'region'],
        ['spec', 'secondary', 'region'],
        ['spec', 'failover'],
      ],
      message: reason,
      remedy:
        "Set domain, which adds Route 53's checkers, or detection.witness, or run the controller in another region, or set failover.singleDomain: Act.",
    },
  ];
}

function checkAccount({ spec }: MultiRegionApp): FieldProblem[] {
  if (spec.accountId !== placeholderAccountId) {
    return [];
  }
  const message = `is ${placeholderAccountId}, which is nobody's account`;
  return [{ code: 'US1019', severity: 'warning', path: ['spec', 'accountId'], message }];
}

function checkEmails({ spec: { notifications } }: MultiRegionApp): FieldProblem[] {
  return notifications.emails.flatMap((email, index): FieldProblem[] =>
    notifications.emails.indexOf(email) < index
      ? [
          {
            code: 'US1020',
            severity: 'error',
            path: ['spec', 'notifications', 'emails', index],
            message: `${email} is listed twice`,
          },
        ]
      : [],
  );
}
