import type { Operation } from './operation.ts';

/** The loss that the consent gate compares, and how it reads. */
export interface LossToAccept {
  /** `Infinity`: not even a bound is known. */
  readonly seconds: number;
  /** Measured, as against only bounded or unknown. */
  readonly measured: boolean;
  readonly words: string;
  /** What a person must accept at least. */
  readonly toAccept: string;
}

export function lossToAccept({ decision, from }: Operation): LossToAccept {
  const { observedLossSeconds, worstCaseSeconds } = decision;
  if (observedLossSeconds !== null) {
    return number(observedLossSeconds, true, `expected loss ${observedLossSeconds.toFixed(1)} s`);
  }
  if (worstCaseSeconds !== null) {
    const words = `replication lag was not measured; up to ${worstCaseSeconds.toFixed(1)} s may be lost`;
    return number(worstCaseSeconds, false, words);
  }
  return {
    seconds: Number.POSITIVE_INFINITY,
    measured: false,
    words: `the loss is unknown: nobody measured the replication lag or saw ${from} healthy`,
    toAccept: 'any loss',
  };
}

function number(seconds: number, measured: boolean, words: string): LossToAccept {
  return { seconds, measured, words, toAccept: `at least ${Math.ceil(seconds)} s` };
}
