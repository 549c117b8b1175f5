/** `google.protobuf.Struct`: JSON in protocol buffers. Every number is a double. */
import type { Json, JsonObject } from './json.ts';
import { bytesField, doubleField, fieldsOf, varintField, type WireField } from './protobuf.ts';
import { renderError } from './render-error.ts';

/** Reads a Struct. */
export function decodeStruct(message: Buffer): JsonObject {
  return Object.fromEntries(mapEntries(fieldsOf(message), 1).map(([key, value]) => [key, decodeValue(value)]));
}

/** Entries of the map at a field's number. */
export function mapEntries(fields: readonly WireField[], number: number): readonly (readonly [string, Buffer])[] {
  return messages(fields, number).map((entry) => {
    const parts = fieldsOf(entry);
    return [messages(parts, 1)[0]?.toString() ?? '', messages(parts, 2)[0] ?? Buffer.alloc(0)];
  });
}

/** Every occurrence of a length-delimited field. */
export function messages(fields: readonly WireField[], number: number): readonly Buffer[] {
  return fields.flatMap((field) => (field.number === number && Buffer.isBuffer(field.value) ? [field.value] : []));
}

function decodeValue(message: Buffer): Json {
  const field = fieldsOf(message).at(-1);
  if (field === undefined || field.number === 1) {
    return null;
  }
  if (field.number === 4) {
    return field.value !== 0n;
  }
  if (Buffer.isBuffer(field.value)) {
    return decodeBytes(field.number, field.value);
  }
  throw renderError(`field ${field.number} is no value of a Struct`);
}

function decodeBytes(number: number, bytes: Buffer): Json {
  switch (number) {
    case 2:
      return bytes.readDoubleLE();
    case 3:
      return bytes.toString();
    case 5:
      return decodeStruct(bytes);
    case 6:
      return messages(fieldsOf(bytes), 1).map(decodeValue);
    default:
      throw renderError(`field ${number} is no value of a Struct`);
  }
}

/** Writes a Struct, without a tag and length of its own. */
export function encodeStruct(object: JsonObject): Buffer {
  return Buffer.concat(Object.entries(object).map(([key, value]) => encodeEntry(1, key, encodeValue(value))));
}

/** One entry of a map whose values are messages. */
export function encodeEntry(number: number, key: string, value: Buffer): Buffer {
  return bytesField(number, Buffer.concat([bytesField(1, key), bytesField(2, value)]));
}

function encodeValue(value: Json): Buffer {
  switch (typeof value) {
    case 'number':
      return doubleField(2, value);
    case 'string':
      return bytesField(3, value);
    case 'boolean':
      return varintField(4, value ? 1 : 0);
    default:
      return encodeContainer(value);
  }
}

function encodeContainer(value: Json[] | JsonObject | null): Buffer {
  if (value === null) {
    return varintField(1, 0);
  }
  return Array.isArray(value)
    ? bytesField(6, Buffer.concat(value.map((element) => bytesField(1, encodeValue(element)))))
    : bytesField(5, encodeStruct(value));
}
