/** What a name means that Understudy uses, and what to do about it. */
export interface Explanation {
  readonly means: string;
  /** Absent: there is nothing to do. */
  readonly todo?: string;
}

/** A kind of names, such as the steps of operations. */
export interface ExplainedKind {
  /** In the singular, as it is read beside a name: `step`. */
  readonly kind: string;
  /** Where such names are met. */
  readonly where: string;
  readonly entries: Readonly<Record<string, Explanation>>;
}
