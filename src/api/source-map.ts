import { isCollection, isMap, isNode, isPair, isScalar, type LineCounter, type Node, type ParsedNode } from 'yaml';
import type { FieldPath } from './field-path.ts';

/** Finds the line of a field in parsed YAML. */
export interface SourceMap {
  /** One-based line of the field's key, or of the nearest thing around it that stands in the file. */
  lineOf(path: FieldPath): number | undefined;
}

export function sourceMapOf(root: ParsedNode | null, lines: LineCounter): SourceMap {
  return {
    lineOf(path) {
      const offset = offsetOf(root, path);
      return offset === undefined ? undefined : lines.linePos(offset).line;
    },
  };
}

/** Character at which the key of a field stands; the walk stops where the file does. */
function offsetOf(root: ParsedNode | null, path: FieldPath): number | undefined {
  let node: Node | null = root;
  let offset = root?.range?.[0];
  for (const part of path) {
    const next = step(node, part);
    if (next === undefined) {
      return offset;
    }
    node = next.value;
    offset = next.offset ?? offset;
  }
  return offset;
}

function step(
  node: Node | null,
  part: string | number,
): { value: Node | null; offset: number | undefined } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part),
    );
    if (pair === undefined || !isScalar(pair.key)) {
      return undefined;
    }
    return { value: isNode(pair.value) ? pair.value : null, offset: pair.key.range?.[0] };
  }
  if (isCollection(node) && typeof part === 'number') {
    const item = node.items[part];
    return isNode(item) ? { value: item, offset: item.range?.[0] } : undefined;
  }
  return undefined;
}
