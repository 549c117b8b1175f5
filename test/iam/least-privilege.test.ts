import { isWildcardOnlyAction } from '@cloud-copilot/iam-simulate';
import { describe, expect, it } from '@jest/globals';
import { controllerPolicy } from '../../compositions/permissions/controller-policy.ts';
import { functionPermissions, witnessPermissions } from '../../compositions/permissions/function-permissions.ts';
import { unscopedActions } from '../../compositions/permissions/unscoped-actions.ts';
import { type PolicyDocument, policyOf } from '../../compositions/policy-document.ts';
import { scopeOf, siteFunctionNames } from '../../src/api/names.ts';
import { appOf } from '../compositions/regional-stack/rendered-site.ts';
import { statementsThatAllow } from './policy-replay.ts';

const app = appOf({
  domain: { name: 'trading.example.com', existingZoneId: 'Z0123456789' },
  detection: { witness: true },
});
const { accountId } = app.spec;
const own = { ...scopeOf(app), region: app.spec.secondary.region };
const peer = { ...scopeOf(app), region: app.spec.primary.region };
const policies: readonly (readonly [string, PolicyDocument])[] = [
  ['controller', controllerPolicy(app)],
  ...siteFunctionNames.map((name) => [name, policyOf(functionPermissions(app, name, own, peer))] as const),
  ['witness', policyOf(witnessPermissions(app))],
];

/**
 * The newest reference has a resource type for it, a dataset of OpenTelemetry. The metrics that are meant here are in
 * none: they have no ARN.
 */
const ofClassicMetrics = 'cloudwatch:GetMetricData';

/** A resource that a pattern covers. */
function oneOf(pattern: string): string {
  if (pattern === '*') return pattern;
  return pattern.replace(/(log-group:.*):\*$/, '$1:log-stream:x').replaceAll('*', 'x');
}

/** One value of each condition, which a request that it allows would have. */
function contextOf({ Condition = {} }: PolicyDocument['Statement'][number]): Record<string, string> {
  const conditions = Object.values(Condition).flatMap((operator) => Object.entries(operator));
  return Object.fromEntries(conditions.map(([key, values]) => [key, [values].flat()[0] ?? '']));
}

describe('the permissions of the roles', () => {
  it.each(policies)('of the %s name actions that AWS has, on resources that those have', async (_, policy) => {
    for (const statement of policy.Statement) {
      for (const action of statement.Action) {
        for (const resource of statement.Resource) {
          const one = oneOf(resource);
          const request = { action, resource: one, context: contextOf(statement) };
          const allowedBy = await statementsThatAllow(policy, request, accountId);
          expect({ action, resource: one, allowed: allowedBy.length > 0 }).toEqual({
            action,
            resource: one,
            allowed: true,
          });
        }
      }
    }
  });

  it('are for everything only where AWS knows nothing narrower', async () => {
    for (const action of Object.keys(unscopedActions).filter((each) => each !== ofClassicMetrics)) {
      const [service = '', name = ''] = action.split(':');
      expect({ action, unscoped: await isWildcardOnlyAction(service, name) }).toEqual({ action, unscoped: true });
    }
  });

  it('explain each action without a resource, and no other', () => {
    const unscoped = policies.flatMap(([, { Statement }]) =>
      Statement.filter(({ Resource }) => Resource.includes('*')).flatMap(({ Action }) => Action),
    );
    expect(Object.keys(unscopedActions).sort()).toEqual([...new Set(unscoped)].sort());
  });
});
