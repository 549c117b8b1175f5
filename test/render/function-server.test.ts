import { connect } from 'node:http2';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FunctionServer, serveFunction } from '../../src/render/function-server.ts';
import type { JsonObject } from '../../src/render/json.ts';
import { bytesField, fieldsOf } from '../../src/render/protobuf.ts';
import { decodeStruct, encodeEntry, encodeStruct, mapEntries, messages } from '../../src/render/protobuf-struct.ts';

const method = '/apiextensions.fn.proto.v1.FunctionRunnerService/RunFunction';

interface Answer {
  readonly status: string;
  readonly message: Buffer;
}

/** One gRPC call, without a gRPC library. */
function call(address: string, path: string, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://${address}`);
    session.once('error', reject);
    const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' });
    const chunks: Buffer[] = [];
    let status = 'none';
    stream.once('error', reject);
    stream.on('trailers', (trailers) => {
      status = String(trailers['grpc-status']);
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      session.close();
      resolve({ status, message: Buffer.concat(chunks).subarray(5) });
    });
    stream.end(body);
  });
}

function framed(message: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

const wrapped = (resource: JsonObject): Buffer => bytesField(1, encodeStruct(resource));

const input = (patches: JsonObject[]): JsonObject => ({
  apiVersion: 'pt.fn.crossplane.io/v1beta1',
  kind: 'Resources',
  resources: [{ name: 'it', base: { apiVersion: 'v1', kind: 'Thing' }, patches }],
});

function request(spec: JsonObject, patches: JsonObject[], more: readonly Buffer[] = []): Buffer {
  const xr = { apiVersion: 'example.org/v1', kind: 'Stack', metadata: { name: 'east' }, spec };
  const seen = {
    metadata: { name: 'seen' },
    status: { arn: 'arn:1', conditions: [{ type: 'Ready', status: 'True' }] },
  };
  const observed = Buffer.concat([bytesField(1, wrapped(xr)), encodeEntry(2, 'it', wrapped(seen))]);
  return Buffer.concat([
    bytesField(1, bytesField(1, 'a tag')),
    bytesField(2, observed),
    bytesField(4, encodeStruct(input(patches))),
    bytesField(5, encodeStruct({ passed: 'on' })),
    ...more,
  ]);
}

const copy = { type: 'FromCompositeFieldPath', fromFieldPath: 'spec.a', toFieldPath: 'spec.b' };

/** The messages of an answer’s field, each without its own tag. */
const part = (answer: Buffer, number: number): Buffer => messages(fieldsOf(answer), number)[0] ?? Buffer.alloc(0);

describe('the function server', () => {
  let server: FunctionServer;
  beforeEach(async () => {
    server = await serveFunction({ port: 0 });
  });
  afterEach(() => server.close());

  it('answers a call with what the composition wants', async () => {
    const report = { type: 'ToCompositeFieldPath', fromFieldPath: 'status.arn', toFieldPath: 'status.arn' };
    const value = { text: 'ä', list: [1.5, null, true], nothing: {} };
    const { status, message } = await call(server.address, method, framed(request({ a: value }, [copy, report])));
    expect(status).toBe('0');
    expect(part(part(message, 1), 1).toString()).toBe('a tag');
    expect(decodeStruct(part(message, 4))).toEqual({ passed: 'on' });
    const desired = part(message, 2);
    expect(decodeStruct(part(part(desired, 1), 1))).toEqual({
      apiVersion: 'example.org/v1',
      kind: 'Stack',
      status: { arn: 'arn:1' },
    });
    const [[name, resource] = ['', Buffer.alloc(0)]] = mapEntries(fieldsOf(desired), 2);
    expect(name).toBe('it');
    expect(decodeStruct(part(resource, 1))).toEqual({
      apiVersion: 'v1',
      kind: 'Thing',
      metadata: { name: 'seen' },
      spec: { b: value },
    });
    expect(fieldsOf(resource).find(({ number }) => number === 3)?.value).toBe(1n);
  });

  it('says in the answer why a composition cannot be evaluated', async () => {
    const { status, message } = await call(server.address, method, framed(request({}, [{ type: 'PatchSet' }])));
    expect(status).toBe('0');
    expect(fieldsOf(part(message, 3))[0]?.value).toBe(1n);
    expect(part(part(message, 3), 2).toString()).toMatch(/PatchSet/);
    expect(part(message, 2)).toHaveLength(0);
  });

  it('refuses to run after another step', async () => {
    const earlier = bytesField(3, encodeEntry(2, 'other', wrapped({ kind: 'Other' })));
    const { message } = await call(server.address, method, framed(request({}, [], [earlier])));
    expect(part(part(message, 3), 2).toString()).toBe('a step before this one is not evaluated');
  });

  it.each<[string, string, Buffer, string]>([
    ['another method', '/other/Method', framed(Buffer.alloc(0)), '12'],
    ['no message', method, Buffer.alloc(0), '12'],
    ['a compressed message', method, Buffer.from([1, 0, 0, 0, 0]), '12'],
    ['a message cut short', method, framed(Buffer.from([0x0a, 0x05, 0x00])), '3'],
  ])('refuses %s', async (_, path, body, status) => {
    expect((await call(server.address, path, body)).status).toBe(status);
  });

  it('does not start without the certificates that it is told to use', async () => {
    await expect(serveFunction({ port: 0, tlsCertsDir: '/nowhere' })).rejects.toThrow(/nowhere/);
  });
});
