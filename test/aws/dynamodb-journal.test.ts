import { GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DynamoDbJournal } from '../../src/aws/dynamodb-journal.ts';
import { systemClock } from '../../src/aws/system-clock.ts';
import { SharedItems } from '../../src/aws/together/shared-items.ts';
import { firstJournal, type Journal } from '../../src/failover/journal.ts';
import type { Observation } from '../../src/failover/observation.ts';
import type { Operation } from '../../src/failover/operation.ts';
import { JournalConflict } from '../../src/failover/port-error.ts';
import { planTable } from './example-plan.ts';
import { type LocalAws, startLocalAws } from './local-aws.ts';

let aws: LocalAws;
let plan: string;
let plans = 0;
let troubles: string[];

beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(() => aws.close());
beforeEach(() => {
  aws.faults.clear();
  plans += 1;
  plan = `trading-${plans}`;
  troubles = [];
});

function journalOf(name = plan): DynamoDbJournal {
  const client = aws.clients.dynamoDb('us-west-2');
  return new DynamoDbJournal({
    client,
    table: planTable,
    plan: name,
    callMs: 5_000,
    trouble: (message) => troubles.push(message),
  });
}

function next(journal: Journal, change: Partial<Journal> = {}): Journal {
  return { ...journal, ...change, version: journal.version + 1 };
}

function observation(vantage: string, sequence: number): Observation {
  const look = { answer: 'healthy', withoutSuccessMs: 0, detail: 'GET: 200' } as const;
  return {
    vantage,
    domain: 'operations',
    session: 's1',
    sequence,
    sites: { primary: look, secondary: look },
    replication: { lagSeconds: 0.5, ageMs: 100 },
  };
}

function operation(epoch: number, reason: string): Operation {
  return {
    id: `${plan}#${epoch}`,
    epoch,
    action: 'Failover',
    from: 'primary',
    to: 'secondary',
    databases: { from: 'orders-primary', to: 'orders-secondary', retired: null },
    activationTerm: 2,
    reason,
    automatic: true,
    followedBy: null,
    phase: 'Running',
    startedAtMs: 1,
    actors: [],
    decision: { atMs: 1, evidence: [], observedLossSeconds: null, worstCaseSeconds: 30 },
    consent: { acceptUpToSeconds: null },
    abort: { requested: false, reason: '' },
    intent: null,
    steps: [],
    alerted: [],
  };
}

async function writeRaw(item: string, attributes: Record<string, { S: string } | { N: string }>): Promise<void> {
  const Item = { plan: { S: plan }, item: { S: item }, ...attributes };
  await aws.clients.dynamoDb('us-west-2').send(new PutItemCommand({ TableName: planTable, Item }));
}

describe('the journal of a plan', () => {
  it('is null until it is written, and then reads back as it was', async () => {
    const journal = journalOf();
    expect(await journal.read()).toBeNull();
    const document = firstJournal(plan, 'Automatic', false);
    await journal.replace(document);
    expect(await journal.read()).toEqual(document);
    const second = next(document, { mode: 'Manual', suspended: true });
    await journal.replace(second);
    expect(await journal.read()).toEqual(second);
  });

  it('names the table that is not there', async () => {
    const client = aws.clients.dynamoDb('us-west-2');
    const lost = new DynamoDbJournal({ client, table: 'no-such-table', plan, callMs: 5_000, trouble: () => undefined });
    const message = 'there is no table no-such-table in us-west-2';
    await expect(lost.read()).rejects.toThrow(message);
    await expect(lost.observations()).rejects.toThrow(message);
    await expect(lost.replace(firstJournal(plan, 'Automatic', false))).rejects.toThrow(message);
  });

  it('lets one of two writers replace a version', async () => {
    const document = firstJournal(plan, 'Automatic', false);
    await journalOf().replace(document);
    const outcomes = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((holder) =>
        journalOf().replace(next(document, { lease: { holder, term: 1, renewals: 1 } })),
      ),
    );
    expect(outcomes.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(JournalConflict);
    }
  });

  it('refuses a first document where there is one, and a later one where there is none', async () => {
    const document = firstJournal(plan, 'Automatic', false);
    await expect(journalOf().replace(next(document))).rejects.toBeInstanceOf(JournalConflict);
    await journalOf().replace(document);
    await expect(journalOf().replace(document)).rejects.toBeInstanceOf(JournalConflict);
  });

  it('refuses a version that was skipped', async () => {
    const document = firstJournal(plan, 'Automatic', false);
    await journalOf().replace(document);
    await expect(journalOf().replace(next(next(document)))).rejects.toBeInstanceOf(JournalConflict);
  });

  it('says that a write may stand when the answer is lost, and it does', async () => {
    const document = firstJournal(plan, 'Automatic', false);
    aws.faults.add({ service: 'dynamodb', operation: 'PutItem', kind: 'LostReply', count: 1 });
    await expect(journalOf().replace(document)).rejects.toMatchObject({ kind: 'OutcomeUnknown' });
    expect(await journalOf().read()).toEqual(document);
  });

  it('says that a throttled write did not happen', async () => {
    aws.faults.add({ service: 'dynamodb', operation: 'PutItem', kind: 'Throttle', count: 1 });
    const write = journalOf().replace(firstJournal(plan, 'Automatic', false));
    await expect(write).rejects.toMatchObject({ kind: 'Retryable' });
    expect(await journalOf().read()).toBeNull();
  });

  it('asks for strongly consistent reads', async () => {
    await journalOf().read();
    const read = aws.calls.findLast((call) => call.operation === 'GetItem');
    expect(read?.parameters).toMatchObject({ ConsistentRead: true });
  });

  it.each([
    ['of a later format', { ...firstJournal('x', 'Automatic', false), format: 2, lease: 'new' }, /format 2.*knows 1/],
    ['with a field missing', { ...firstJournal('x', 'Automatic', false), epoch: undefined }, /epoch/],
    ['cut off', '{"format":1,"pl', /not JSON/],
  ])('is refused when its document is %s', async (_what, document, message) => {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    await writeRaw('journal', { version: { N: '0' }, document: { S: text } });
    await expect(journalOf().read()).rejects.toMatchObject({
      kind: 'Refused',
      message: expect.stringMatching(message),
    });
  });

  it('is refused when somebody changed its document by hand', async () => {
    const document = { ...firstJournal(plan, 'Automatic', false), version: 7 };
    await writeRaw('journal', { version: { N: '6' }, document: { S: JSON.stringify(document) } });
    await expect(journalOf().read()).rejects.toMatchObject({ kind: 'Refused', code: 'JournalDamaged' });
  });
});

describe('observations', () => {
  it('are one a vantage, the latest, of this plan alone', async () => {
    const journal = journalOf();
    await journal.replace(firstJournal(plan, 'Automatic', false));
    await journalOf(`${plan}-other`).writeObservation(observation('elsewhere', 1));
    await journal.writeObservation(observation('controller', 1));
    await journal.writeObservation(observation('dns', 1));
    await journal.writeObservation(observation('controller', 2));
    expect(await journal.observations()).toEqual([observation('controller', 2), observation('dns', 1)]);
  });

  it('leaves out one that cannot be read, and says so', async () => {
    const journal = journalOf();
    await journal.writeObservation(observation('controller', 1));
    await writeRaw('vantage#prober', { document: { S: '{"vantage":"prober"}' } });
    expect(await journal.observations()).toEqual([observation('controller', 1)]);
    expect(troubles).toEqual([expect.stringContaining('vantage#prober')]);
  });
});

describe('history', () => {
  const keyOf = (item: string) => ({ TableName: planTable, Key: { plan: { S: plan }, item: { S: item } } });

  it('keeps the first record of an epoch, and takes the same one twice', async () => {
    const journal = journalOf();
    await journal.appendHistory(operation(1, 'first'), 'Succeeded', 10);
    await journal.appendHistory(operation(1, 'second'), 'Aborted', 20);
    const { Item } = await aws.clients.dynamoDb('us-west-2').send(new GetItemCommand(keyOf('operation#0000000001')));
    expect(JSON.parse(Item?.document?.S ?? '')).toMatchObject({ reason: 'first', outcome: 'Succeeded' });
  });

  it('is sorted by epoch', async () => {
    const journal = journalOf();
    for (const epoch of [10, 9, 100]) await journal.appendHistory(operation(epoch, ''), 'Succeeded', 1);
    const { Items } = await aws.clients.dynamoDb('us-west-2').send(
      new QueryCommand({
        TableName: planTable,
        KeyConditionExpression: '#plan = :plan',
        ExpressionAttributeNames: { '#plan': 'plan' },
        ExpressionAttributeValues: { ':plan': { S: plan } },
      }),
    );
    expect(Items?.map((item) => JSON.parse(item.document?.S ?? '').epoch)).toEqual([9, 10, 100]);
  });

  it('is read back whole, in the order of epochs', async () => {
    const journal = journalOf();
    for (const epoch of [10, 9, 100])
      await journal.appendHistory(operation(epoch, `number ${epoch}`), 'Succeeded', epoch);
    const records = await journal.history();
    expect(records.map(({ epoch, completedAtMs, outcome }) => [epoch, completedAtMs, outcome])).toEqual([
      [9, 9, 'Succeeded'],
      [10, 10, 'Succeeded'],
      [100, 100, 'Succeeded'],
    ]);
    expect(records[0]).toMatchObject(operation(9, 'number 9'));
  });

  it('is no observation and no journal', async () => {
    const journal = journalOf();
    await journal.appendHistory(operation(1, ''), 'Succeeded', 1);
    expect(await journal.read()).toBeNull();
    expect(await journal.observations()).toEqual([]);
  });
});

describe('the journals of many plans', () => {
  let isCalm: boolean;
  let since: number;
  let together: SharedItems;
  beforeEach(() => {
    isCalm = true;
    since = aws.calls.length;
    together = new SharedItems({ client: aws.clients.dynamoDb('us-west-2'), clock: systemClock, patienceMs: 30_000 });
  });

  function calmJournal(name: string): DynamoDbJournal {
    return new DynamoDbJournal({
      client: aws.clients.dynamoDb('us-west-2'),
      table: planTable,
      plan: name,
      callMs: 5_000,
      trouble: (message) => troubles.push(message),
      together: { items: together, joins: () => isCalm, vantages: ['prober', 'witness'] },
    });
  }

  const operations = (): string[] => aws.calls.slice(since).map((call) => call.operation);

  it('are read by one call while they are calm, and so are the words of their vantages', async () => {
    const [one, other] = [calmJournal(`${plan}-a`), calmJournal(`${plan}-b`)];
    await one.replace(firstJournal(`${plan}-a`, 'Automatic', false));
    await Promise.all([one, other].map((journal) => journal.writeObservation(observation('prober', 3))));
    since = aws.calls.length;
    const [found, none] = await Promise.all([one.read(), other.read()]);
    expect([found?.plan, none]).toEqual([`${plan}-a`, null]);
    const [[heard], [alsoHeard]] = await Promise.all([one.observations(), other.observations()]);
    expect([heard, alsoHeard]).toEqual([observation('prober', 3), observation('prober', 3)]);
    expect(operations()).toEqual(['BatchGetItem', 'BatchGetItem']);
  });

  it('are read alone, and all that vantages left, as soon as they are not', async () => {
    const [one, other] = [calmJournal(`${plan}-a`), calmJournal(`${plan}-b`)];
    isCalm = false;
    await one.writeObservation(observation('someone', 1));
    await Promise.all([one.read(), other.read()]);
    expect(await one.observations()).toEqual([observation('someone', 1)]);
    expect(operations()).toEqual(['PutItem', 'GetItem', 'GetItem', 'Query']);
  });

  it('see what was written before they asked', async () => {
    const [one, other] = [calmJournal(`${plan}-a`), calmJournal(`${plan}-b`)];
    const first = firstJournal(`${plan}-a`, 'Automatic', false);
    await one.replace(first);
    for (let version = 1; version <= 3; version += 1) {
      const before = await one.read();
      await journalOf(`${plan}-a`).replace(next(before ?? first));
      const [read] = await Promise.all([one.read(), other.read()]);
      expect(read?.version).toBe(version);
    }
  });
});
