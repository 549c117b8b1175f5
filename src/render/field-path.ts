/**
 * Field paths as Crossplane parses, reads and writes them. The rules that surprise: a null on the way counts as absent,
 * a wrong type on the way is an error; a write pads a list with nulls up to its index.
 *
 * Source: pkg/fieldpath of https://github.com/crossplane/crossplane-runtime.
 */
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { renderError } from './render-error.ts';

type Segment = string | number;

/** The highest index that may be written. */
const maxIndex = 1024;
/** An index above this is taken for a key. */
const maxUint32 = 2 ** 32 - 1;

/** Splits a path into keys and indexes. */
function parseFieldPath(path: string): readonly Segment[] {
  const segments: Segment[] = [];
  let rest = path;
  while (rest !== '') {
    const [matched, bracketed, plain] = /^\[([^[\]]+)\]|^\.?([^.[\]]+)/.exec(rest) ?? [''];
    if (matched === '' || (matched.startsWith('.') && segments.length === 0)) {
      const position = path.length - rest.length;
      throw renderError(`${path} is not a field path: unexpected ${JSON.stringify(rest[0])} at position ${position}`);
    }
    segments.push(bracketed === undefined ? unquoted(plain ?? '') : keyOrIndex(bracketed));
    rest = rest.slice(matched.length);
  }
  return segments;
}

function keyOrIndex(text: string): Segment {
  return /^\d+$/.test(text) && Number(text) <= maxUint32 ? Number(text) : unquoted(text);
}

function unquoted(text: string): string {
  return text.replace(/^['"]+|['"]+$/g, '');
}

/** The value at a path; undefined where it is absent. A null at the end is a value. */
export function valueAt(object: JsonObject, path: string): Json | undefined {
  let current: Json = object;
  for (const segment of parseFieldPath(path)) {
    const next: Json | undefined =
      typeof segment === 'number' ? element(current, segment, path) : field(current, segment, path);
    if (next === undefined) {
      return undefined;
    }
    current = next;
  }
  return current;
}

function element(parent: Json, index: number, path: string): Json | undefined {
  if (!Array.isArray(parent)) {
    throw renderError(`${path}: [${index}] of what is not a list`);
  }
  return parent[index];
}

function field(parent: Json, key: string, path: string): Json | undefined {
  if (parent === null) {
    return undefined;
  }
  if (!isJsonObject(parent)) {
    throw renderError(`${path}: ${key} of what is not an object`);
  }
  return Object.hasOwn(parent, key) ? parent[key] : undefined;
}

/** Writes a value into an object in place, making the objects and lists on the way. */
export function setValueAt(object: JsonObject, path: string, value: Json): void {
  const segments = parseFieldPath(path);
  const tooHigh = segments.find((segment) => typeof segment === 'number' && segment > maxIndex);
  if (tooHigh !== undefined) {
    throw renderError(`${path}: index ${tooHigh} is above ${maxIndex}`);
  }
  let parent: Json = object;
  for (const [place, segment] of segments.entries()) {
    const next = segments[place + 1];
    const slot = slotOf(parent, segment, path);
    if (next === undefined) {
      slot.set(value);
      return;
    }
    parent = slot.prepare(next);
  }
}

interface Slot {
  set(value: Json): void;
  /** The value in the slot, made or lengthened so that the next segment has a place in it. */
  prepare(next: Segment): Json;
}

function slotOf(parent: Json, segment: Segment, path: string): Slot {
  if (typeof segment === 'number') {
    if (!Array.isArray(parent)) {
      throw renderError(`${path}: [${segment}] of what is not a list`);
    }
    return {
      set: (value) => {
        parent[segment] = value;
      },
      prepare: (next) => {
        const prepared = preparedFor(next, parent[segment] ?? undefined);
        parent[segment] = prepared;
        return prepared;
      },
    };
  }
  if (!isJsonObject(parent)) {
    throw renderError(`${path}: ${segment} of what is not an object`);
  }
  const own = Object.hasOwn(parent, segment) ? parent[segment] : undefined;
  return {
    set: (value) => {
      parent[segment] = value;
    },
    prepare: (next) => {
      const prepared = preparedFor(next, own);
      parent[segment] = prepared;
      return prepared;
    },
  };
}

function preparedFor(next: Segment, existing: Json | undefined): Json {
  if (existing === undefined) {
    return typeof next === 'number' ? new Array<Json>(next + 1).fill(null) : {};
  }
  if (typeof next === 'number' && Array.isArray(existing)) {
    return [...existing, ...new Array<Json>(Math.max(0, next + 1 - existing.length)).fill(null)];
  }
  return existing;
}
