/** A JSON value, which is all that goes in and comes out here. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

export interface JsonObject {
  [key: string]: Json;
}

/** True for an object, false for a list or null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as people name it in a message. */
export function nameOfType(value: unknown): string {
  if (value === null) {
    return 'null';
  }
  if (typeof value === 'bigint') {
    return 'number';
  }
  return Array.isArray(value) ? 'list' : typeof value;
}
