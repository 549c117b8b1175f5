/** Something that was looked at: what was found, or why it cannot be told. Unknown is never taken for bad, nor for good. */
export type Fact<Value> =
  | { readonly known: true; readonly value: Value }
  | {
      readonly known: false;
      /** In a few words, such as `AccessDenied: not authorized to perform rds:DescribeDBInstances`. */
      readonly why: string;
    };

export function known<Value>(value: Value): Fact<Value> {
  return { known: true, value };
}

export function unknown(why: string): Fact<never> {
  return { known: false, why };
}

/** The value, or `null` where it cannot be told: for whoever says so elsewhere. */
export function ifKnown<Value>(fact: Fact<Value>): Value | null {
  return fact.known ? fact.value : null;
}
