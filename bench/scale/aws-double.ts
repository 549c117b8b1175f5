/** AWS for N plans, as a process of its own: in memory, and only what a controller asks while it watches and begins. */

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeDBInstancesCommand, PromoteReadReplicaCommand } from '@aws-sdk/client-rds';
import { healthText } from '../../src/api/dns-names.ts';
import type { Journal } from '../../src/failover/journal.ts';
import { awsTargetOf } from '../../src/sandbox/network/credential-scope.ts';
import { listen } from '../../src/sandbox/region/listener.ts';
import { ObjectStore } from '../../src/sandbox/region/s3/object-store.ts';
import { s3Service } from '../../src/sandbox/region/s3/s3-service.ts';
import { createApiServer } from '../../src/sandbox/region/wire/api-server.ts';
import { AwsError } from '../../src/sandbox/region/wire/aws-error.ts';
import { CallLog } from '../../src/sandbox/region/wire/call-log.ts';
import { Faults } from '../../src/sandbox/region/wire/faults.ts';
import { jsonService } from '../../src/sandbox/region/wire/json-service.ts';
import { operation } from '../../src/sandbox/region/wire/operation.ts';
import { queryService } from '../../src/sandbox/region/wire/query-service.ts';
import { startDnsServer } from '../../src/sandbox/route53/dns-server.ts';
import { finishOperation } from './finish-operation.ts';
import { JournalTables, type WireItem } from './journal-tables.ts';
import type { FromDouble, ToDouble } from './messages.ts';
import { bucketOf, enginePlan, planName, regions } from './plans.ts';
import { proberWord, type Weather } from './prober-words.ts';

/** How long Route 53's checkers take to say so. */
const checkersMs = 30_000;
/** How long RDS is busy with a promotion. */
const promotionMs = 1_000;

let weather: Weather = { startedMs: Date.now(), darkSinceMs: null };
const calls: Record<string, number> = {};
let looks = 0;
const begun = new Map<string, number>();
/** Instances that were promoted, and when. */
const promoted = new Map<string, number>();
let siteUrl = '';
let operationMs = 0;

function send(message: FromDouble): void {
  process.send?.(message);
}

function isDark(region: string): boolean {
  return weather.darkSinceMs !== null && region === regions.primary;
}

/** Spread, so that not all probers look in one moment. */
function phaseOf(plan: string): number {
  return (Number(plan.slice('app-'.length)) * 37) % 10_000;
}

const probers = ['vantage#prober-primary', 'vantage#prober-secondary'];

function tables(): JournalTables {
  const made: JournalTables = new JournalTables({
    items: probers,
    item(plan, item) {
      if (!probers.includes(item)) return undefined;
      const word = proberWord(item.slice('vantage#'.length), phaseOf(plan), weather);
      return word === null
        ? undefined
        : { plan: { S: plan }, item: { S: item }, document: { S: JSON.stringify(word) } };
    },
    onPut(item) {
      if (item.item?.S === 'journal') onJournal(made, item);
    },
  });
  return made;
}

function onJournal(table: JournalTables, item: WireItem): void {
  const plan = item.plan?.S ?? '';
  if (begun.has(plan)) return;
  const journal = JSON.parse(item.document?.S ?? '{}') as Journal;
  if (journal.operation === null) return;
  begun.set(plan, Date.now());
  // The plan's Lambda, which goes on from the journal and ends the operation.
  setTimeout(() => {
    const latest = JSON.parse(table.get(plan, 'journal')?.document?.S ?? '{}') as Journal;
    if (latest.operation === null) return;
    const finished = finishOperation(enginePlan(Number(plan.slice('app-'.length)), siteUrl), latest);
    table.put({ ...item, version: { N: String(finished.version) }, document: { S: JSON.stringify(finished) } });
  }, operationMs);
}

function rds(region: string) {
  const describe = (identifier: string) => {
    const sinceMs = promoted.get(`${region} ${identifier}`);
    const isReplica = region === regions.secondary && sinceMs === undefined;
    const isBusy = sinceMs !== undefined && Date.now() - sinceMs < promotionMs;
    return {
      DBInstanceIdentifier: identifier,
      DBInstanceArn: `arn:aws:rds:${region}:111122223333:db:${identifier}`,
      DBInstanceStatus: isBusy ? 'modifying' : 'available',
      BackupRetentionPeriod: 7,
      ...(isReplica
        ? { ReadReplicaSourceDBInstanceIdentifier: `arn:aws:rds:${regions.primary}:111122223333:db:${identifier}` }
        : {}),
    };
  };
  return queryService({
    signingName: 'rds',
    xmlNamespace: 'http://rds.amazonaws.com/doc/2014-10-31/',
    operations: [
      operation(DescribeDBInstancesCommand, ({ DBInstanceIdentifier, Filters }) => {
        const wanted = DBInstanceIdentifier === undefined ? (Filters?.[0]?.Values ?? []) : [DBInstanceIdentifier];
        return { DBInstances: wanted.map(describe) };
      }),
      operation(PromoteReadReplicaCommand, ({ DBInstanceIdentifier = '' }) => {
        const key = `${region} ${DBInstanceIdentifier}`;
        if (promoted.has(key)) throw new AwsError('InvalidDBInstanceState', 'It is no replica.');
        promoted.set(key, Date.now());
        return { DBInstance: describe(DBInstanceIdentifier) };
      }),
    ],
  });
}

const cloudWatch = jsonService({
  signingName: 'monitoring',
  version: '1.0',
  namespace: 'com.amazonaws.cloudwatch',
  operations: [
    operation(GetMetricDataCommand, ({ MetricDataQueries = [] }) => ({
      MetricDataResults: MetricDataQueries.map(({ Id, MetricStat }) =>
        MetricStat?.Metric?.MetricName === 'ReplicaLag'
          ? {
              Id,
              StatusCode: 'Complete',
              Values: [0.2],
              Timestamps: [new Date(Math.floor(Date.now() / 60_000) * 60_000 - 60_000)],
            }
          : { Id, StatusCode: 'Complete' },
      ),
    })),
  ],
});

async function start({ plans, operationMs: forMs }: Extract<ToDouble, { type: 'Start' }>): Promise<void> {
  operationMs = forMs;
  const directory = mkdtempSync(path.join(tmpdir(), 'understudy-scale-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const store = new ObjectStore(directory);
  for (let index = 0; index < plans; index += 1) {
    for (const region of Object.values(regions)) await store.createBucket(bucketOf(planName(index), region));
  }
  const callLog = new CallLog(({ service, operation: name }) => {
    const key = `${service}:${name}`;
    calls[key] = (calls[key] ?? 0) + 1;
  }, 1);
  const servers = new Map<string, RequestListener>(
    Object.values(regions).map((region) => {
      const server = createApiServer({
        region,
        services: [tables().service, rds(region), cloudWatch, s3Service(store)],
        anonymousService: 's3',
        faults: new Faults(),
        callLog,
      });
      return [region, (request, response) => void server.emit('request', request, response)];
    }),
  );
  const front = createServer((request: IncomingMessage, response: ServerResponse) => {
    const region = awsTargetOf(request.headers, request.url ?? '')?.region ?? regions.secondary;
    // A region that is gone answers nothing.
    if (isDark(region)) return;
    const serve = servers.get(region) ?? servers.get(regions.secondary);
    serve?.(request, response);
  });
  // As AWS, which leaves it to the client to close a connection.
  front.keepAliveTimeout = 60_000;
  const aws = await listen(front);
  const sites = await listen(
    createServer((request, response) => {
      looks += 1;
      if (request.url === '/primary' && isDark(regions.primary)) return;
      response.writeHead(200).end();
    }),
  );
  const dns = await startDnsServer((name, type) => {
    looks += 1;
    const isDown = weather.darkSinceMs !== null && Date.now() - weather.darkSinceMs > checkersMs;
    const text = healthText(isDown ? 'down' : 'up', regions.primary);
    const answers = type === 'TXT' ? [{ name, type, ttlSeconds: 10, value: text } as const] : [];
    return { code: 'NOERROR', answers };
  });
  siteUrl = `http://127.0.0.1:${sites.port}`;
  weather = { startedMs: Date.now(), darkSinceMs: null };
  send({
    type: 'Started',
    endpoint: `http://127.0.0.1:${aws.port}`,
    siteUrl,
    dnsServer: `${dns.address}:${dns.port}`,
  });
}

process.on('message', (message: ToDouble) => {
  switch (message.type) {
    case 'Start':
      void start(message);
      break;
    case 'Darken':
      weather = { ...weather, darkSinceMs: Date.now() };
      send({ type: 'Dark', atMs: Date.now() });
      break;
    case 'Report':
      send({ type: 'Report', calls, looks, begun: [...begun].map(([plan, atMs]) => ({ plan, atMs })) });
  }
});
// The bench has ended, in whatever way.
process.on('disconnect', () => process.exit());
