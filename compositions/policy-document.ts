import { unscopedActions } from './permissions/unscoped-actions.ts';

/** One permission: these actions on these resources. */
export interface Allow {
  readonly actions: readonly string[];
  /** ARNs, or `*` alone for actions that have no resource level. */
  readonly resources: readonly string[];
  readonly conditions?: { readonly [operator: string]: { readonly [key: string]: string | readonly string[] } };
}

/**
 * An IAM policy as text.
 *
 * @throws Error for an action with a `*`, or for `*` as the resource of an action that {@link unscopedActions} does not
 * have: least privilege is kept here, not remembered.
 * @example
 * policyDocument([{ actions: ['sns:Publish'], resources: [topicArn(scope, 'trading-alerts-dev')] }])
 */
export function policyDocument(allows: readonly Allow[]): string {
  return JSON.stringify(policyOf(allows));
}

/** An IAM policy as an object. @throws as {@link policyDocument}. */
export function policyOf(allows: readonly Allow[]): PolicyDocument {
  for (const { actions, resources } of allows) {
    const unscoped = resources.includes('*') && !actions.every((action) => Object.hasOwn(unscopedActions, action));
    const wild = actions.find((action) => action.includes('*')) ?? (unscoped ? '*' : undefined);
    if (wild !== undefined) {
      throw new Error(`a policy allows ${actions.join(', ')} on ${resources.join(', ')}: ${wild} is too wide`);
    }
  }
  return {
    Version: '2012-10-17',
    Statement: merged(allows).map(({ actions, resources, conditions }) => ({
      Effect: 'Allow',
      Action: actions,
      Resource: resources,
      ...(conditions === undefined ? {} : { Condition: conditions }),
    })),
  };
}

/** What is allowed on the same resources, under the same conditions, as one: IAM counts characters. */
function merged(allows: readonly Allow[]): Allow[] {
  const byScope = new Map<string, Allow>();
  for (const allow of allows) {
    const scope = JSON.stringify([allow.resources, allow.conditions]);
    const known = byScope.get(scope)?.actions ?? [];
    byScope.set(scope, { ...allow, actions: [...new Set([...known, ...allow.actions])] });
  }
  return [...byScope.values()];
}

/** What IAM takes. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly {
    readonly Effect: 'Allow';
    readonly Action: readonly string[];
    readonly Resource: readonly string[];
    readonly Condition?: NonNullable<Allow['conditions']>;
  }[];
}

/**
 * The policy by which an AWS service may assume a role, on behalf of one account.
 *
 * Source: "The confused deputy problem", AWS IAM User Guide.
 */
export function trustPolicy(service: string, accountId?: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: service },
        Action: 'sts:AssumeRole',
        ...(accountId === undefined ? {} : { Condition: { StringEquals: { 'aws:SourceAccount': accountId } } }),
      },
    ],
  });
}
