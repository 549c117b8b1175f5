import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { PolicyDocument } from '../../compositions/policy-document.ts';
import type { AwsCall } from '../../src/sandbox/region/wire/call-log.ts';
import { type CallSurroundings, type IamRequest, iamRequestsOf } from './call-requests.ts';

/** What IAM would have said to the calls of one principal. */
export interface Replay {
  /** Requests that no statement allows, each once. */
  readonly denied: readonly IamRequest[];
  /** Requests that were allowed, each once, and by which statements of the policy, counted from 1. */
  readonly allowed: readonly (IamRequest & { readonly statements: readonly number[] })[];
  /** Actions that the policy allows and no call needed, without those that {@link usedByAws} explains. */
  readonly unused: readonly string[];
}

/** Actions that a function's role must have and the function itself never calls: AWS calls them in the role's name. */
export const usedByAws: Readonly<Record<string, string>> = {
  'logs:CreateLogStream': 'Lambda writes what the function prints.',
  'logs:PutLogEvents': 'Lambda writes what the function prints.',
  'sqs:SendMessage': 'Lambda keeps the events that the function could not handle.',
  'ec2:CreateNetworkInterface': 'Lambda enters the VPC.',
  'ec2:DeleteNetworkInterface': 'Lambda leaves the VPC.',
  'ec2:AssignPrivateIpAddresses': 'Lambda enters the VPC.',
  'ec2:UnassignPrivateIpAddresses': 'Lambda leaves the VPC.',
  'ec2:DescribeNetworkInterfaces': 'Lambda enters the VPC.',
  'ec2:DescribeSubnets': 'Lambda enters the VPC.',
};

/**
 * Puts recorded calls to a policy, each for itself.
 *
 * @param calls of the principal that has the policy: `calls.filter(({ principal }) => principal === 'trading-prober-dev')`.
 */
export async function replay(
  policy: PolicyDocument,
  calls: readonly AwsCall[],
  surroundings: CallSurroundings,
): Promise<Replay> {
  const requests = new Map(
    calls.flatMap((call) => iamRequestsOf(call, surroundings)).map((request) => [JSON.stringify(request), request]),
  );
  const denied: IamRequest[] = [];
  const allowed: Replay['allowed'][number][] = [];
  for (const request of requests.values()) {
    const statements = await statementsThatAllow(policy, request, surroundings.accountId);
    if (statements.length === 0) denied.push(request);
    else allowed.push({ ...request, statements });
  }
  const used = new Set(allowed.map(({ action }) => action));
  const granted = new Set(policy.Statement.flatMap(({ Action }) => Action));
  const unused = [...granted].filter((action) => !used.has(action) && !Object.hasOwn(usedByAws, action));
  return { denied, allowed, unused: unused.sort() };
}

/**
 * What AWS gives a key that is made without a policy, as the site's is: IAM decides, and without it IAM would not.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
function defaultKeyPolicy(accountId: string): object {
  const root = { AWS: `arn:aws:iam::${accountId}:root` };
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' }],
  };
}

/**
 * Which statements of a policy allow a request, counted from 1; none if it is not allowed.
 *
 * @throws Error if AWS has no such action, or the action no such resource: then neither the policy nor the request is
 * what it seems.
 */
export async function statementsThatAllow(
  policy: PolicyDocument,
  { action, resource, context }: IamRequest,
  accountId: string,
): Promise<readonly number[]> {
  const simulated = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${accountId}:role/replayed`,
        action,
        resource: { resource, accountId },
        contextVariables: context,
      },
      identityPolicies: [{ name: 'policy', policy }],
      ...(action.startsWith('kms:') ? { resourcePolicy: defaultKeyPolicy(accountId) } : {}),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (simulated.resultType === 'error') {
    throw new Error(`${action} on ${resource}: ${JSON.stringify(simulated.errors)}`);
  }
  const analyses = simulated.resultType === 'single' ? [simulated.result] : simulated.results;
  if (simulated.overallResult !== 'Allowed') return [];
  const statements = analyses.flatMap(({ analysis }) => analysis.identityAnalysis?.allowStatements ?? []);
  return [...new Set(statements.map(({ explain }) => Number(explain.identifier)))];
}
