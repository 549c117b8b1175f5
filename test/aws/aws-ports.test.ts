import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Site } from '../../src/api/site.ts';
import { type AwsPortsOptions, createAwsPorts, type OwnVantage } from '../../src/aws/aws-ports.ts';
import { createResolver } from '../../src/aws/resolver.ts';
import { systemClock } from '../../src/aws/system-clock.ts';
import type { EngineEvent } from '../../src/failover/events.ts';
import { firstJournal } from '../../src/failover/journal.ts';
import type { Ports } from '../../src/failover/ports.ts';
import { defaultTiming } from '../../src/failover/timing.ts';
import { cloudWatchService } from '../../src/sandbox/region/cloudwatch/cloudwatch-service.ts';
import { MetricStore } from '../../src/sandbox/region/cloudwatch/metric-store.ts';
import { type Listener, listen } from '../../src/sandbox/region/listener.ts';
import { examplePlan } from './example-plan.ts';
import { type LocalAws, startLocalAws } from './local-aws.ts';

const metrics = new MetricStore();
let aws: LocalAws;
let web: Listener;
let events: EngineEvent[];

beforeAll(async () => {
  aws = await startLocalAws([cloudWatchService(metrics)]);
  web = await listen(createServer((_request, response) => response.writeHead(200).end()));
});
afterAll(async () => {
  await Promise.all([aws.close(), web.close()]);
});
beforeEach(() => {
  events = [];
});

const endpoint: OwnVantage = { sees: 'Endpoint', name: 'controller', domain: 'operations' };
let plans = 0;

function portsWith(vantages: readonly OwnVantage[], effects?: AwsPortsOptions['effects']): Ports {
  plans += 1;
  const plan = examplePlan({ site: { endpointUrl: `http://127.0.0.1:${web.port}/` } });
  const named = (site: Site) => {
    const identifier = site === 'primary' ? 'db-east' : 'db-west';
    return { ...plan.sites[site], database: { ...plan.sites[site].database, identifier } };
  };
  return createAwsPorts({
    plan: { ...plan, name: `trading-${plans}`, sites: { primary: named('primary'), secondary: named('secondary') } },
    timing: defaultTiming,
    actor: 'controller/1',
    clients: aws.clients,
    clock: systemClock,
    resolver: createResolver({ timeoutMs: 1_000 }),
    credentialsOf: async () => Promise.reject(new Error('not needed here')),
    vantages,
    report: (event) => events.push(event),
    ...(effects === undefined ? {} : { effects }),
  });
}

describe('the ports on AWS', () => {
  it('have no means for what an actor is not to do, as a Lambda under Crossplane', () => {
    const none = { 'create-replica': null, 'retire-database': null, 'repoint-switch': null } as const;
    expect(portsWith([], none).effects).toMatchObject(none);
    for (const kind of Object.keys(none) as (keyof typeof none)[]) expect(portsWith([]).effects[kind]).not.toBeNull();
  });

  it('have the vantages that this process looks through, no others', async () => {
    expect(portsWith([]).vantages).toEqual([]);
    const [vantage] = portsWith([endpoint]).vantages;
    expect(await vantage?.look()).toMatchObject({
      vantage: 'controller',
      domain: 'operations',
      sites: { primary: { answer: 'healthy' }, secondary: { answer: 'healthy' } },
    });
  });

  it('measure replication towards the standby, whichever that is by the journal', async () => {
    const ports = portsWith([endpoint]);
    const lagOf = async () => (await ports.vantages[0]?.look())?.replication?.lagSeconds;
    const publish = (DBInstanceIdentifier: string, lagSeconds: number) =>
      metrics.add(
        { namespace: 'AWS/RDS', name: 'ReplicaLag', dimensions: { DBInstanceIdentifier } },
        lagSeconds,
        Date.now(),
      );
    publish('db-east', 1);
    publish('db-west', 2);
    expect(await lagOf()).toBe(2);

    const journal = firstJournal(`trading-${plans}`, 'Automatic', false);
    await ports.journal.write({ ...journal, activation: { term: 2, active: 'secondary' } });
    expect(await lagOf()).toBe(1);
  });

  it('do not start with a DNS vantage that has no record to look at', () => {
    expect(() => portsWith([{ sees: 'Dns', name: 'dns', domain: 'route53' }])).toThrow(
      expect.objectContaining({ code: 'US2001' }),
    );
  });

  it('tell of an observation that cannot be read', async () => {
    const ports = portsWith([]);
    const broken = { vantage: 'prober', domain: '' } as never;
    await ports.journal.writeObservation(broken);
    expect(await ports.journal.observations()).toEqual([]);
    expect(events).toEqual([expect.objectContaining({ kind: 'Trouble', actor: 'controller/1' })]);
  });
});

describe('the system clock', () => {
  it('ends a sleep at once when told to, without an error', async () => {
    const stop = new AbortController();
    const sleep = systemClock.sleep(3_600_000, stop.signal);
    stop.abort();
    await expect(sleep).resolves.toBeUndefined();
    await expect(systemClock.sleep(3_600_000, stop.signal)).resolves.toBeUndefined();
  });

  it('has a monotonic clock that does not go back', () => {
    const first = systemClock.now();
    expect(systemClock.now().monotonicMs).toBeGreaterThanOrEqual(first.monotonicMs);
  });
});
