import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listen } from '../listener.ts';
import type { TableConfig } from '../region-config.ts';
import { AwsError } from '../wire/aws-error.ts';
import { targetOperation } from '../wire/json-service.ts';
import type { Service, WireRequest, WireResponse } from '../wire/service.ts';

export interface DynamoDbOptions {
  /** Folder of the tables; they are there again after a restart. */
  readonly directory: string;
  readonly tables: readonly TableConfig[];
}

export interface DynamoDb {
  readonly service: Service;
  close(): Promise<void>;
}

interface DynaliteOptions {
  readonly path: string;
  readonly createTableMs: number;
  readonly deleteTableMs: number;
  readonly updateTableMs: number;
}

const namespace = 'com.amazonaws.dynamodb.v20120810';

/** Runs dynalite inside the region and passes DynamoDB's requests on to it as they came. */
export async function startDynamoDb(options: DynamoDbOptions): Promise<DynamoDb> {
  await mkdir(path.dirname(options.directory), { recursive: true });
  const dynalite = createRequire(import.meta.url)('dynalite') as (options: DynaliteOptions) => Server;
  const server = dynalite({ path: options.directory, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const listener = await listen(server);
  const endpoint = `http://127.0.0.1:${listener.port}/`;
  for (const table of options.tables) await createTable(endpoint, table);

  const service: Service = {
    signingName: 'dynamodb',
    throttled: new AwsError('ThrottlingException', 'Rate of requests exceeds the allowed throughput.', 400),
    async identify(request) {
      return { operation: targetOperation(request), parameters: JSON.parse(request.body.toString('utf8') || '{}') };
    },
    perform: async (request, { operation, parameters }) =>
      operation === 'DescribeContinuousBackups'
        ? continuousBackups(request, options.tables, (parameters as { readonly TableName?: string }).TableName)
        : forward(endpoint, request),
    renderError: (error, request) => ({
      status: error.httpStatus,
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': request.requestId },
      body: JSON.stringify({ __type: `${namespace}#${error.code}`, message: error.message }),
    }),
  };
  return { service, close: () => listener.close() };
}

/**
 * dynalite knows nothing of backups. Tables have them here as the compositions make them.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html
 */
function continuousBackups(
  { requestId }: WireRequest,
  tables: readonly TableConfig[],
  table: string | undefined,
): WireResponse {
  if (!tables.some(({ name }) => name === table)) {
    throw new AwsError('TableNotFoundException', `Table not found: ${table}`, 400);
  }
  const ContinuousBackupsDescription = {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' },
  };
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': requestId },
    body: JSON.stringify({ ContinuousBackupsDescription }),
  };
}

async function forward(endpoint: string, request: WireRequest): Promise<WireResponse> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string' && !hopByHop.has(name)) headers.set(name, value);
  }
  const response = await fetch(endpoint, { method: 'POST', headers, body: new Uint8Array(request.body) });
  const body = Buffer.from(await response.arrayBuffer());
  const kept = ['content-type', 'x-amzn-requestid', 'x-amz-crc32'].flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { status: response.status, headers: Object.fromEntries(kept), body };
}

/** `accept-encoding` too: a compressed answer would no longer match its checksum. */
const hopByHop = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding', 'expect']);

async function createTable(endpoint: string, table: TableConfig): Promise<void> {
  const keys = [
    { name: table.partitionKey, type: 'S', role: 'HASH' },
    ...(table.sortKey === undefined ? [] : [{ ...table.sortKey, role: 'RANGE' }]),
  ];
  const response = await ask(endpoint, 'CreateTable', {
    TableName: table.name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: keys.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    KeySchema: keys.map(({ name, role }) => ({ AttributeName: name, KeyType: role })),
  });
  const text = await response.text();
  // A table of an earlier run is kept, as AWS keeps it.
  if (!response.ok && !text.includes('ResourceInUseException')) {
    throw new Error(`dynalite refused table ${table.name}: ${text}`);
  }
  while (!(await isActive(endpoint, table.name))) await delay(pollMs);
}

const pollMs = 5;

/** Until then whoever asks for it is told that there is no such table. */
async function isActive(endpoint: string, TableName: string): Promise<boolean> {
  const response = await ask(endpoint, 'DescribeTable', { TableName });
  if (!response.ok) throw new Error(`dynalite does not describe table ${TableName}: ${await response.text()}`);
  const { Table } = (await response.json()) as { readonly Table?: { readonly TableStatus?: string } };
  return Table?.TableStatus === 'ACTIVE';
}

function ask(endpoint: string, operation: string, parameters: object): Promise<Response> {
  return fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'x-amz-date': '20200101T000000Z',
      authorization: 'AWS4-HMAC-SHA256 Credential=a/20200101/r/dynamodb/aws4_request, SignedHeaders=a, Signature=a',
    },
    body: JSON.stringify(parameters),
  });
}
