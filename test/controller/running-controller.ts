import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DBInstance, DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { readCommandLine } from '../../controller/command-line.ts';
import type { FailoverObject, PlanObject } from '../../controller/kinds.ts';
import { createProcess } from '../../controller/process.ts';
import { type FailoverPlanInput, failoverPlanSchema } from '../../src/api/failover-plan.ts';
import { AwsClients } from '../../src/aws/clients.ts';
import { systemClock } from '../../src/aws/system-clock.ts';
import { defaultTiming } from '../../src/failover/timing.ts';
import { operation } from '../../src/sandbox/region/wire/operation.ts';
import { queryService } from '../../src/sandbox/region/wire/query-service.ts';
import { planTable } from '../aws/example-plan.ts';
import { credentials, type LocalAws, startLocalAws } from '../aws/local-aws.ts';
import { FakeApiServer } from './runtime/fake-api-server.ts';
import { LogLines } from './runtime/log-lines.ts';

/** The whole controller in this process, before a fake API server and the sandbox's AWS services. */
export interface RunningController {
  readonly server: FakeApiServer;
  readonly aws: LocalAws;
  readonly log: LogLines;
  /** What both sites' health URLs answer. */
  readonly health: { primary: number; secondary: number };
  /** Starts another process, as a replica or after a crash. */
  start(): { stop(): Promise<void> };
  plan(): PlanObject | undefined;
  failover(name: string): FailoverObject | undefined;
  failovers(): readonly FailoverObject[];
  close(): Promise<void>;
}

const replicaOfPrimary: DBInstance = {
  DBInstanceIdentifier: 'trading-db',
  DBInstanceStatus: 'available',
  ReadReplicaSourceDBInstanceIdentifier: 'arn:aws:rds:us-east-1:111122223333:db:trading-db',
};

/** Sites without anything that needs a real region: no instances, no names, no fence. */
export function planObject(site: string, spec: Partial<FailoverPlanInput['spec']> = {}): PlanObject {
  const of = (region: string, name: string) => ({
    region,
    endpointUrl: `${site}/${name === 'east' ? 'primary' : 'secondary'}`,
    database: { kind: 'Instance' as const, identifier: 'trading-db' },
    switchBucket: `switch-${name}`,
    journalTable: planTable,
  });
  const {
    apiVersion,
    kind,
    spec: filled,
  } = failoverPlanSchema.parse({
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'FailoverPlan',
    metadata: { name: 'trading', namespace: 'apps' },
    spec: {
      sites: { primary: of('us-east-1', 'east'), secondary: of('us-west-2', 'west') },
      detection: {
        // A look may take 0.8 of it: a busy machine must not look like an outage.
        interval: '1s',
        failureThreshold: 10,
        vantages: [
          { name: 'controller', kind: 'Controller', domain: 'operations' },
          { name: 'prober', kind: 'Prober', domain: 'us-west-2' },
        ],
      },
      ...spec,
    },
  });
  return { apiVersion, kind, metadata: { name: 'trading', namespace: 'apps', generation: 1 }, spec: filled };
}

export async function startRunningController(): Promise<RunningController & { readonly site: string }> {
  const server = await FakeApiServer.start();
  const rds = queryService({
    signingName: 'rds',
    xmlNamespace: 'http://rds.amazonaws.com/doc/2014-10-31/',
    operations: [operation(DescribeDBInstancesCommand, () => ({ DBInstances: [replicaOfPrimary] }))],
  });
  const aws = await startLocalAws([rds]);
  const health = { primary: 200, secondary: 200 };
  const sites = createServer((request, response) => {
    response.writeHead(request.url?.startsWith('/primary') ? health.primary : health.secondary).end();
  });
  await new Promise<void>((resolve) => sites.listen(0, '127.0.0.1', resolve));
  const log = new LogLines();
  const running = new Set<() => Promise<void>>();

  const objects = (plural: string) =>
    server.table(plural).list(new URLSearchParams(), undefined).body as { items: object[] };
  return {
    site: `http://127.0.0.1:${(sites.address() as AddressInfo).port}`,
    server,
    aws,
    log,
    health,
    start() {
      const stopping = new AbortController();
      const ended = run(server, aws, log, stopping.signal);
      const stop = async (): Promise<void> => {
        running.delete(stop);
        stopping.abort();
        await ended;
      };
      running.add(stop);
      return { stop };
    },
    plan: () => server.table('failoverplans').get('apps/trading') as PlanObject | undefined,
    failover: (name) => server.table('failovers').get(`apps/${name}`) as FailoverObject | undefined,
    failovers: () => objects('failovers').items as FailoverObject[],
    async close() {
      await Promise.all([...running].map((stop) => stop()));
      await new Promise((resolve) => sites.close(resolve));
      await aws.close();
      await server.stop();
    },
  };
}

async function run(server: FakeApiServer, aws: LocalAws, logger: LogLines, stop: AbortSignal): Promise<void> {
  const flags = ['--metrics-port=0', '--health-port=0', '--identity=pod', '--lease-namespace=understudy-system'];
  const commandLine = await readCommandLine(flags, {}, 'test');
  if (typeof commandLine === 'string') throw new Error(commandLine);
  const timing = { ...defaultTiming, leaseMs: 2_000, renewEveryMs: 600, suspectMs: 100, callMs: 2_000 };
  const manager = createProcess({
    commandLine,
    settings: { timing, dnsServer: undefined, databaseAuthorities: null },
    kubeConfig: server.kubeConfig(),
    clock: systemClock,
    logger,
    random: Math.random,
    clientsOf: (actor) => new AwsClients({ actor, callMs: timing.callMs, endpoint: aws.endpoint, credentials }),
  });
  await manager.run(stop);
}
