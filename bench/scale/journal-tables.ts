import { AwsError, notImplemented } from '../../src/sandbox/region/wire/aws-error.ts';
import { targetOperation } from '../../src/sandbox/region/wire/json-service.ts';
import type { Service, WireRequest, WireResponse } from '../../src/sandbox/region/wire/service.ts';

/** As on the wire. */
export type WireItem = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;

interface Condition {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeValues?: WireItem;
}

export interface TableHooks {
  /** An item that nobody wrote; undefined where what was written counts. */
  readonly item: (plan: string, item: string) => WireItem | undefined;
  /** Sort keys of those. */
  readonly items: readonly string[];
  /** A write was accepted. */
  readonly onPut: (item: WireItem) => void;
}

/**
 * The journals' table of one region in memory, for just the calls that the journal makes: the sandbox's DynamoDB answers
 * some hundred calls a second, and ten thousand plans want thousands.
 */
export class JournalTables {
  readonly #items = new Map<string, WireItem>();
  readonly #hooks: TableHooks;

  constructor(hooks: TableHooks) {
    this.#hooks = hooks;
  }

  get(plan: string, item: string): WireItem | undefined {
    return this.#hooks.item(plan, item) ?? this.#items.get(`${plan} ${item}`);
  }

  put(item: WireItem): void {
    this.#items.set(`${item.plan?.S} ${item.item?.S}`, item);
  }

  readonly service: Service = {
    signingName: 'dynamodb',
    throttled: new AwsError('ThrottlingException', 'Rate of requests exceeds the allowed throughput.'),
    identify: async (request) => ({
      operation: targetOperation(request),
      parameters: JSON.parse(request.body.toString('utf8')),
    }),
    perform: async (request, { operation, parameters }) => respond(request, 200, this.#perform(operation, parameters)),
    renderError: ({ code, message, httpStatus }, request) =>
      respond(request, httpStatus, { __type: `com.amazonaws.dynamodb.v20120810#${code}`, message }),
  };

  #perform(operation: string, parameters: unknown): object {
    switch (operation) {
      case 'GetItem':
        return this.#getItem((parameters as { Key: WireItem }).Key);
      case 'PutItem': {
        const { Item, ...condition } = parameters as { Item: WireItem } & Condition;
        return this.#putItem(Item, condition);
      }
      case 'Query':
        return this.#query((parameters as Condition).ExpressionAttributeValues ?? {});
      case 'BatchGetItem':
        return this.#batchGet((parameters as { RequestItems: Record<string, { Keys: WireItem[] }> }).RequestItems);
      case 'BatchWriteItem':
        return this.#batchPut(
          (parameters as { RequestItems: Record<string, { PutRequest: { Item: WireItem } }[]> }).RequestItems,
        );
      default:
        throw notImplemented('dynamodb', operation);
    }
  }

  #getItem({ plan, item }: WireItem): object {
    const found = this.get(plan?.S ?? '', item?.S ?? '');
    return found === undefined ? {} : { Item: found };
  }

  #putItem(item: WireItem, { ConditionExpression = '', ExpressionAttributeValues = {} }: Condition): object {
    const before = this.#items.get(`${item.plan?.S} ${item.item?.S}`);
    const holds = conditionHolds(ConditionExpression, ExpressionAttributeValues, before);
    if (!holds) throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed');
    this.put(item);
    this.#hooks.onPut(item);
    return {};
  }

  #query(values: WireItem): object {
    const plan = values[':plan']?.S ?? '';
    const prefix = values[':prefix']?.S ?? '';
    const names = prefix === 'vantage#' ? [...this.#hooks.items, 'vantage#controller', 'vantage#dns'] : [];
    const Items = names.flatMap((name) => this.get(plan, name) ?? []);
    return { Items, Count: Items.length };
  }

  #batchGet(requests: Readonly<Record<string, { readonly Keys: readonly WireItem[] }>>): object {
    const found = Object.entries(requests).map(([table, { Keys }]) => [
      table,
      Keys.flatMap(({ plan, item }) => this.get(plan?.S ?? '', item?.S ?? '') ?? []),
    ]);
    return { Responses: Object.fromEntries(found), UnprocessedKeys: {} };
  }

  #batchPut(
    requests: Readonly<Record<string, readonly { readonly PutRequest: { readonly Item: WireItem } }[]>>,
  ): object {
    for (const { PutRequest } of Object.values(requests).flat()) this.put(PutRequest.Item);
    return { UnprocessedItems: {} };
  }
}

/** Of the four conditions that the journal states. */
function conditionHolds(expression: string, values: WireItem, before: WireItem | undefined): boolean {
  if (expression === '') return true;
  const isNew = before === undefined && expression.includes('attribute_not_exists');
  if (isNew) return true;
  const version = before?.version?.N;
  if (expression.includes('#version = :replaced')) return version === values[':replaced']?.N;
  if (expression.includes('#version < :version')) return Number(version) < Number(values[':version']?.N);
  return false;
}

function respond(request: WireRequest, status: number, body: object): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': request.requestId },
    body: JSON.stringify(body),
  };
}
