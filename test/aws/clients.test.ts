import { createServer, type IncomingMessage } from 'node:http';
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AwsClients } from '../../src/aws/clients.ts';
import { type Listener, listen } from '../../src/sandbox/region/listener.ts';
import { credentials } from './local-aws.ts';

let requests: IncomingMessage[];
let server: Listener;
let clients: AwsClients;
const saved = { all: process.env.AWS_ENDPOINT_URL, s3: process.env.AWS_ENDPOINT_URL_S3 };

beforeEach(async () => {
  requests = [];
  server = await listen(
    createServer((request, response) => {
      requests.push(request);
      response.writeHead(500).end();
    }),
  );
  clients = new AwsClients({ actor: 'lambda/us-west-2 #7', callMs: 1_000, credentials });
});
afterEach(async () => {
  clients.close();
  await server.close();
  restore('AWS_ENDPOINT_URL', saved.all);
  restore('AWS_ENDPOINT_URL_S3', saved.s3);
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

async function getObject(): Promise<void> {
  await clients
    .s3('us-west-2')
    .send(new GetObjectCommand({ Bucket: 'switch', Key: 'open/1' }))
    .catch(() => {});
}

describe('the clients', () => {
  it.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3'])('follow %s, with the bucket in the path', async (name) => {
    process.env[name] = `http://127.0.0.1:${server.port}`;
    await getObject();
    expect(requests.map(({ url }) => url)).toEqual([expect.stringMatching(/^\/switch\/open\/1/)]);
  });

  it('name the region and the actor', async () => {
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${server.port}`;
    await clients
      .rds('eu-central-1')
      .send(new DescribeDBInstancesCommand({}))
      .catch(() => {});
    const [request] = requests;
    expect(request?.headers.authorization).toContain('/eu-central-1/rds/aws4_request');
    expect(request?.headers['user-agent']).toContain('app/lambda-us-west-2--7');
  });

  it('are one a service and region', () => {
    expect(clients.rds('us-west-2')).toBe(clients.rds('us-west-2'));
    expect(clients.rds('us-west-2')).not.toBe(clients.rds('us-east-1'));
    expect(clients.rds('us-west-2')).not.toBe(clients.sns('us-west-2'));
  });

  it('make each call once', async () => {
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${server.port}`;
    await getObject();
    expect(requests).toHaveLength(1);
  });

  it('keep a connection open between calls', async () => {
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${server.port}`;
    const rds = clients.rds('us-west-2');
    for (let call = 0; call < 3; call += 1) await rds.send(new DescribeDBInstancesCommand({})).catch(() => {});
    expect(new Set(requests.map(({ socket }) => socket.remotePort)).size).toBe(1);
  });

  it('wait for no other call where a hundred get no answer', async () => {
    let arrived = 0;
    const deaf = await listen(
      createServer((request, response) => {
        // Answers nothing of one bucket, ever.
        if (request.url === '/hang/x?x-id=GetObject') arrived += 1;
        else response.writeHead(404).end();
      }),
    );
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${deaf.port}`;
    const s3 = clients.s3('us-west-2');
    const hanging = Array.from({ length: 100 }, () => s3.send(new GetObjectCommand({ Bucket: 'hang', Key: 'x' })));
    const ended = Promise.allSettled(hanging);
    const answer = await s3.send(new GetObjectCommand({ Bucket: 'switch', Key: 'x' })).catch((error) => error);
    expect(answer.$metadata.httpStatusCode).toBe(404);
    expect(arrived).toBe(100);
    await deaf.close();
    await ended;
  });
});
