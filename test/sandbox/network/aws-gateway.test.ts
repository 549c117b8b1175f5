import { request } from 'node:http';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { awsUpstream, createSwitchboard, type Switchboard } from '../../../src/sandbox/network/switchboard.ts';
import { eventually } from '../eventually.ts';
import { httpUpstream } from './upstreams.ts';

let board: Switchboard;
let east: Awaited<ReturnType<typeof httpUpstream>>;
let west: Awaited<ReturnType<typeof httpUpstream>>;
let s3Clients: S3Client[];

beforeEach(async () => {
  board = await createSwitchboard({ locations: ['us-east-1', 'us-west-2', 'operations', 'internet'] });
  east = await httpUpstream((_, body) => `east ${body}`);
  west = await httpUpstream((_, body) => `west ${body}`);
  board.setUpstream(awsUpstream('us-east-1'), east.port);
  board.setUpstream(awsUpstream('us-west-2'), west.port);
  s3Clients = [];
});

afterEach(async () => {
  for (const client of s3Clients) client.destroy();
  await board.close();
  await east.close();
  await west.close();
});

function s3(location: string, region: string): S3Client {
  const client = new S3Client({
    region,
    endpoint: board.awsEndpointUrl(location),
    forcePathStyle: true,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  s3Clients.push(client);
  return client;
}

async function get(client: S3Client, abortSignal?: AbortSignal): Promise<string | undefined> {
  const command = new GetObjectCommand({ Bucket: 'bucket', Key: 'key' });
  const { Body } = await client.send(command, abortSignal === undefined ? {} : { abortSignal });
  return Body?.transformToString();
}

describe('the AWS gateway of a place', () => {
  it('carries a signed request to the region that it is signed for', async () => {
    expect(await get(s3('operations', 'us-east-1'))).toBe('east ');
    expect(await get(s3('operations', 'us-west-2'))).toBe('west ');
  });

  it('carries bodies', async () => {
    await s3('operations', 'us-west-2').send(
      new PutObjectCommand({ Bucket: 'bucket', Key: 'takeover/2', Body: 'x'.repeat(300_000) }),
    );
    expect(west.requests).toEqual(['PUT /bucket/takeover/2?x-id=PutObject']);
  });

  it('carries an anonymous object read by its host name, with the bucket moved into the path', async () => {
    const hostname = 'markers.s3.us-west-2.amazonaws.com';
    const body = await new Promise<string>((resolve, reject) => {
      request({
        host: board.addressOf('internet', hostname) ?? '',
        port: board.httpPort,
        path: '/takeover/2',
        headers: { host: hostname },
        agent: false,
      })
        .on('response', async (response) => resolve((await response.toArray()).join('')))
        .on('error', reject)
        .end();
    });
    expect(body).toBe('west ');
    expect(west.requests).toEqual(['GET /markers/takeover/2']);
  });

  it.each([
    ['a request that names no region', {}, 'it names no region'],
    ['a region that is not there', { authorization: 'Credential=K/20261121/eu-west-1/rds/aws4_request' }, 'eu-west-1'],
    [
      'a place that is no region of AWS',
      { authorization: 'Credential=K/20261121/mars/rds/aws4_request' },
      'no region mars',
    ],
  ])('answers 421 to %s', async (_, headers, reason) => {
    const response = await fetch(board.awsEndpointUrl('operations'), { headers });
    expect(response.status).toBe(421);
    expect(await response.text()).toContain(reason);
  });

  it('resets requests for a region that is gone', async () => {
    board.setUpstream(awsUpstream('us-east-1'), null);
    await expect(get(s3('operations', 'us-east-1'))).rejects.toThrow('ECONNRESET');
    expect(await get(s3('operations', 'us-west-2'))).toBe('west ');
  });

  it('resets requests over a link that is cut with reset', async () => {
    board.link('operations', 'us-east-1').cut('reset');
    await expect(get(s3('operations', 'us-east-1'))).rejects.toThrow('ECONNRESET');
    expect(east.requests).toEqual([]);
    expect(await get(s3('internet', 'us-east-1'))).toBe('east ');
  });

  it('keeps callers of a blackhole waiting until they give up, and never delivers what they gave up', async () => {
    board.link('operations', 'us-east-1').cut('blackhole');
    const caller = new AbortController();
    const given = get(s3('operations', 'us-east-1'), caller.signal);
    const patient = get(s3('operations', 'us-east-1'));
    caller.abort();
    await expect(given).rejects.toMatchObject({ name: 'AbortError' });
    expect(east.requests).toEqual([]);
    board.healAll();
    expect(await patient).toBe('east ');
    expect(east.requests).toHaveLength(1);
  });

  it('executes a request whose answer cannot come back', async () => {
    board.link('us-east-1', 'operations').cut('blackhole');
    const answer = get(s3('operations', 'us-east-1'));
    await eventually('the request', () => east.requests.length === 1);
    board.link('us-east-1', 'operations').cut('reset');
    await expect(answer).rejects.toThrow('ECONNRESET');
  });

  it('loses the reply of as many requests as it was told to, after executing them', async () => {
    board.link('operations', 'us-east-1').loseReplies(1);
    const caller = new AbortController();
    const lost = get(s3('operations', 'us-east-1'), caller.signal);
    await eventually('the request', () => east.requests.length === 1);
    expect(await get(s3('operations', 'us-east-1'))).toBe('east ');
    caller.abort();
    await expect(lost).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('delivers a duplicated request twice and answers once', async () => {
    board.link('operations', 'us-east-1').duplicate(1);
    expect(await get(s3('operations', 'us-east-1'))).toBe('east ');
    await eventually('the second delivery', () => east.requests.length === 2);
    expect(await get(s3('operations', 'us-east-1'))).toBe('east ');
    expect(east.requests).toHaveLength(3);
  });

  it('drops as many requests as it was told to', async () => {
    board.link('operations', 'us-east-1').drop(1);
    const caller = new AbortController();
    const dropped = get(s3('operations', 'us-east-1'), caller.signal);
    await eventually('the drop', () => board.link('operations', 'us-east-1').pendingFaults === 0);
    expect(await get(s3('operations', 'us-east-1'))).toBe('east ');
    expect(east.requests).toHaveLength(1);
    caller.abort();
    await expect(dropped).rejects.toMatchObject({ name: 'AbortError' });
  });
});
