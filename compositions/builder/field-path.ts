/** One step into an object (a key) or an array (an index). */
export type Segment = string | number;

const plainKey = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/**
 * Writes a path the way Crossplane's fieldpath package parses it: keys that hold dots, slashes or only digits go in
 * quotes and brackets, so that they are neither split nor taken for an index.
 *
 * Source: pkg/fieldpath of https://github.com/crossplane/crossplane-runtime.
 *
 * @throws Error for a key that no path can name: an empty one, or one with brackets or with quotes at an end.
 * @example
 * fieldPath(['metadata', 'labels', 'understudy.dev/role']); // metadata.labels["understudy.dev/role"]
 * fieldPath(['spec', 'zones', 0, 'name']); // spec.zones[0].name
 */
export function fieldPath(segments: readonly Segment[]): string {
  return segments.map(written).join('').replace(/^\./, '');
}

function written(segment: Segment): string {
  if (typeof segment === 'number') {
    return `[${segment}]`;
  }
  if (plainKey.test(segment)) {
    return `.${segment}`;
  }
  if (segment === '' || /[[\]]|^['"]|['"]$/.test(segment)) {
    throw new Error(`no field path can name the key ${JSON.stringify(segment)}`);
  }
  return `["${segment}"]`;
}
