import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli } from '../../src/cli/run-cli.ts';
import { captureConsole } from './captured-console.ts';

const said = captureConsole();

const example = 'examples/trading-rds.yaml';
const prefix = '/apis/understudy.dev/v1alpha1/namespaces/trading';

let folder: string;
let server: Server;
let objects: Record<string, object>;
const before = process.env.KUBECONFIG;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'outputs-'));
  objects = {};
  server = createServer((request, response) => {
    const object = objects[(request.url ?? '').replace(`${prefix}/`, '')];
    response.writeHead(object === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(object ?? { kind: 'Status', code: 404 }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  process.env.KUBECONFIG = path.join(folder, 'config');
  await writeFile(process.env.KUBECONFIG, kubeconfig(port));
});

afterEach(async () => {
  if (before === undefined) {
    delete process.env.KUBECONFIG;
  } else {
    process.env.KUBECONFIG = before;
  }
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  await rm(folder, { recursive: true, force: true });
});

function kubeconfig(port: number): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'it',
    clusters: [{ name: 'it', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'it', user: {} }],
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
  });
}

function object(kind: string, name: string, content: object): object {
  return { apiVersion: 'understudy.dev/v1alpha1', kind, metadata: { name, namespace: 'trading' }, ...content };
}

function applied(): Record<string, object> {
  const conditions = [{ type: 'Ready', status: 'True' }];
  return {
    'regionalstacks/trading-primary': object('RegionalStack', 'trading-primary', {
      status: { vpcId: 'vpc-1', loadBalancer: { dnsName: 'a.elb.amazonaws.com' }, conditions },
    }),
    'regionalstacks/trading-secondary': object('RegionalStack', 'trading-secondary', {}),
    'globalservices/trading-global': object('GlobalServices', 'trading-global', {
      status: { nameServers: ['ns-1.example', 'ns-2.example'] },
    }),
    'failoverplans/trading': object('FailoverPlan', 'trading', {
      spec: { dns: { name: 'trading.example.com' } },
      status: { activeRegion: 'us-east-1', sites: { primary: { instanceIds: ['i-1', 'i-2'] } } },
    }),
  };
}

describe('understudy outputs', () => {
  it('shows what the objects of the application say of AWS', async () => {
    objects = applied();
    expect(await runCli(['outputs', example])).toBe(0);
    const text = said.out;
    expect(text).toMatch(
      /RegionalStack trading-primary\nvpcId +vpc-1\nloadBalancer\.dnsName +a\.elb\.amazonaws\.com\n/,
    );
    expect(text).toMatch(/RegionalStack trading-secondary\nnothing yet/);
    expect(text).toMatch(/nameServers +ns-1\.example, ns-2\.example/);
    expect(text).toMatch(/sites\.primary\.instanceIds +i-1, i-2/);
    expect(text).not.toContain('conditions');
  });

  it('shows it to programs', async () => {
    objects = applied();
    expect(await runCli(['outputs', example, '--json'])).toBe(0);
    expect(JSON.parse(said.out)).toContainEqual({
      kind: 'RegionalStack',
      name: 'trading-primary',
      values: { vpcId: 'vpc-1', 'loadBalancer.dnsName': 'a.elb.amazonaws.com' },
    });
  });

  it('says what has not been applied', async () => {
    expect(await runCli(['outputs', example])).toBe(1);
    expect(said.err).toContain('US3002');
    expect(said.err).toMatch(/there is no regionalstacks\/trading-\w+ in namespace trading/);
    expect(said.err).toContain('first-application.md');
  });

  it('says that the cluster does not answer', async () => {
    await writeFile(process.env.KUBECONFIG ?? '', kubeconfig(1));
    expect(await runCli(['outputs', example])).toBe(1);
    expect(said.err).toContain('US3001');
    expect(said.err).not.toContain('    at ');
  });
});
