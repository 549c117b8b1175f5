import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../failover/clock.ts';
import { mutatingCall, readCall } from '../bounded-call.ts';
import { Coalescer } from './coalescer.ts';

export type Item = Readonly<Record<string, AttributeValue>>;

interface ItemKey {
  readonly table: string;
  /** Partition key `plan`, and sort key `item`. */
  readonly plan: string;
  readonly item: string;
}

interface ItemPut {
  readonly table: string;
  readonly item: Item;
}

export interface SharedItemsOptions {
  /** Of one region; its tables are of one account. */
  readonly client: DynamoDBClient;
  readonly clock: Clock;
  /** For how long those of a call wait for it, milliseconds. */
  readonly patienceMs: number;
}

/**
 * The limits of one call. A batch costs the same capacity units as its items do one by one.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 */
const mostGets = 100;
const mostPuts = 25;

/** Items of the journals' tables of one region, read and written for many plans at once. */
export class SharedItems {
  readonly #gets: Coalescer<ItemKey, Item | null>;
  readonly #puts: Coalescer<ItemPut, true>;

  constructor({ client, clock, patienceMs }: SharedItemsOptions) {
    this.#gets = new Coalescer<ItemKey, Item | null>({
      clock,
      patienceMs,
      nameOf: nameOfKey,
      most: mostGets,
      together: (keys, limit) => getTogether(client, keys, limit),
      alone: (key, limit) => getAlone(client, key, limit),
    });
    this.#puts = new Coalescer<ItemPut, true>({
      clock,
      patienceMs,
      nameOf: nameOfPut,
      most: mostPuts,
      together: (puts, limit) => putTogether(client, puts, limit),
      alone: (put, limit) => putAlone(client, put, limit),
    });
  }

  /** A strongly consistent read; `null` if there is no such item. @throws PortError */
  get(key: ItemKey, limit: AbortSignal): Promise<Item | null> {
    return readCall(limit, () => this.#gets.ask(key, limit));
  }

  /** Puts it in the place of whatever is there. Of two for the same place that wait, the later is put. @throws PortError */
  async put(put: ItemPut, limit: AbortSignal): Promise<void> {
    await mutatingCall(limit, () => this.#puts.ask(put, limit));
  }
}

async function getTogether(
  client: DynamoDBClient,
  keys: readonly ItemKey[],
  limit: AbortSignal,
): Promise<ReadonlyMap<string, Item | null>> {
  const RequestItems = Object.fromEntries(
    [...byTable(keys)].map(([table, own]) => [table, { Keys: own.map(keyOf), ConsistentRead: true }]),
  );
  const { Responses = {}, UnprocessedKeys = {} } = await readCall(limit, (options) =>
    client.send(new BatchGetItemCommand({ RequestItems }), options),
  );
  // There is no such item, unless it is found or was not looked for.
  const found = new Map<string, Item | null>(keys.map((key) => [nameOfKey(key), null]));
  for (const [table, { Keys = [] }] of Object.entries(UnprocessedKeys)) {
    for (const key of Keys) found.delete(nameOfItem(table, key));
  }
  for (const [table, items] of Object.entries(Responses)) {
    for (const item of items) found.set(nameOfItem(table, item), item);
  }
  return found;
}

async function getAlone(client: DynamoDBClient, key: ItemKey, limit: AbortSignal): Promise<Item | null> {
  const { Item } = await readCall(limit, (options) =>
    client.send(new GetItemCommand({ TableName: key.table, Key: keyOf(key), ConsistentRead: true }), options),
  );
  return Item ?? null;
}

async function putTogether(
  client: DynamoDBClient,
  puts: readonly ItemPut[],
  limit: AbortSignal,
): Promise<ReadonlyMap<string, true>> {
  const RequestItems = Object.fromEntries(
    [...byTable(puts)].map(([table, own]) => [table, own.map(({ item }) => ({ PutRequest: { Item: item } }))]),
  );
  const { UnprocessedItems = {} } = await mutatingCall(limit, (options) =>
    client.send(new BatchWriteItemCommand({ RequestItems }), options),
  );
  const written = new Map<string, true>(puts.map((put) => [nameOfPut(put), true]));
  for (const [table, requests] of Object.entries(UnprocessedItems)) {
    for (const { PutRequest } of requests) written.delete(nameOfItem(table, PutRequest?.Item ?? {}));
  }
  return written;
}

async function putAlone(client: DynamoDBClient, { table, item }: ItemPut, limit: AbortSignal): Promise<true> {
  await mutatingCall(limit, (options) => client.send(new PutItemCommand({ TableName: table, Item: item }), options));
  return true;
}

function byTable<Each extends { readonly table: string }>(all: readonly Each[]): ReadonlyMap<string, readonly Each[]> {
  const tables = new Map<string, Each[]>();
  for (const each of all) {
    const own = tables.get(each.table);
    if (own === undefined) tables.set(each.table, [each]);
    else own.push(each);
  }
  return tables;
}

function keyOf({ plan, item }: ItemKey): Record<string, AttributeValue> {
  return { plan: { S: plan }, item: { S: item } };
}

function nameOfKey({ table, plan, item }: ItemKey): string {
  return `${table} ${plan} ${item}`;
}

function nameOfItem(table: string, { plan, item }: Item): string {
  return nameOfKey({ table, plan: plan?.S ?? '', item: item?.S ?? '' });
}

function nameOfPut({ table, item }: ItemPut): string {
  return nameOfItem(table, item);
}
