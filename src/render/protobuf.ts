/**
 * Protocol buffers' wire format, as much as Crossplane's function protocol needs: varints, doubles and length-delimited
 * fields. The SDK for functions in TypeScript would bring this along, but needs a newer Node than this project does.
 *
 * Source: https://protobuf.dev/programming-guides/encoding.
 */
import { renderError } from './render-error.ts';

/** One field of a message as it came: a varint, the eight bytes of a double, or the bytes of anything longer. */
export interface WireField {
  readonly number: number;
  readonly value: bigint | Buffer;
}

const varint = 0;
const fixed64 = 1;
const delimited = 2;
const fixed32 = 5;

/** Splits a message into its fields, in their order. */
export function fieldsOf(message: Buffer): readonly WireField[] {
  const fields: WireField[] = [];
  let at = 0;
  while (at < message.length) {
    const tag = readVarint(message, at);
    const wireType = Number(tag.value & 7n);
    const read = readValue(message, tag.next, wireType);
    fields.push({ number: Number(tag.value >> 3n), value: read.value });
    at = read.next;
  }
  return fields;
}

interface Read<T> {
  readonly value: T;
  /** Where the next thing starts. */
  readonly next: number;
}

function readValue(message: Buffer, at: number, wireType: number): Read<bigint | Buffer> {
  switch (wireType) {
    case varint:
      return readVarint(message, at);
    case fixed64:
      return readBytes(message, at, 8);
    case fixed32:
      return readBytes(message, at, 4);
    case delimited: {
      const length = readVarint(message, at);
      return readBytes(message, length.next, Number(length.value));
    }
    default:
      throw renderError(`wire type ${wireType} is not protocol buffers`);
  }
}

function readBytes(message: Buffer, at: number, length: number): Read<Buffer> {
  if (at + length > message.length) {
    throw renderError('the message ends inside a field');
  }
  return { value: message.subarray(at, at + length), next: at + length };
}

function readVarint(message: Buffer, at: number): Read<bigint> {
  let value = 0n;
  for (let next = at; next < Math.min(message.length, at + 10); next += 1) {
    const byte = message[next] ?? 0;
    value |= BigInt(byte & 0x7f) << BigInt(7 * (next - at));
    if (byte < 0x80) {
      return { value: BigInt.asUintN(64, value), next: next + 1 };
    }
  }
  throw renderError('the message ends inside a number');
}

/** A field that holds a whole number or an enum. */
export function varintField(number: number, value: number | bigint): Buffer {
  return Buffer.concat([encodedVarint((number << 3) | varint), encodedVarint(value)]);
}

/** A field that holds a double. */
export function doubleField(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([encodedVarint((number << 3) | fixed64), bytes]);
}

/** A field that holds text, bytes or a message. */
export function bytesField(number: number, value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([encodedVarint((number << 3) | delimited), encodedVarint(bytes.length), bytes]);
}

function encodedVarint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
