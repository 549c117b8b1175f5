import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PutMetricAlarmCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleFunction } from '../../scripts/lambda/bundle.ts';
import { failoverPlanOf } from '../../src/api/failover-plan-of.ts';
import { functionSettings } from '../../src/api/function-settings.ts';
import { scopeOf, siteNames } from '../../src/api/names.ts';
import { AwsClients } from '../../src/aws/clients.ts';
import { DynamoDbJournal } from '../../src/aws/dynamodb-journal.ts';
import { firstJournal } from '../../src/failover/journal.ts';
import type { JsonObject } from '../../src/render/json.ts';
import { type Region, startRegion } from '../../src/sandbox/region/region.ts';
import type { RegionEvent } from '../../src/sandbox/region/region-events.ts';
import { alarmInput } from '../compositions/alarm-input.ts';
import { appOf, firstRoles, forProvider, renderSite } from '../compositions/regional-stack/rendered-site.ts';
import { eventually } from '../sandbox/eventually.ts';
import { makeFolder } from '../sandbox/region/a-folder.ts';

/**
 * The alarms, the rule and the queue of a site as the composition makes them, on the functions' bundles as they run: what
 * people are told of when a function fails, when it falls silent, and when all is well again.
 */
const speed = 20;
const limitMs = 180_000;
const app = appOf({ domain: { name: 'trading.example.com', existingZoneId: 'Z0123456789' } });
const scope = { ...scopeOf(app), region: 'us-west-2' };
const names = siteNames(scope);
const metricName = 'app/trading-alb-dev/1';
const targetGroupMetricName = 'targetgroup/trading-tg-dev/1';
const site = renderSite(app, 'secondary', {
  ...firstRoles.secondary,
  loadBalancer: { dnsName: 'alb', zoneId: 'Z', metricName, targetGroupMetricName },
});
const plan = JSON.stringify(failoverPlanOf(app));
const topicArn = `arn:aws:sns:us-west-2:${scope.accountId}:${names.topic}`;
let folder: Awaited<ReturnType<typeof makeFolder>>;
let region: Region;
let clients: AwsClients;
const events: RegionEvent[] = [];

beforeAll(async () => {
  folder = await makeFolder();
  const functions = await Promise.all(
    (['prober', 'failover'] as const).map(async (name) => {
      const code = path.join(folder.path, `${name}.zip`);
      await writeFile(code, (await bundleFunction(name)).zip);
      const { retries, everySeconds } = functionSettings[name];
      return {
        name: names.functions[name],
        code,
        // Below it the failover function would begin nothing; it ends when its word is said.
        timeoutMs: 60_000,
        environment: {
          UNDERSTUDY_SITE: 'secondary',
          UNDERSTUDY_PARAMETERS: names.parameterPrefix,
          UNDERSTUDY_LOOK_SECONDS: '0',
          UNDERSTUDY_DATABASE_CA: 'none',
          UNDERSTUDY_DNS_SERVER: '127.0.0.1:9',
        },
        retries,
        maximumEventAgeSeconds: everySeconds,
        deadLetterQueue: names.deadLetterQueue,
      };
    }),
  );
  region = await startRegion(
    {
      region: scope.region,
      accountId: scope.accountId,
      directory: path.join(folder.path, 'region'),
      speed,
      tables: [{ name: names.journalTable, partitionKey: 'plan', sortKey: { name: 'item', type: 'S' } }],
      topics: [names.topic],
      parameters: [{ name: `${names.parameterPrefix}/plan`, type: 'String', value: plan }],
      functions,
      schedules: [{ name: 'each-minute', functionName: names.functions.prober, everySeconds: 60 }],
      rules: [
        {
          name: 'alarms',
          pattern: String(forProvider(site, 'alarm-rule').eventPattern),
          functionName: names.functions.failover,
        },
      ],
    },
    (event) => events.push(event),
  );
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  clients = new AwsClients({ actor: 'test', callMs: 5_000, endpoint: region.info.endpoint, credentials });
  const journal = new DynamoDbJournal({
    client: clients.dynamoDb(scope.region),
    table: names.journalTable,
    plan: 'trading',
    callMs: 5_000,
    trouble: () => {},
  });
  await journal.replace(firstJournal('trading', 'Automatic', true));
  const alarms = [...site.resources.values()].filter(({ kind }) => kind === 'MetricAlarm');
  for (const alarm of alarms as JsonObject[]) {
    await clients.cloudWatch(scope.region).send(new PutMetricAlarmCommand(alarmInput(alarm)));
  }
}, limitMs);
afterAll(async () => {
  clients?.close();
  await region?.stop();
  await folder?.remove();
});

/** What the topic was told, such as `ALARM: "trading-prober-errors-dev"`, from the n-th message on. */
function told(from = 0): string[] {
  return events
    .flatMap((event) => (event.type === 'Notification' ? [event.notification] : []))
    .slice(from)
    .map(({ subject = '', ...notification }) => {
      expect(notification.topicArn).toBe(topicArn);
      return subject.replace(/ in .*/, '');
    });
}

const word = (state: string, subject: string): string => `${state}: "trading-${subject}-dev"`;

async function putPlan(Value: string): Promise<void> {
  const Name = `${names.parameterPrefix}/plan`;
  await clients.ssm(scope.region).send(new PutParameterCommand({ Name, Value, Overwrite: true }));
}

// One story: each part finds the alarms as the one before has left them.
describe('the alarms of a site', () => {
  it(
    'rest while the prober runs to a good end each minute',
    async () => {
      await eventually('the prober is heard', () => told().includes(word('OK', 'prober-silence')), limitMs);
      await eventually('no error is counted', () => told().includes(word('OK', 'prober-errors')), limitMs);
      expect(told()).not.toContain(word('ALARM', 'prober-errors'));
    },
    limitMs,
  );

  it(
    'tell that it fails, that it is silent by that, and that its events lie in the queue',
    async () => {
      const before = told().length;
      await putPlan('{"apiVersion":"understudy.dev/v2"}');
      for (const subject of ['prober-errors', 'dead-letters', 'prober-silence']) {
        await eventually(`${subject} rings`, () => told(before).includes(word('ALARM', subject)), limitMs);
      }
      const failed = events.flatMap((event) =>
        event.type === 'Invocation' && event.invocation.outcome === 'Failed' ? [event.invocation.error?.errorType] : [],
      );
      expect(new Set(failed)).toEqual(new Set(['US2005']));
    },
    limitMs,
  );

  it(
    'tell that it is well again',
    async () => {
      const before = told().length;
      await putPlan(plan);
      for (const subject of ['prober-silence', 'prober-errors']) {
        await eventually(`${subject} rests`, () => told(before).includes(word('OK', subject)), limitMs);
      }
    },
    limitMs,
  );

  it(
    'wake the failover function at once where the load balancer finds no instance well',
    async () => {
      const woken = () =>
        events.some(
          (event) =>
            event.type === 'FunctionLog' &&
            event.functionName === names.functions.failover &&
            event.line.includes('woken by the alarm trading-unhealthy-targets-dev'),
        );
      expect(woken()).toBe(false);
      const Dimensions = [
        { Name: 'LoadBalancer', Value: metricName },
        { Name: 'TargetGroup', Value: targetGroupMetricName },
      ];
      const datum = { MetricName: 'UnHealthyHostCount', Dimensions, Value: 2 };
      const publish = new PutMetricDataCommand({ Namespace: 'AWS/ApplicationELB', MetricData: [datum] });
      const timer = setInterval(() => void clients.cloudWatch(scope.region).send(publish), 200);
      try {
        await eventually('it is woken', woken, limitMs);
      } finally {
        clearInterval(timer);
      }
      expect(told()).toContain(word('ALARM', 'unhealthy-targets'));
    },
    limitMs,
  );
});
