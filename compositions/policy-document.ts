/** One permission: these actions on these resources. */
export interface Allow {
  readonly actions: readonly string[];
  /** ARNs. */
  readonly resources: readonly string[];
  readonly conditions?: { readonly [operator: string]: { readonly [key: string]: string | readonly string[] } };
}

/**
 * An IAM policy as text.
 *
 * @throws Error for an action with a `*`, or for `*` as a resource: least privilege is kept here, not remembered.
 * @example
 * policyDocument([{ actions: ['sns:Publish'], resources: [topicArn(scope, 'trading-alerts-dev')] }])
 */
export function policyDocument(allows: readonly Allow[]): string {
  for (const { actions, resources } of allows) {
    const wild = actions.find((action) => action.includes('*')) ?? resources.find((resource) => resource === '*');
    if (wild !== undefined) {
      throw new Error(`a policy allows ${actions.join(', ')} on ${resources.join(', ')}: ${wild} is too wide`);
    }
  }
  return document(
    allows.map(({ actions, resources, conditions }) => ({
      Effect: 'Allow',
      Action: actions,
      Resource: resources,
      ...(conditions === undefined ? {} : { Condition: conditions }),
    })),
  );
}

/**
 * The policy by which an AWS service may assume a role, on behalf of one account.
 *
 * Source: "The confused deputy problem", AWS IAM User Guide.
 */
export function trustPolicy(service: string, accountId?: string): string {
  return document([
    {
      Effect: 'Allow',
      Principal: { Service: service },
      Action: 'sts:AssumeRole',
      ...(accountId === undefined ? {} : { Condition: { StringEquals: { 'aws:SourceAccount': accountId } } }),
    },
  ]);
}

function document(statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}
