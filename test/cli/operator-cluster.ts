import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import type { FailoverStatus } from '../../src/api/failover.ts';
import type { FailoverPlanStatus } from '../../src/api/failover-plan-status.ts';
import { apiVersion } from '../../src/api/object-meta.ts';
import type { Terminal } from '../../src/cli/operator/terminal.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { planOf } from '../api/plan-of.ts';
import { FakeApiServer } from '../controller/runtime/fake-api-server.ts';
import { until } from '../controller/runtime/until.ts';

interface SomeFailover {
  readonly name: string;
  readonly spec?: object;
  readonly status?: FailoverStatus;
  readonly plan?: string;
}

/** A cluster over HTTP in which the test plays the controller, and a command line whose kubeconfig leads there. */
export class OperatorCluster {
  #server: FakeApiServer | undefined;
  #folder = '';
  readonly #before = process.env.KUBECONFIG;

  /** For every test of the file or block that calls it: a cluster of its own, with a controller that leads. */
  static forEachTest(): OperatorCluster {
    const cluster = new OperatorCluster();
    beforeEach(() => cluster.#start());
    afterEach(() => cluster.#stop());
    return cluster;
  }

  get server(): FakeApiServer {
    if (this.#server === undefined) throw new Error('the cluster has not been started');
    return this.#server;
  }

  get folder(): string {
    return this.#folder;
  }

  /** Runs a command line; `answers` are a person's at a terminal, none is no terminal. */
  run(args: readonly string[], ...answers: string[]): Promise<number> {
    return runCli(args, { terminal: terminalWith(answers) });
  }

  addPlan(name: string, status?: FailoverPlanStatus, { namespace = 'trading', spec = {} } = {}): void {
    const plan = planOf(spec);
    this.server.table('failoverplans').put({
      ...plan,
      metadata: { name, namespace, generation: 1 },
      ...(status === undefined ? {} : { status }),
    } as never);
  }

  addFailover({ name, spec = {}, status, plan = 'trading' }: SomeFailover): void {
    this.server.table('failovers').put({
      apiVersion,
      kind: 'Failover',
      metadata: { name, namespace: 'trading', creationTimestamp: '2026-03-21T03:00:00Z' },
      spec: { planRef: { name: plan }, action: 'Failover', reason: 'a test', dryRun: false, abort: false, ...spec },
      ...(status === undefined ? {} : { status }),
    } as never);
  }

  /** Plays the controller: writes the status of an operation. */
  say(name: string, status: FailoverStatus): void {
    const table = this.server.table('failovers');
    table.put({ ...table.get(`trading/${name}`), status } as never);
  }

  failover(name: string) {
    return this.server.table('failovers').get(`trading/${name}`) as unknown as
      | { readonly spec: Record<string, unknown>; readonly status?: FailoverStatus }
      | undefined;
  }

  /** Objects that were asked to be created. */
  created(): readonly { metadata: { name: string }; spec: Record<string, unknown> }[] {
    return this.server.seen('POST').map(({ body }) => body as never);
  }

  /** The name of the one Failover that a command creates. */
  async nextCreated(): Promise<string> {
    await until('a Failover is created', () => this.created().length > 0);
    return this.created()[0]?.metadata.name ?? '';
  }

  lead(renewedMsAgo: number): void {
    this.server.table('leases').put({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'understudy-controller', namespace: 'understudy-system' },
      spec: {
        holderIdentity: 'understudy-0-abc',
        leaseDurationSeconds: 15,
        renewTime: new Date(Date.now() - renewedMsAgo).toISOString(),
      },
    } as never);
  }

  async #start(): Promise<void> {
    this.#server = await FakeApiServer.start();
    this.#folder = await mkdtemp(path.join(tmpdir(), 'operator-'));
    const kubeConfig = this.#server.kubeConfig();
    const [context] = kubeConfig.contexts;
    kubeConfig.contexts = context === undefined ? [] : [{ ...context, namespace: 'trading' }];
    process.env.KUBECONFIG = path.join(this.#folder, 'config');
    await writeFile(process.env.KUBECONFIG, kubeConfig.exportConfig());
    this.lead(1_000);
  }

  async #stop(): Promise<void> {
    if (this.#before === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = this.#before;
    await this.#server?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A person who gives these answers in turn. */
export function terminalWith(answers: readonly string[]): Terminal {
  const left = [...answers];
  return {
    isInteractive: answers.length > 0,
    ask: async (question) => {
      console.error(question);
      return left.shift() ?? '';
    },
  };
}
