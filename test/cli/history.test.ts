import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DynamoDbJournal } from '../../src/aws/dynamodb-journal.ts';
import { firstJournal } from '../../src/failover/journal.ts';
import { journalExportSchema } from '../../src/failover/journal-export.ts';
import type { Operation } from '../../src/failover/operation.ts';
import { siteOf } from '../api/plan-of.ts';
import { planTable } from '../aws/example-plan.ts';
import { credentials, type LocalAws, startLocalAws } from '../aws/local-aws.ts';
import { captureConsole } from './captured-console.ts';
import { OperatorCluster } from './operator-cluster.ts';

const said = captureConsole();
const cluster = OperatorCluster.forEachTest();

describe('understudy history', () => {
  it('lists operations with times, actors and what was measured, the latest first', async () => {
    cluster.addPlan('trading');
    cluster.addFailover({
      name: 'a',
      status: {
        phase: 'Succeeded',
        operationId: 'trading#6',
        startedAt: '2026-03-20T03:00:00Z',
        completedAt: '2026-03-20T03:01:30Z',
        measured: { rto: '1m12s', rpo: '400ms', lostWrites: 3 },
        actors: [
          { actor: 'lambda/us-west-2', at: '2026-03-20T03:00:00Z' },
          { actor: 'controller/0', at: '2026-03-20T03:01:00Z' },
        ],
      },
    });
    cluster.addFailover({
      name: 'b',
      spec: { action: 'Drill' },
      status: { phase: 'Aborted', operationId: 'trading#7', startedAt: '2026-03-21T03:00:00Z' },
    });
    cluster.addFailover({ name: 'other', plan: 'billing' });
    expect(await cluster.run(['history', 'trading'])).toBe(0);
    const [, first = '', second = '', ...rest] = said.out.split('\n');
    expect(first).toMatch(/^trading#7 +Drill +Aborted +2026-03-21 03:00:00/);
    expect(second.split(/ {2,}/)).toEqual([
      ...['trading#6', 'Failover', 'Succeeded', '2026-03-20 03:00:00', '1m30s', '1m12s', '400ms', '3 writes'],
      ...['lambda/us-west-2 → controller/0', 'a test'],
    ]);
    expect(rest).toEqual([]);
  });

  it('says that nothing has been done yet', async () => {
    cluster.addPlan('trading');
    expect(await cluster.run(['history', 'trading'])).toBe(0);
    expect(said.out).toContain('Nothing has been done to trading yet');
  });
});

describe('understudy history --export', () => {
  const before = { ...process.env };
  let aws: LocalAws;

  beforeEach(async () => {
    aws = await startLocalAws();
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    });
    const sites = {
      primary: siteOf('us-east-1', { journalTable: 'no-such-table' }),
      secondary: siteOf('us-west-2', { journalTable: planTable }),
    };
    cluster.addPlan('trading', {}, { spec: { sites } });
  });
  afterEach(async () => {
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    await aws.close();
  });

  function journal(): DynamoDbJournal {
    const client = aws.clients.dynamoDb('us-west-2');
    return new DynamoDbJournal({ client, table: planTable, plan: 'trading', callMs: 5_000, trouble: () => {} });
  }

  it('writes journal and history as replay reads them, and warns of the table that is out of reach', async () => {
    await journal().replace(firstJournal('trading', 'Automatic', false));
    await journal().appendHistory(drill(1), 'Aborted', 5);
    await journal().appendHistory(drill(2), 'Succeeded', 9);
    const file = path.join(cluster.folder, 'journal.json');
    expect(await cluster.run(['history', 'trading', '--export', file])).toBe(0);
    const written = journalExportSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    expect(written.history.map(({ epoch, outcome }) => [epoch, outcome])).toEqual([
      [1, 'Aborted'],
      [2, 'Succeeded'],
    ]);
    expect(written.plan.metadata.name).toBe('trading');
    expect(said.out).toContain('2 finished operations');
    expect(said.err).toMatch(/warning +no-such-table in us-east-1: /);
    expect(aws.calls.filter(({ operation }) => /Put|Update|Delete/.test(operation)).length).toBe(3);
  });

  it('says what is missing where neither table can be read', async () => {
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:1';
    expect(await cluster.run(['history', 'trading', '--export', path.join(cluster.folder, 'x')])).toBe(1);
    expect(said.err).toContain('US2009');
    expect(said.err).toContain('aws sts get-caller-identity');
  });

  it('says that the plan has no journal yet', async () => {
    cluster.addPlan(
      'trading',
      {},
      {
        spec: {
          sites: {
            primary: siteOf('us-east-1', { journalTable: planTable }),
            secondary: siteOf('us-west-2', { journalTable: planTable }),
          },
        },
      },
    );
    expect(await cluster.run(['history', 'trading', '--export', path.join(cluster.folder, 'x')])).toBe(1);
    expect(said.err).toContain('trading has no journal yet');
  });
});

function drill(epoch: number): Operation {
  return {
    id: `trading#${epoch}`,
    epoch,
    action: 'Drill',
    from: 'primary',
    to: 'secondary',
    databases: { from: 'a', to: 'b', retired: null },
    activationTerm: 1,
    reason: 'a test',
    automatic: false,
    followedBy: null,
    phase: 'Running',
    startedAtMs: 1,
    actors: [],
    decision: { atMs: 1, evidence: [], observedLossSeconds: 0, worstCaseSeconds: 0 },
    consent: { acceptUpToSeconds: null },
    abort: { requested: false, reason: '' },
    intent: null,
    steps: [],
    alerted: [],
  };
}
