import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failoverFunction } from '../../lambda/failover/failover-function.ts';
import type { SiteLook } from '../../src/failover/observation.ts';
import {
  contextWith,
  type FunctionSite,
  journalOf,
  planText,
  startFunctionSite,
  surroundingsIn,
  tick,
} from './site.ts';

const kept = { ...process.env };
const urls = { primary: 'http://127.0.0.1:9/', secondary: 'http://127.0.0.1:9/' };
/** Short, so that a test can see the end of an invocation. */
const timing = { leaseMs: 400, renewEveryMs: 100, callMs: 2_000, suspectMs: 20 };
const alarm = {
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  detail: { alarmName: 'trading-health-dev' },
};
let site: FunctionSite;

beforeEach(async () => {
  site = await startFunctionSite({ plan: planText(urls, { detection: detection('200ms') }) });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: site.region.info.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});
afterEach(async () => {
  process.env = { ...kept };
  await site.close();
});

function detection(interval: string): object {
  const vantages = [
    { name: 'prober-primary', kind: 'Prober', domain: 'us-east-1' },
    { name: 'prober-secondary', kind: 'Prober', domain: 'us-west-2' },
  ];
  return { interval, vantages };
}

function failover(environment: NodeJS.ProcessEnv = {}) {
  const within = surroundingsIn({ UNDERSTUDY_TIMING: JSON.stringify(timing), ...environment });
  return { handler: failoverFunction(within), lines: within.lines };
}

/** Writes what both probers see, again and again, until it is told to stop. */
function probers(look: SiteLook['answer']): { stop(): Promise<void> } {
  let stopped = false;
  const sees: SiteLook = { answer: look, withoutSuccessMs: 0, sinceSuccessMs: 0, detail: 'a test' };
  const write = async (): Promise<void> => {
    for (let sequence = 0; !stopped; sequence += 1) {
      for (const [vantage, domain] of [
        ['prober-primary', 'us-east-1'],
        ['prober-secondary', 'us-west-2'],
      ] as const) {
        const sites = { primary: sees, secondary: sees };
        await site.journal.writeObservation({ vantage, domain, session: 's', sequence, sites, replication: null });
      }
    }
  };
  const writing = write();
  return {
    async stop() {
      stopped = true;
      await writing;
    },
  };
}

describe('the failover function', () => {
  it('ends as soon as it has seen that all is well', async () => {
    await site.journal.replace(journalOf());
    const watching = probers('healthy');
    try {
      const { handler, lines } = failover();
      expect(await handler(tick, contextWith())).toMatchObject({ status: 'Quiet', active: 'primary', operation: null });
      expect(lines.map(({ message }) => message)).toContain('primary is Up');
    } finally {
      await watching.stop();
    }
  });

  it('is over in time where it cannot tell, and says why it held', async () => {
    await site.journal.replace(journalOf());
    const { handler, lines } = failover();
    const result = await handler(alarm, contextWith(3_000));
    expect(result).toMatchObject({ status: 'TimeOver', plan: 'trading', actor: 'failover/us-west-2/request-1' });
    const held = lines.filter(({ event, level }) => event === 'Hold' && level === 'warn');
    expect(held[0]).toMatchObject({ plan: 'trading', actor: result.actor, requestId: 'request-1' });
    expect(lines.map(({ message }) => message)).toContain('woken by the alarm trading-health-dev');
  });

  it('leaves watching to the other site where its own is active and nothing is half done', async () => {
    await site.journal.replace(journalOf());
    const { handler } = failover({ UNDERSTUDY_SITE: 'primary' });
    expect(await handler(tick, contextWith())).toMatchObject({ status: 'NotNeeded' });
    expect(new Set(site.calls.map(({ operation }) => operation))).toEqual(new Set(['GetParameter', 'GetItem']));
  });

  it('watches where its own site is active and a fence is pending', async () => {
    const pendingFence = { site: 'secondary', activationTerm: 1, sinceMs: 0, reason: 'unproven' } as const;
    await site.journal.replace(journalOf({ pendingFence }));
    const { handler } = failover({ UNDERSTUDY_SITE: 'primary' });
    expect(await handler(tick, contextWith(3_000))).not.toMatchObject({ status: 'NotNeeded' });
  });

  it('waits for the controller where the plan has no journal', async () => {
    const { handler } = failover();
    expect(await handler(tick, contextWith())).toMatchObject({ status: 'NoJournal', active: null });
  });

  it('takes what a person asks for, in the words of a Failover', async () => {
    await site.journal.replace(journalOf({ suspended: true }));
    const watching = probers('healthy');
    try {
      const { handler, lines } = failover();
      const request = { action: 'Failover', reason: 'flood', dataLoss: { acceptUpTo: '90s' } };
      expect(await handler(request, contextWith(3_000))).toMatchObject({ status: 'TimeOver', epoch: 0 });
      const held = lines.filter(({ event }) => event === 'Hold').map(({ message }) => message);
      expect(held).toEqual(expect.arrayContaining([expect.stringContaining('suspended')]));
    } finally {
      await watching.stop();
    }
  });
});

describe('what ends an invocation of it, with a record and an error', () => {
  it.each([
    ['an unknown action', { action: 'Explode', reason: 'x' }],
    ['a loss that is no duration', { action: 'Failover', reason: 'x', dataLoss: { acceptUpTo: 'all' } }],
    ['an event of another service', { source: 'aws.s3' }],
    ['a list', []],
  ])('%s', async (_, event) => {
    const { handler, lines } = failover();
    await expect(handler(event, contextWith())).rejects.toMatchObject({ name: 'US2003' });
    expect(lines.at(-1)).toMatchObject({ level: 'error', code: 'US2003' });
    expect(site.calls).toEqual([]);
  });

  it('no time to watch a lease run out', async () => {
    const { handler } = failover();
    await expect(handler(tick, contextWith(2_700))).rejects.toMatchObject({ name: 'US2008' });
    expect(site.calls).toEqual([]);
  });

  it('a journal of a newer version', async () => {
    const document = JSON.stringify({ ...journalOf(), format: 99 });
    const Item = { plan: { S: 'trading' }, item: { S: 'journal' }, version: { N: '0' }, document: { S: document } };
    await site.clients.dynamoDb('us-west-2').send(new PutItemCommand({ TableName: 'trading-journal-dev', Item }));
    const { handler, lines } = failover();
    await expect(handler(tick, contextWith())).rejects.toMatchObject({ name: 'US2006' });
    expect(lines.at(-1)).toMatchObject({ level: 'error', code: 'US2006' });
    expect(site.calls.filter(({ operation }) => operation === 'PutItem')).toEqual([]);
  });

  it('no permission for a call to the journal, without waiting for the end', async () => {
    await site.journal.replace(journalOf());
    site.region.addFault({ service: 'dynamodb', operation: 'Query', kind: 'AccessDenied' });
    const { handler, lines } = failover();
    await expect(handler(tick, contextWith(600_000))).rejects.toMatchObject({ name: 'US2007' });
    expect(lines.at(-1)).toMatchObject({ level: 'error', code: 'US2007' });
  });
});
