import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { captureConsole } from './captured-console.ts';
import { OperatorCluster } from './operator-cluster.ts';

const said = captureConsole();
const cluster = OperatorCluster.forEachTest();

describe('what stands between a person and the cluster', () => {
  it('is said where there is no such plan: the nearest name', async () => {
    cluster.addPlan('trading');
    cluster.addPlan('billing');
    expect(await cluster.run(['status', 'tradign'])).toBe(1);
    expect(said.err).toContain('US3002');
    expect(said.err).toContain('did you mean trading?');
    expect(said.err).toContain('Plans in trading: trading, billing');
  });

  it('is said where the plan is in another namespace, or in several', async () => {
    cluster.addPlan('orders', {}, { namespace: 'shop' });
    expect(await cluster.run(['failover', 'orders', '--yes'])).toBe(1);
    expect(said.err).toContain('there is one in shop');
    cluster.addPlan('orders', {}, { namespace: 'test' });
    expect(await cluster.run(['history', 'orders'])).toBe(1);
    expect(said.err).toContain('there is one each in shop, test');
    expect(await cluster.run(['history', 'orders', '-n', 'shop'])).toBe(0);
  });

  it('is said where the API server does not answer, without a stack', async () => {
    await cluster.server.stop();
    expect(await cluster.run(['status'])).toBe(1);
    expect(said.err).toMatch(/US3001.*127\.0\.0\.1:\d+ does not answer: .*ECONNREFUSED/);
    expect(said.err).not.toContain('    at ');
  });

  it('is said where the role is missing: verb and resource', async () => {
    cluster.addPlan('trading');
    cluster.server.fault({ status: 403, reason: 'Forbidden' }, ({ method }) => method === 'POST');
    expect(await cluster.run(['drill', 'trading', '--yes'])).toBe(1);
    expect(said.err).toContain('you may not create failovers.understudy.dev in namespace trading');
    expect(said.err).toContain('kubectl auth can-i create failovers.understudy.dev -n trading');
  });

  it('is said where the credentials have expired', async () => {
    cluster.server.fault({ status: 401, reason: 'Unauthorized' }, () => true, 9);
    expect(await cluster.run(['status'])).toBe(1);
    expect(said.err).toContain('does not accept your credentials');
  });

  it('is said where the kinds are missing', async () => {
    cluster.server.fault({ status: 404 }, ({ path: asked }) => asked.includes('/failoverplans'), 9);
    expect(await cluster.run(['status', 'trading'])).toBe(1);
    expect(said.err).toContain('US3010');
    expect(said.err).toContain('kubectl apply --server-side -f dist/');
  });

  it('is said where a rule of the kind is broken', async () => {
    cluster.addPlan('trading');
    cluster.server.fault({ status: 422, reason: 'Invalid' }, ({ method }) => method === 'POST');
    expect(await cluster.run(['failover', 'trading', '--yes'])).toBe(1);
    expect(said.err).toMatch(/US3011 +fault 422/);
  });

  it.each([
    [['--kubeconfig', '/nowhere/config'], 'the kubeconfig cannot be read'],
    [['--context', 'fakee'], 'has no context fakee'],
  ])('is said where the kubeconfig does not fit: %s', async (args, says) => {
    expect(await cluster.run(['status', ...args])).toBe(1);
    expect(said.err).toContain('US3001');
    expect(said.err).toContain(says);
  });

  it('is said where the kubeconfig has no current context', async () => {
    const file = path.join(cluster.folder, 'empty');
    await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'Config', clusters: [], users: [], contexts: [] }));
    expect(await cluster.run(['status', '--kubeconfig', file])).toBe(1);
    expect(said.err).toContain('the kubeconfig has no current context');
  });
});

describe('completion', () => {
  it('offers the plans of the namespace, and what can be explained', async () => {
    cluster.addPlan('trading');
    cluster.addPlan('billing');
    await cluster.run(['--get-yargs-completions', 'understudy', 'failover', '']);
    expect(said.out.split('\n')).toEqual(expect.arrayContaining(['trading', 'billing']));
    await cluster.run(['--get-yargs-completions', 'understudy', 'explain', 'US30']);
    expect(said.out.split('\n')).toContain('US3001');
  });

  it('offers nothing, without a word, where the cluster is away', async () => {
    await cluster.server.stop();
    await cluster.run(['--get-yargs-completions', 'understudy', 'failover', '']);
    expect([said.out, said.err]).toEqual(['', '']);
  });
});
