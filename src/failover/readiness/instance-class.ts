/** Sizes below `xlarge`, in shares of it: each size has twice the memory of the one before. */
const shares: Readonly<Record<string, number>> = {
  micro: 1 / 16,
  small: 1 / 8,
  medium: 1 / 4,
  large: 1 / 2,
  xlarge: 1,
};

/**
 * How one RDS instance class compares with another by size, which is what the load needs first: `db.r6g.large` is smaller
 * than `db.m5.xlarge`. Where a size is not of the common row, as in `db.serverless`, classes are only the same or different.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html
 */
export function compareInstanceClasses(one: string, other: string): 'same' | 'smaller' | 'different' {
  if (one === other) return 'same';
  const sizes = [sizeOf(one), sizeOf(other)] as const;
  return sizes[0] !== null && sizes[1] !== null && sizes[0] < sizes[1] ? 'smaller' : 'different';
}

function sizeOf(instanceClass: string): number | null {
  const size = instanceClass.split('.')[2] ?? '';
  const multiple = /^([0-9]+)xlarge$/.exec(size)?.[1];
  return multiple === undefined ? (shares[size] ?? null) : Number(multiple);
}
