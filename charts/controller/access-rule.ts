/** What may be done with some kinds of object, and what for. RBAC rules and docs/reference/controller.md come from it. */
export interface AccessRule {
  /** Empty: the core group. */
  readonly apiGroup: string;
  /** Plurals, subresources as `failovers/status`. */
  readonly resources: readonly string[];
  readonly verbs: readonly Verb[];
  /** Only these objects. Kubernetes cannot limit `create` and `list` so. @default all */
  readonly resourceNames?: readonly string[];
  readonly why: string;
}

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/** A rule as Kubernetes takes it. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly Verb[];
}

export function policyRule({ apiGroup, resources, resourceNames, verbs }: AccessRule): PolicyRule {
  return {
    apiGroups: [apiGroup],
    resources,
    ...(resourceNames === undefined ? {} : { resourceNames }),
    verbs,
  };
}
