/** Where a field stands in an object: keys, and indexes of lists. */
export type FieldPath = readonly (string | number)[];

/**
 * A path as people write it.
 *
 * @example
 * formatPath(['spec', 'tables', 0, 'name']); // 'spec.tables[0].name'
 */
export function formatPath(path: FieldPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') {
      return `${text}[${part}]`;
    }
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(part)) {
      return `${text}[${JSON.stringify(part)}]`;
    }
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** Whether one path is the other, or leads to it. */
export function touches(a: FieldPath, b: FieldPath): boolean {
  const shorter = Math.min(a.length, b.length);
  return a.slice(0, shorter).every((part, index) => part === b[index]);
}
