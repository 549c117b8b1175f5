/** Says the same thing once, however often it is found to be so. */
export interface Once<What> {
  /** Tells of it unless it was the last thing told. */
  tell(what: What): void;
  /** It is over: the next one is news again. */
  forget(): void;
}

/**
 * @param keyOf two things with the same key are the same thing.
 * @param known key of what need not be told first: as it is when nothing is the matter.
 */
export function createOnce<What>(
  keyOf: (what: What) => string,
  tell: (what: What) => void,
  known: string | null = null,
): Once<What> {
  let last = known;
  return {
    tell(what) {
      const key = keyOf(what);
      if (key !== last) tell(what);
      last = key;
    },
    forget() {
      last = null;
    },
  };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
