import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { LoadBalancer } from '../application/load-balancer.ts';
import { TradeStore } from '../application/trades.ts';
import { startTradingApp } from '../application/trading-app.ts';
import { type PostgresBinaries, preparePostgres } from '../postgres/postgres-binaries.ts';
import { AutoScalingGroup } from './auto-scaling/auto-scaling-group.ts';
import { autoScalingService } from './auto-scaling/auto-scaling-service.ts';
import { Alarms } from './cloudwatch/alarms.ts';
import { cloudWatchService } from './cloudwatch/cloudwatch-service.ts';
import { MetricStore } from './cloudwatch/metric-store.ts';
import { watchAlarms } from './cloudwatch/watch-alarms.ts';
import { startDynamoDb } from './dynamodb/dynamodb-service.ts';
import { ec2Service } from './ec2/ec2-service.ts';
import { type AclEntry, NetworkAcl } from './ec2/network-acl.ts';
import {
  elasticLoadBalancingService,
  type NamedLoadBalancer,
} from './elastic-load-balancing/elastic-load-balancing-service.ts';
import { lambdaService } from './lambda/lambda-service.ts';
import { openFunctions } from './lambda/open-functions.ts';
import { type Listener, listen } from './listener.ts';
import { watchMetrics } from './metrics.ts';
import { Pace } from './pace.ts';
import { Databases } from './rds/databases.ts';
import { rdsService } from './rds/rds-service.ts';
import { openReplicationGateway } from './rds/replication-gateway.ts';
import type { LoadBalancerConfig, RegionConfig, RegionInfo } from './region-config.ts';
import type { RegionEvent, UnstampedEvent } from './region-events.ts';
import { ObjectStore } from './s3/object-store.ts';
import { s3Service } from './s3/s3-service.ts';
import { snsService } from './sns/sns-service.ts';
import { ParameterStore } from './ssm/parameter-store.ts';
import { ssmService } from './ssm/ssm-service.ts';
import { StateFile } from './state-file.ts';
import { createApiServer } from './wire/api-server.ts';
import { type AwsCall, CallLog } from './wire/call-log.ts';
import { type Fault, Faults } from './wire/faults.ts';

/** A running region. */
export interface Region {
  readonly info: RegionInfo;
  /** Calls of all services, oldest first. */
  readonly calls: readonly AwsCall[];
  addFault(fault: Fault): void;
  clearFaults(): void;
  /** Puts an available instance into `backing-up`, in which RDS refuses a promotion; milliseconds are not scaled. */
  backUp(identifier: string, milliseconds: number): Promise<void>;
  /** Makes the application use another instance of the region, as its endpoint parameter would. */
  useDatabase(identifier: string): void;
  /** Ends everything, PostgreSQL included; the state stays in the folder. */
  stop(): Promise<void>;
}

/**
 * Starts a region inside this process. What the configuration names is up when this returns: databases available,
 * instances in service.
 *
 * @param onEvent called for everything that happens, calls included.
 * @throws UnderstudyError US501x if PostgreSQL cannot run.
 */
export async function startRegion(
  config: RegionConfig,
  onEvent: (event: RegionEvent) => void = () => {},
): Promise<Region> {
  const { region, accountId, directory } = config;
  const inside = (...parts: string[]) => path.join(directory, ...parts);
  const emit = (event: UnstampedEvent) => onEvent({ region, atMs: Date.now(), ...event } as RegionEvent);
  const pace = new Pace(config.speed ?? 1, config.durations);
  const closers: (() => Promise<void>)[] = [];
  const closing = <Closable extends { close(): Promise<void> }>(closable: Closable): Closable => {
    closers.unshift(() => closable.close());
    return closable;
  };
  const stop = async () => {
    pace.stop();
    for (const close of closers.splice(0)) await close();
  };

  try {
    await mkdir(directory, { recursive: true });
    const acl = await openNetworkAcl(config);
    let prepared: Promise<PostgresBinaries> | undefined;
    const binaries = () => {
      prepared ??= preparePostgres(inside('postgres'));
      return prepared;
    };

    const gateway: Listener = closing(
      await openReplicationGateway({
        ...(config.ports?.replication === undefined ? {} : { preferredPort: config.ports.replication }),
        target: (identifier) => databases.directPort(identifier),
        onPeer: (peer) => databases.notePeer(peer),
      }),
    );
    const databases: Databases = closing(
      new Databases({
        region,
        accountId,
        directory: inside('rds'),
        binaries,
        pace,
        ...(acl === undefined ? {} : { acl }),
        ...(config.databaseEndpoints === undefined ? {} : { endpoints: config.databaseEndpoints }),
        replicationAddress: (name) =>
          name === region ? { host: '127.0.0.1', port: gateway.port } : config.replicationLinks?.[name],
        onStatus: (identifier, status, reason) =>
          emit({ type: 'Database', identifier, status, ...(reason === undefined ? {} : { reason }) }),
      }),
    );
    const isReturning = await databases.restore();
    const { database } = config;
    // One that was deleted since does not come back with its region.
    if (database !== undefined && !isReturning) {
      const { sourceArn, ...rest } = database;
      await databases.provision(sourceArn === undefined ? rest : { ...rest, sourceArn });
    }

    const balancer = config.loadBalancer === undefined ? undefined : closing(await openLoadBalancer(config));
    let applicationDatabase = config.application?.databaseIdentifier ?? '';
    const access = () => {
      const port = databases.endpointPort(databases.inPlaceOf(applicationDatabase));
      const { application } = config;
      if (application === undefined || port === undefined) return undefined;
      const { username, password, databaseName } = application;
      return { host: '127.0.0.1', port, user: username, password, database: databaseName };
    };
    const group = await openGroup(config, pace, balancer, access, emit);
    if (group !== undefined) closing(group);
    if (balancer !== undefined) watchTargets(config.loadBalancer, balancer, pace, emit);
    if (config.application !== undefined) closing(startHeartbeat(config, pace, access, emit));

    const metrics = new MetricStore();
    const named = balancer === undefined ? [] : [nameBalancer(config, balancer)];
    watchMetrics(metrics, pace, databases, named);
    const objects = new ObjectStore(inside('s3'));
    for (const bucket of config.buckets ?? []) await objects.createBucket(bucket);
    const dynamoDb = closing(await startDynamoDb({ directory: inside('dynamodb'), tables: config.tables ?? [] }));

    const parameters = await openParameters(config);
    const endpoint = (): string => `http://127.0.0.1:${api.port}`;
    const functions = closing(await openFunctions({ config, pace, endpoint, metrics, emit }));
    const alarms = new Alarms(metrics, config.speed ?? 1);
    watchAlarms({ alarms, pace, config, invoke: (name, event) => functions.accept(name, event), emit });

    const faults = new Faults();
    const callLog = new CallLog((call) => emit({ type: 'Call', call }));
    const aclFile = new StateFile<readonly AclEntry[]>(inside('network-acl.json'));
    const server = createApiServer({
      region,
      anonymousService: 's3',
      faults,
      callLog,
      services: [
        rdsService(databases),
        dynamoDb.service,
        s3Service(objects),
        autoScalingService({
          region,
          groups: group === undefined ? [] : [group],
          targetGroupArns: named.map(({ targetGroupArn }) => targetGroupArn),
        }),
        elasticLoadBalancingService(named),
        cloudWatchService(metrics, alarms),
        ec2Service({
          accountId,
          acls: acl === undefined ? [] : [acl],
          onChange: async ({ config: { id }, entries }) => {
            emit({
              type: 'NetworkAcl',
              id,
              denied: entries.some(({ action, ruleNumber }) => action === 'deny' && ruleNumber < lastRule),
            });
            await aclFile.write(entries);
          },
        }),
        snsService({
          region,
          accountId,
          topics: config.topics ?? [],
          onNotification: (notification) => emit({ type: 'Notification', notification }),
        }),
        ssmService({ region, accountId, store: parameters }),
        lambdaService(functions),
      ],
    });
    const api: Listener = closing(await listen(server, config.ports?.api));

    return {
      get info() {
        return {
          region,
          pid: process.pid,
          endpoint: endpoint(),
          apiPort: api.port,
          replicationPort: gateway.port,
          ...(balancer === undefined ? {} : { loadBalancerPort: balancer.port }),
          databases: databases.info,
          ...(config.application === undefined
            ? {}
            : { applicationDatabase: databases.inPlaceOf(applicationDatabase) }),
        };
      },
      get calls() {
        return callLog.calls;
      },
      addFault: (fault) => faults.add(fault),
      clearFaults: () => faults.clear(),
      backUp: (identifier, milliseconds) => databases.backUpFor(identifier, milliseconds),
      useDatabase: (identifier) => {
        applicationDatabase = identifier;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Number of the entry that denies what no other allows. */
const lastRule = 32767;

async function openNetworkAcl({ networkAcl, directory }: RegionConfig): Promise<NetworkAcl | undefined> {
  if (networkAcl === undefined) return undefined;
  const kept = await new StateFile<readonly AclEntry[]>(path.join(directory, 'network-acl.json')).read();
  return new NetworkAcl(networkAcl, kept);
}

async function openParameters({ parameters = [], directory }: RegionConfig): Promise<ParameterStore> {
  const store = new ParameterStore(path.join(directory, 'parameters.json'));
  await store.restore();
  for (const parameter of parameters) {
    if (store.get(parameter.name) !== undefined) continue;
    await store.put({ ...parameter, overwrite: false, tier: 'Intelligent-Tiering' });
  }
  return store;
}

async function openLoadBalancer({ loadBalancer, ports, speed = 1 }: RegionConfig): Promise<LoadBalancer> {
  const balancer = new LoadBalancer({
    healthCheck: {
      path: loadBalancer?.healthCheckPath ?? '/healthz',
      // Not below what a busy machine needs to answer.
      timeoutMs: Math.max(500, (loadBalancer?.healthCheckTimeoutMs ?? 2_000) / speed),
      healthyThreshold: loadBalancer?.healthyThreshold ?? 2,
      unhealthyThreshold: loadBalancer?.unhealthyThreshold ?? 2,
    },
    ...(ports?.loadBalancer === undefined ? {} : { preferredPort: ports.loadBalancer }),
  });
  await balancer.open();
  return balancer;
}

function nameBalancer(
  { region, accountId, loadBalancer, networkAcl }: RegionConfig,
  balancer: LoadBalancer,
): NamedLoadBalancer {
  const name = loadBalancer?.name ?? '';
  const targetGroupName = loadBalancer?.targetGroup ?? '';
  const prefix = `arn:aws:elasticloadbalancing:${region}:${accountId}`;
  return {
    name,
    arn: `${prefix}:loadbalancer/app/${name}/50dc6c495c0c9188`,
    targetGroupName,
    targetGroupArn: `${prefix}:targetgroup/${targetGroupName}/73e2d6bc24d8a067`,
    vpcId: networkAcl?.vpcId ?? 'vpc-0a1b2c3d4e5f60718',
    balancer,
  };
}

type Access = Parameters<typeof startTradingApp>[0]['database'];
type Emit = (event: UnstampedEvent) => void;

async function openGroup(
  config: RegionConfig,
  pace: Pace,
  balancer: LoadBalancer | undefined,
  access: Access,
  emit: Emit,
): Promise<AutoScalingGroup | undefined> {
  const { autoScalingGroup, region } = config;
  if (autoScalingGroup === undefined) return undefined;
  const group = new AutoScalingGroup({
    config: autoScalingGroup,
    stateFile: path.join(config.directory, 'auto-scaling-group.json'),
    pace,
    onInstance: (instance) => emit({ type: 'Instance', ...instance }),
    host: {
      boot: (instanceId, preferredPort) =>
        startTradingApp({
          region,
          instanceId,
          database: access,
          ...(preferredPort === undefined ? {} : { preferredPort }),
        }),
      attached: (id, port) => balancer?.register({ id, port }),
      detaching: (id) => balancer?.drain(id),
      terminated: (id) => balancer?.remove(id),
    },
  });
  await group.open();
  return group;
}

function watchTargets(
  loadBalancer: LoadBalancerConfig | undefined,
  balancer: LoadBalancer,
  pace: Pace,
  emit: Emit,
): void {
  const known = new Map<string, string>();
  pace.repeat(loadBalancer?.healthCheckIntervalMs ?? 5_000, async () => {
    await balancer.check();
    for (const { id, state, description } of balancer.health) {
      if (known.get(id) === state) continue;
      known.set(id, state);
      emit({ type: 'Target', id, state, ...(description === undefined ? {} : { description }) });
    }
  });
}

/** Each region tries; only the one whose database is writable succeeds. */
function startHeartbeat(config: RegionConfig, pace: Pace, access: Access, emit: Emit): TradeStore {
  const store = new TradeStore(access, 1);
  pace.repeat(config.application?.heartbeatIntervalMs ?? 1_000, async () => {
    try {
      emit({ type: 'Heartbeat', heartbeat: await store.beat() });
    } catch {
      // A standby, a fenced or a stopped database: there is no heartbeat, which is what it is for.
    }
  });
  return store;
}
