import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/aws/system-clock.ts';
import { SharedItems } from '../../../src/aws/together/shared-items.ts';
import { jsonService } from '../../../src/sandbox/region/wire/json-service.ts';
import { operation } from '../../../src/sandbox/region/wire/operation.ts';
import { planTable } from '../example-plan.ts';
import { type LocalAws, startLocalAws } from '../local-aws.ts';

let aws: LocalAws;
let since: number;
let plans = 0;

beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(() => aws.close());
beforeEach(() => {
  aws.faults.clear();
  since = aws.calls.length;
  plans += 1;
});

function itemsOf(local = aws, patienceMs = 30_000): SharedItems {
  return new SharedItems({ client: local.clients.dynamoDb('us-west-2'), clock: systemClock, patienceMs });
}

function keyOf(name: string, table = planTable) {
  return { table, plan: `${name}-${plans}`, item: 'journal' };
}

function putOf(name: string, version: number, table = planTable) {
  const { plan, item } = keyOf(name);
  return { table, item: { plan: { S: plan }, item: { S: item }, version: { N: String(version) } } };
}

function limit(ms = 60_000): AbortSignal {
  return AbortSignal.timeout(ms);
}

function operations(local = aws, from = since): string[] {
  return local.calls.slice(from).map((call) => call.operation);
}

async function write(items: SharedItems, ...names: string[]): Promise<void> {
  await Promise.all(names.map((name, index) => items.put(putOf(name, index), limit())));
}

async function versions(items: SharedItems, ...names: string[]): Promise<(string | undefined | null)[]> {
  const found = await Promise.all(names.map((name) => items.get(keyOf(name), limit())));
  return found.map((item) => (item === null ? null : item.version?.N));
}

describe('shared items', () => {
  it('are written and read by one call each, and what is not there is known not to be', async () => {
    const items = itemsOf();
    await write(items, 'a', 'b');
    expect(await versions(items, 'a', 'b', 'nobody')).toEqual(['0', '1', null]);
    expect(operations()).toEqual(['BatchWriteItem', 'BatchGetItem']);
    const [, read] = aws.calls.slice(since);
    expect(read?.parameters).toMatchObject({ RequestItems: { [planTable]: { ConsistentRead: true } } });
  });

  it('are read and written by the plain calls where there is one', async () => {
    const items = itemsOf();
    await write(items, 'a');
    expect(await versions(items, 'a')).toEqual(['0']);
    expect(operations()).toEqual(['PutItem', 'GetItem']);
  });

  it('of one place are written once, the later one', async () => {
    const items = itemsOf();
    await Promise.all([putOf('a', 1), putOf('a', 2), putOf('b', 3)].map((put) => items.put(put, limit())));
    expect(await versions(items, 'a', 'b')).toEqual(['2', '3']);
  });

  it('split into calls of a hundred', async () => {
    const items = itemsOf();
    const names = Array.from({ length: 101 }, (_, index) => `n${index}`);
    expect((await versions(items, ...names)).every((version) => version === null)).toBe(true);
    expect(operations().sort()).toEqual(['BatchGetItem', 'GetItem']);
  });

  it('of a table that does not exist hide no others, and are read alone from then on', async () => {
    const items = itemsOf();
    await write(items, 'a', 'b');
    const readAll = () =>
      Promise.allSettled([
        items.get(keyOf('a'), limit()),
        items.get(keyOf('gone', 'no-such-table'), limit()),
        items.get(keyOf('b'), limit()),
      ]);
    for (const calls of [
      ['BatchGetItem', 'GetItem', 'GetItem', 'GetItem'],
      ['BatchGetItem', 'GetItem'],
    ]) {
      since = aws.calls.length;
      const [a, gone, b] = await readAll();
      expect([a, b]).toMatchObject([{ value: { version: { N: '0' } } }, { value: { version: { N: '1' } } }]);
      expect(gone).toMatchObject({ reason: { kind: 'Refused', code: 'ResourceNotFoundException' } });
      expect(operations().sort()).toEqual(calls);
    }
  });

  it.each(['AccessDenied', 'InternalError', 'LostRequest', 'LostReply'] as const)(
    'are read and written alone after %s',
    async (kind) => {
      const items = itemsOf();
      aws.faults.add({ service: 'dynamodb', operation: 'BatchWriteItem', kind, count: 1 });
      aws.faults.add({ service: 'dynamodb', operation: 'BatchGetItem', kind, count: 1 });
      await write(items, 'a', 'b');
      expect(await versions(items, 'a', 'b')).toEqual(['0', '1']);
    },
  );

  it('are read alone where the call for many hangs', async () => {
    const items = itemsOf(aws, 50);
    await write(items, 'a');
    await write(items, 'b');
    aws.faults.add({ service: 'dynamodb', operation: 'BatchGetItem', kind: 'Delay', delayMs: 1_500 });
    expect(await versions(items, 'a', 'b')).toEqual(['0', '0']);
    expect(operations().filter((name) => name === 'GetItem')).toHaveLength(2);
  });

  it('that are throttled are not asked for again at once', async () => {
    const items = itemsOf();
    aws.faults.add({ service: 'dynamodb', operation: 'BatchGetItem', kind: 'Throttle', count: 1 });
    await expect(versions(items, 'a', 'b')).rejects.toMatchObject({ kind: 'Retryable', code: 'ThrottlingException' });
    expect(operations()).toEqual(['BatchGetItem']);
  });
});

describe('shared items that a call leaves unprocessed', () => {
  let partial: LocalAws;
  const held = new Map<string, Record<string, AttributeValue>>();

  function nameOf(item: Record<string, AttributeValue> | undefined): string {
    return `${item?.plan?.S} ${item?.item?.S}`;
  }

  beforeAll(async () => {
    // Does the first of each call, as DynamoDB does when a table has no capacity left.
    const dynamoDb = jsonService({
      signingName: 'dynamodb',
      version: '1.0',
      namespace: 'com.amazonaws.dynamodb.v20120810',
      operations: [
        operation(BatchGetItemCommand, ({ RequestItems = {} }) => {
          const { Keys = [], ...settings } = RequestItems[planTable] ?? {};
          const [first, ...others] = Keys;
          const found = held.get(nameOf(first));
          return {
            Responses: { [planTable]: found === undefined ? [] : [found] },
            UnprocessedKeys: { [planTable]: { ...settings, Keys: others } },
          };
        }),
        operation(BatchWriteItemCommand, ({ RequestItems = {} }) => {
          const [first, ...others] = RequestItems[planTable] ?? [];
          const item = first?.PutRequest?.Item;
          if (item !== undefined) held.set(nameOf(item), item);
          return { UnprocessedItems: { [planTable]: others } };
        }),
        operation(GetItemCommand, ({ Key }) => ({ Item: held.get(nameOf(Key)) })),
        operation(PutItemCommand, ({ Item = {} }) => {
          held.set(nameOf(Item), Item);
          return {};
        }),
      ],
    });
    partial = await startLocalAws([dynamoDb]);
  });
  afterAll(() => partial.close());

  it('are read and written alone', async () => {
    const items = itemsOf(partial);
    await write(items, 'a', 'b', 'c');
    expect(await versions(items, 'a', 'b', 'c')).toEqual(['0', '1', '2']);
    expect(operations(partial, 0)).toEqual([
      'BatchWriteItem',
      'PutItem',
      'PutItem',
      'BatchGetItem',
      'GetItem',
      'GetItem',
    ]);
  });
});
