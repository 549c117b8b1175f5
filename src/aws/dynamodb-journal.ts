import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { type Journal, journalSchema } from '../failover/journal.ts';
import { type HistoryRecord, historyRecordSchema } from '../failover/journal-export.ts';
import type { JournalTable } from '../failover/movable-journal.ts';
import { type Observation, observationSchema } from '../failover/observation.ts';
import type { Operation } from '../failover/operation.ts';
import { JournalConflict, PortError } from '../failover/port-error.ts';
import { mutatingCall, readCall } from './bounded-call.ts';
import { documentText, parseDocument } from './journal-document.ts';
import { reasonOf } from './reason-of.ts';
import type { Item, SharedItems } from './together/shared-items.ts';

export interface DynamoDbJournalOptions {
  /** Of the table's region. */
  readonly client: DynamoDBClient;
  /** Partition key `plan` (S), sort key `item` (S). */
  readonly table: string;
  /** Name of the FailoverPlan; the partition. */
  readonly plan: string;
  /** The longest that one call may take, milliseconds. */
  readonly callMs: number;
  /** Told of an observation that cannot be read; its vantage then counts as silent. */
  readonly trouble: (message: string) => void;
  /** With other plans, while it `joins` them. @default alone */
  readonly together?: JournalTogether;
}

/** How a plan reads its journal and leaves its looks with the others of its process and region. */
export interface JournalTogether {
  readonly items: SharedItems;
  readonly joins: () => boolean;
  /** The vantages whose words are read; all that have left any, when the plan is read alone. */
  readonly vantages: readonly string[];
}

/**
 * A plan's items in one region's table: one partition, whose items are
 *
 * - `journal`: the document, as JSON, with its `version` beside it for the condition;
 * - `vantage#<name>`: a vantage's latest observation;
 * - `operation#<epoch>`: a finished operation, written once.
 *
 * Reads are strongly consistent, and a conditional write compares with what was last written, so two actors can never
 * both replace the same version.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 */
export class DynamoDbJournal implements JournalTable {
  readonly #options: DynamoDbJournalOptions;

  constructor(options: DynamoDbJournalOptions) {
    this.#options = options;
  }

  /** @throws PortError `Refused` if the document is damaged or of a later format. */
  async read(): Promise<Journal | null> {
    const { table, plan } = this.#options;
    const item = await this.#named(this.#get(journalItem));
    if (item === null) return null;
    const journal = parseDocument(item.document?.S, journalSchema, `the journal of ${plan} in ${table}`);
    const version = Number(item.version?.N);
    if (journal.version !== version) {
      throw new PortError(
        'Refused',
        'JournalDamaged',
        `the journal of ${journal.plan} in ${table} says version ${journal.version}, its item ${version}: restore the table from its latest good point in time`,
      );
    }
    return journal;
  }

  async replace(journal: Journal): Promise<void> {
    await this.#putJournal(
      journal,
      journal.version === 0
        ? { ConditionExpression: 'attribute_not_exists(#item)', ExpressionAttributeNames: { '#item': 'item' } }
        : {
            ConditionExpression: '#version = :replaced',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':replaced': { N: String(journal.version - 1) } },
          },
    );
  }

  async adopt(journal: Journal): Promise<void> {
    await this.#putJournal(journal, {
      ConditionExpression: 'attribute_not_exists(#item) OR #version < :version',
      ExpressionAttributeNames: { '#item': 'item', '#version': 'version' },
      ExpressionAttributeValues: { ':version': { N: String(journal.version) } },
    });
  }

  async #putJournal(journal: Journal, condition: Condition): Promise<void> {
    try {
      await this.#put(journalItem, documentText(journal), { version: { N: String(journal.version) } }, condition);
    } catch (error) {
      throw isConditionFailure(error) ? new JournalConflict() : error;
    }
  }

  /** Written once: the first record of an epoch stands, and a repetition changes nothing. */
  async appendHistory(operation: Operation, outcome: 'Succeeded' | 'Aborted', completedAtMs: number): Promise<void> {
    const record = documentText({ ...operation, outcome, completedAtMs });
    const condition = {
      ConditionExpression: 'attribute_not_exists(#item)',
      ExpressionAttributeNames: { '#item': 'item' },
    };
    try {
      await this.#put(historyItem(operation.epoch), record, {}, condition);
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
  }

  async observations(): Promise<Observation[]> {
    const { table, trouble } = this.#options;
    const observations: Observation[] = [];
    for (const item of await this.#observationItems()) {
      try {
        observations.push(parseDocument(item.document?.S, observationSchema, `item ${item.item?.S} in ${table}`));
      } catch (error) {
        // One vantage of another release must not blind every actor.
        trouble(reasonOf(error));
      }
    }
    return observations;
  }

  /**
   * The finished operations that ended while the journal lived in this table, in the order of their epochs. One that this
   * version cannot read is left out, and told as trouble.
   */
  async history(): Promise<HistoryRecord[]> {
    const { table, trouble } = this.#options;
    const records: HistoryRecord[] = [];
    for (const item of await this.#itemsWith(historyPrefix)) {
      try {
        records.push(parseDocument(item.document?.S, historyRecordSchema, `item ${item.item?.S} in ${table}`));
      } catch (error) {
        trouble(reasonOf(error));
      }
    }
    return records;
  }

  async #get(item: string): Promise<Item | null> {
    const { client, table, plan } = this.#options;
    const limit = this.#limit();
    const together = this.#together();
    if (together !== undefined) return together.items.get({ table, plan, item }, limit);
    const { Item } = await readCall(limit, (options) =>
      client.send(new GetItemCommand({ TableName: table, Key: this.#key(item), ConsistentRead: true }), options),
    );
    return Item ?? null;
  }

  async #observationItems(): Promise<readonly Item[]> {
    const together = this.#together();
    if (together === undefined) return this.#itemsWith(vantagePrefix);
    const { table, plan } = this.#options;
    const limit = this.#limit();
    const items = together.vantages.map((name) =>
      together.items.get({ table, plan, item: `${vantagePrefix}${name}` }, limit),
    );
    return (await this.#named(Promise.all(items))).filter((item) => item !== null);
  }

  #together(): JournalTogether | undefined {
    const { together } = this.#options;
    return together?.joins() === true ? together : undefined;
  }

  /** All items of the plan whose sort key begins so, in the order of those keys. */
  async #itemsWith(prefix: string): Promise<readonly Record<string, AttributeValue>[]> {
    const { client, table, plan } = this.#options;
    const limit = this.#limit();
    const items: Record<string, AttributeValue>[] = [];
    let after: Record<string, AttributeValue> | undefined;
    do {
      const start = after === undefined ? {} : { ExclusiveStartKey: after };
      const query = new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: '#plan = :plan AND begins_with(#item, :prefix)',
        ExpressionAttributeNames: { '#plan': 'plan', '#item': 'item' },
        ExpressionAttributeValues: { ':plan': { S: plan }, ':prefix': { S: prefix } },
        ...start,
      });
      const page = await this.#named(readCall(limit, (options) => client.send(query, options)));
      items.push(...(page.Items ?? []));
      after = page.LastEvaluatedKey;
    } while (after !== undefined);
    return items;
  }

  async writeObservation(observation: Observation): Promise<void> {
    const item = `${vantagePrefix}${observation.vantage}`;
    const document = documentText(observation);
    const together = this.#together();
    if (together === undefined) return this.#put(item, document, {}, {});
    const { table } = this.#options;
    const whole = { ...this.#key(item), document: { S: document } };
    return this.#named(together.items.put({ table, item: whole }, this.#limit()));
  }

  async #put(
    item: string,
    document: string,
    attributes: Record<string, AttributeValue>,
    condition: Condition,
  ): Promise<void> {
    const { client, table } = this.#options;
    const Item = { ...this.#key(item), ...attributes, document: { S: document } };
    const put = new PutItemCommand({ TableName: table, Item, ...condition });
    await this.#named(mutatingCall(this.#limit(), (options) => client.send(put, options)));
  }

  /** DynamoDB says only that some resource is not found: whoever mistyped a table's name in a plan would never see which. */
  async #named<Output>(call: Promise<Output>): Promise<Output> {
    try {
      return await call;
    } catch (error) {
      if (!(error instanceof PortError && error.cause instanceof ResourceNotFoundException)) throw error;
      const { client, table } = this.#options;
      const message = `there is no table ${table} in ${await client.config.region()}`;
      throw new PortError(error.kind, error.code, message, { cause: error.cause });
    }
  }

  #key(item: string): Record<string, AttributeValue> {
    return { plan: { S: this.#options.plan }, item: { S: item } };
  }

  #limit(): AbortSignal {
    return AbortSignal.timeout(this.#options.callMs);
  }
}

type Condition = Pick<
  PutItemCommand['input'],
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

const journalItem = 'journal';
const vantagePrefix = 'vantage#';
const historyPrefix = 'operation#';

/** Padded, so that the sort key keeps the order of epochs. */
function historyItem(epoch: number): string {
  return `${historyPrefix}${String(epoch).padStart(10, '0')}`;
}

function isConditionFailure(error: unknown): boolean {
  return error instanceof PortError && error.cause instanceof ConditionalCheckFailedException;
}
