/** How well the order in which things happened follows their priorities, the highest first. */
export interface OrderReport {
  /** Spearman's rank correlation of priority and order: 1 is perfect, 0 is chance. */
  readonly rankCorrelation: number;
  /** Pairs of which the one with the lower priority came first, of all pairs whose priorities differ. */
  readonly inversions: number;
  readonly inversionsShare: number;
}

/** @param priorities in the order in which things happened. */
export function orderOf(priorities: readonly number[]): OrderReport {
  const wanted = ranksOf(priorities.map((priority) => -priority));
  const happened = priorities.map((_, index) => index + 1);
  const inversions = inversionsOf(priorities);
  const ties = tiesOf(priorities);
  const pairs = (priorities.length * (priorities.length - 1)) / 2 - ties;
  return {
    rankCorrelation: rounded(correlation(wanted, happened)),
    inversions,
    inversionsShare: pairs === 0 ? 0 : rounded(inversions / pairs),
  };
}

/** Ranks from 1; equal values share the middle of theirs. */
function ranksOf(values: readonly number[]): number[] {
  const sorted = [...values.entries()].sort(([, one], [, other]) => one - other);
  const ranks = new Array<number>(values.length).fill(0);
  for (let first = 0; first < sorted.length; ) {
    let after = first + 1;
    while (after < sorted.length && sorted[after]?.[1] === sorted[first]?.[1]) after += 1;
    for (let at = first; at < after; at += 1) ranks[sorted[at]?.[0] ?? 0] = (first + after + 1) / 2;
    first = after;
  }
  return ranks;
}

function correlation(one: readonly number[], other: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanOne, meanOther] = [mean(one), mean(other)];
  let both = 0;
  let squaresOne = 0;
  let squaresOther = 0;
  one.forEach((value, index) => {
    const a = value - meanOne;
    const b = (other[index] ?? 0) - meanOther;
    both += a * b;
    squaresOne += a * a;
    squaresOther += b * b;
  });
  return both / Math.sqrt(squaresOne * squaresOther);
}

/** Pairs in which a lower number stands before a higher one, by merge sort. */
function inversionsOf(values: readonly number[]): number {
  const sort = (part: readonly number[]): { readonly sorted: readonly number[]; readonly count: number } => {
    if (part.length < 2) return { sorted: part, count: 0 };
    const middle = part.length >> 1;
    const [left, right] = [sort(part.slice(0, middle)), sort(part.slice(middle))];
    const sorted: number[] = [];
    let count = left.count + right.count;
    let at = 0;
    for (const value of right.sorted) {
      while (at < left.sorted.length && (left.sorted[at] ?? 0) >= value) {
        sorted.push(left.sorted[at] ?? 0);
        at += 1;
      }
      // All that is left of the left is lower, and came first.
      count += left.sorted.length - at;
      sorted.push(value);
    }
    return { sorted: [...sorted, ...left.sorted.slice(at)], count };
  };
  return sort(values).count;
}

function tiesOf(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
