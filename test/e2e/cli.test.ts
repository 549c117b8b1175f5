import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failoverDefinition, failoverPlanDefinition } from '../../src/api/definitions.ts';
import type { FailoverStatus } from '../../src/api/failover.ts';
import type { FailoverPlanStatus } from '../../src/api/failover-plan-status.ts';
import { planObject } from './failover-objects.ts';
import { type Cluster, startCluster } from './rig/cluster.ts';
import type { KubernetesObject } from './rig/kubernetes/api-client.ts';
import { applyAll } from './rig/kubernetes/apply-all.ts';
import { waitFor } from './rig/process/wait-for.ts';
import { tool } from './rig/toolchain/toolchain.ts';

const root = path.resolve(import.meta.dirname, '../..');
const namespace = 'trading';
const apiVersion = 'understudy.dev/v1alpha1';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command line as a process of its own, on a real API server, with the test in the controller's place. */
describe('understudy, on a real API server', () => {
  let cluster: Cluster;
  let folder: string;

  beforeAll(async () => {
    cluster = await startCluster();
    folder = await mkdtemp(path.join(tmpdir(), 'plugin-'));
  }, 1_200_000);

  afterAll(async () => {
    await cluster?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return new Promise((resolve) => {
      execFile(
        command,
        [...args],
        { cwd: root, env: { ...process.env, KUBECONFIG: cluster.kubeconfig, ...env }, timeout: 120_000 },
        (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
      );
    });
  }

  function understudy(...args: string[]): Promise<Ended> {
    return run(process.execPath, ['bin/understudy.js', ...args, '-n', namespace]);
  }

  async function say(name: string, status: FailoverStatus): Promise<void> {
    const metadata = { name, namespace };
    await cluster.api.mergePatch({ apiVersion, kind: 'Failover', metadata }, { status }, 'status');
  }

  async function failovers(): Promise<readonly KubernetesObject[]> {
    return cluster.api.list(apiVersion, 'Failover', namespace);
  }

  it('says that the kinds are missing, before they are applied', async () => {
    const { code, err } = await understudy('status', 'trading');
    expect(code).toBe(1);
    expect(err).toContain('US3010');
    expect(err).toContain('kubectl apply --server-side -f dist/');
  });

  describe('with its kinds', () => {
    const ready = {
      type: 'Ready',
      status: 'True',
      reason: 'Protected',
      message: 'primary (us-east-1) serves, and secondary (us-west-2) can take over in about 2m10s.',
      lastTransitionTime: '2026-03-21T02:00:00Z',
    } as const;
    const status: FailoverPlanStatus = {
      active: 'primary',
      activeRegion: 'us-east-1',
      phase: 'Protected',
      message: 'primary (us-east-1) serves, and secondary (us-west-2) can take over in about 2m10s.',
      replicationLag: '1s',
      predictedRto: '2m10s',
      mode: 'Automatic',
      suspended: false,
      findings: [],
      conditions: [ready],
    };

    beforeAll(async () => {
      const definitions = [failoverPlanDefinition(), failoverDefinition()] as unknown as KubernetesObject[];
      await applyAll(cluster.api, [
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
        ...definitions,
      ]);
      const plan = await cluster.api.apply(planObject(namespace, 'trading'));
      await cluster.api.mergePatch(plan, { status }, 'status');
    });

    it('answers whether we are safe, and that nobody watches', async () => {
      const table = await understudy('status');
      expect(table.code).toBe(0);
      expect(table.out).toMatch(/trading +us-east-1 +Protected +1s +none +2m10s +never/);
      expect(table.out).toContain('No controller acts: it has no Lease understudy-controller');
      const one = await understudy('status', 'trading');
      expect(one.out).toContain('secondary (us-west-2) can take over');
    });

    it('names the nearest plan', async () => {
      const { code, err } = await understudy('failover', 'tradign', '--yes');
      expect(code).toBe(1);
      expect(err).toContain('did you mean trading?');
    });

    it('carries a failover from the question to its end: consent, steps, record', async () => {
      const unasked = await understudy('failover', 'trading');
      expect(unasked.code).toBe(2);
      expect(await failovers()).toEqual([]);

      const waiting = understudy('failover', 'trading', '--yes', '--reason', 'flood', '--wait');
      await waitFor('a Failover is there', async () => (await failovers()).length === 1);
      const [created] = await failovers();
      if (created === undefined) throw new Error('it was there');
      expect(created.spec).toMatchObject({ action: 'Failover', reason: 'flood', planRef: { name: 'trading' } });
      const { name } = created.metadata;
      const begun = {
        operationId: 'trading#7',
        epoch: 7,
        from: 'primary',
        to: 'secondary',
        actor: 'controller/understudy-0',
        startedAt: '2026-03-21T03:00:00Z',
        dataLoss: { observed: '1m30s', worstCase: '2m' },
        steps: [{ name: 'consent', phase: 'Running', attempts: 0, budget: '15s', startedAt: '2026-03-21T03:00:00Z' }],
      } satisfies FailoverStatus;
      await say(name, { ...begun, phase: 'WaitingForConsent', observedGeneration: 1 });
      const asked = await waiting;
      expect(asked.code).toBe(3);
      expect(asked.out).toContain(`understudy approve ${name} --accept-loss 1m30s -n trading`);

      const tooLittle = await understudy('approve', 'trading', '--accept-loss', '1m', '--yes');
      expect(tooLittle.code).toBe(1);
      expect(tooLittle.err).toContain('--accept-loss 1m30s');

      // The status still says that it waits: what counts is that it speaks of the old spec.
      const approved = understudy('approve', 'trading', '--accept-loss', '90s', '--yes', '--wait');
      await waitFor('consent is given', async () => {
        const [object] = await failovers();
        return JSON.stringify(object?.spec).includes('"acceptUpTo":"1m30s"');
      });
      const steps = ['consent', 'intent', 'promote'].map((step, index) => ({
        name: step,
        phase: 'Succeeded' as const,
        attempts: 1,
        budget: '15s',
        startedAt: `2026-03-21T03:00:0${index}Z`,
        completedAt: `2026-03-21T03:00:0${index + 1}Z`,
      }));
      await say(name, {
        ...begun,
        steps,
        phase: 'Succeeded',
        measured: { rto: '1m12s', rpo: '1m28s', promotion: '41s' },
        completedAt: '2026-03-21T03:00:03Z',
        observedGeneration: 2,
      });
      const ended = await approved;
      expect([ended.code, ended.err]).toEqual([0, '']);
      expect(ended.out).toMatch(/promote +succeeded/);
      expect(ended.out).toContain('RTO 1m12s (promotion 41s) · RPO 1m28s');

      const history = await understudy('history', 'trading');
      expect(history.out).toMatch(/trading#7 +Failover +Succeeded +2026-03-21 03:00:00 +3\.0s +1m12s +1m28s/);
      const late = await understudy('abort', name, '--yes');
      expect(late.err).toContain('has ended: Succeeded');
    });

    it('refuses a reason that no Failover can have, before it asks anybody', async () => {
      const { code, err } = await understudy('failover', 'trading', '--reason', 'x'.repeat(1025));
      expect(code).toBe(2);
      expect(err).toMatch(/US1025 +reason: /);
    });

    it('is found by kubectl as a plugin', async () => {
      const plugin = path.join(folder, 'kubectl-understudy');
      await writeFile(plugin, `#!/bin/sh\nexec ${process.execPath} ${root}/bin/understudy.js "$@"\n`);
      await chmod(plugin, 0o755);
      const kubectl = await tool('kubectl');
      const env = { PATH: `${folder}:${process.env.PATH}` };
      const listed = await run(kubectl, ['plugin', 'list'], env);
      expect(listed.out).toContain(plugin);
      const { code, out } = await run(kubectl, ['understudy', 'status', '-A'], env);
      expect([code, out]).toEqual([0, expect.stringMatching(/\ntrading +trading +us-east-1 +Protected/)]);
    });

    it('names verb and resource to who may not', async () => {
      await cluster.api.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'guest', namespace } });
      const kubeconfig = await cluster.serviceAccountKubeconfig(namespace, 'guest');
      const { code, err } = await run(process.execPath, ['bin/understudy.js', 'status', '-n', namespace], {
        KUBECONFIG: kubeconfig,
      });
      expect(code).toBe(1);
      expect(err).toMatch(/you may not list failover(plan)?s\.understudy\.dev in namespace trading/);
    });
  });
});
