/** `metav1.Condition`. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** One word in CamelCase, for programs. */
  readonly reason: string;
  /** A sentence, for people. */
  readonly message: string;
  /** RFC 3339. */
  readonly lastTransitionTime: string;
  /** The generation of the spec that the condition speaks of. */
  readonly observedGeneration?: number | undefined;
}

/** What is to be said; when it became so is found out. */
export type NewCondition = Omit<Condition, 'lastTransitionTime'>;

/**
 * The conditions with this one in the place of an earlier one of its type. `lastTransitionTime` changes with `status`
 * alone, so it tells since when that has been so. When nothing changes, the same array comes back.
 *
 * @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties
 */
export function setCondition(conditions: readonly Condition[], next: NewCondition, now: Date): readonly Condition[] {
  const before = conditions.find(({ type }) => type === next.type);
  const lastTransitionTime = before?.status === next.status ? before.lastTransitionTime : timeOf(now);
  const { observedGeneration, ...said } = next;
  const after: Condition = {
    ...said,
    lastTransitionTime,
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
  };
  if (before === undefined) return [...conditions, after];
  return isSame(before, after) ? conditions : conditions.map((condition) => (condition === before ? after : condition));
}

function isSame(one: Condition, other: Condition): boolean {
  return (
    one.status === other.status &&
    one.reason === other.reason &&
    one.message === other.message &&
    one.observedGeneration === other.observedGeneration
  );
}

/** `metav1.Time` has seconds only. */
function timeOf(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
