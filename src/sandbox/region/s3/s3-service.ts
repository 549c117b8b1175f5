import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { AwsError, notImplemented } from '../wire/aws-error.ts';
import { operation } from '../wire/operation.ts';
import type { Identified, Service, WireRequest, WireResponse } from '../wire/service.ts';
import { xmlMembers, xmlText } from '../wire/xml.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import type { ObjectStore } from './object-store.ts';

/** Keys that the bucket policy opens to anonymous readers: the switch's markers. */
const publicPrefixes = ['open/', 'takeover/'];

interface ObjectRequest extends Identified {
  readonly operation: string;
  readonly parameters: { readonly Bucket: string; readonly Key: string; readonly IfNoneMatch?: string };
}

/**
 * S3 with path-style addresses. Versions, ACLs, multipart uploads and ranges are not emulated.
 *
 * Sources: Amazon S3 API Reference, PutObject (`If-None-Match: *` fails with 412 PreconditionFailed), GetObject,
 * ListObjectsV2.
 */
export function s3Service(store: ObjectStore): Service {
  const listObjects = operation(ListObjectsV2Command, (input) => listing(store, input));
  return {
    signingName: 's3',
    throttled: new AwsError('SlowDown', 'Please reduce your request rate.', 503),
    async identify(request) {
      return identify(request);
    },
    async perform(request, identified) {
      const { Bucket, Key } = (identified as ObjectRequest).parameters;
      if (!request.signed && !isPublicRead(identified.operation, Key)) {
        throw new AwsError('AccessDenied', 'Access Denied', 403);
      }
      if (!(await store.hasBucket(Bucket))) {
        throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
      }
      switch (identified.operation) {
        case 'PutObject':
          return put(store, request, Bucket, Key);
        case 'GetObject':
        case 'HeadObject':
          return get(store, request, Bucket, Key);
        case 'DeleteObject':
          await store.delete(Bucket, Key);
          return respond(request, 204);
        case 'HeadBucket':
          return respond(request, 200);
        case 'GetBucketPolicy':
          return respond(request, 200, { 'content-type': 'application/json' }, bucketPolicy(Bucket));
        case 'GetBucketEncryption':
          return respond(request, 200, { 'content-type': 'application/xml' }, encryption);
        case 'ListObjectsV2': {
          const output = await listObjects.handle(identified.parameters as object);
          const members = xmlMembers(listObjects.schema[5], output);
          const body = `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${members}</ListBucketResult>`;
          return respond(request, 200, { 'content-type': 'application/xml' }, body);
        }
        default:
          throw notImplemented('s3', identified.operation);
      }
    },
    renderError(error, request) {
      const body =
        request.method === 'HEAD'
          ? ''
          : `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${error.code}</Code>` +
            `<Message>${xmlText(error.message)}</Message><RequestId>${request.requestId}</RequestId></Error>`;
      return respond(request, error.httpStatus, { 'content-type': 'application/xml' }, body);
    },
  };
}

function identify(request: WireRequest): Identified {
  const [, bucket = '', ...rest] = request.url.pathname.split('/');
  const key = rest.map(decodeURIComponent).join('/');
  const query = request.url.searchParams;
  const base = { Bucket: decodeURIComponent(bucket), Key: key };
  if (key === '') {
    if (request.method === 'GET' && query.get('list-type') === '2') {
      return { operation: 'ListObjectsV2', parameters: { ...base, ...listParameters(query) } };
    }
    if (request.method === 'GET' && query.has('policy')) return { operation: 'GetBucketPolicy', parameters: base };
    if (request.method === 'GET' && query.has('encryption')) {
      return { operation: 'GetBucketEncryption', parameters: base };
    }
    const names: Readonly<Record<string, string>> = { HEAD: 'HeadBucket', PUT: 'CreateBucket', GET: 'ListObjects' };
    return { operation: names[request.method] ?? request.method, parameters: base };
  }
  const subresource = [...query.keys()].find((name) => name !== 'x-id');
  const names: Readonly<Record<string, string>> = {
    PUT: 'PutObject',
    GET: 'GetObject',
    HEAD: 'HeadObject',
    DELETE: 'DeleteObject',
  };
  const operation = names[request.method] ?? request.method;
  if (subresource !== undefined) return { operation: `${operation}?${subresource}`, parameters: base };
  const ifNoneMatch = request.headers['if-none-match'];
  return { operation, parameters: ifNoneMatch === undefined ? base : { ...base, IfNoneMatch: ifNoneMatch } };
}

function isPublicRead(operation: string, key: string): boolean {
  return operation === 'GetObject' && publicPrefixes.some((prefix) => key.startsWith(prefix));
}

/** What {@link isPublicRead} does, as a policy says it. */
function bucketPolicy(bucket: string): string {
  const Resource = publicPrefixes.map((prefix) => `arn:aws:s3:::${bucket}/${prefix}*`);
  const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource }];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** S3's own default. Source: "Setting default server-side encryption behavior", Amazon S3 User Guide. */
const encryption =
  '<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule>' +
  '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>' +
  '</Rule></ServerSideEncryptionConfiguration>';

async function put(store: ObjectStore, request: WireRequest, bucket: string, key: string): Promise<WireResponse> {
  const body = decodeAwsChunked(request);
  const condition = request.headers['if-none-match'];
  if (condition === undefined) return respond(request, 200, { etag: await store.put(bucket, key, body) });
  if (condition !== '*') throw notImplemented('s3', `PutObject with If-None-Match: ${condition}`);
  const etag = await store.putIfAbsent(bucket, key, body);
  if (etag === undefined) {
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
  }
  return respond(request, 200, { etag });
}

async function get(store: ObjectStore, request: WireRequest, bucket: string, key: string): Promise<WireResponse> {
  const object = await store.get(bucket, key);
  if (object === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  const headers = {
    etag: object.etag,
    'content-type': 'application/octet-stream',
    'content-length': String(object.size),
    'last-modified': object.modified.toUTCString(),
  };
  return respond(request, 200, headers, request.method === 'HEAD' ? '' : object.body);
}

interface ListParameters {
  readonly Bucket: string | undefined;
  readonly Prefix?: string | undefined;
  readonly StartAfter?: string | undefined;
  readonly ContinuationToken?: string | undefined;
  readonly MaxKeys?: number | undefined;
}

function listParameters(query: URLSearchParams): Omit<ListParameters, 'Bucket'> {
  const maxKeys = query.get('max-keys');
  return {
    Prefix: query.get('prefix') ?? '',
    ...(query.has('start-after') ? { StartAfter: query.get('start-after') ?? '' } : {}),
    ...(query.has('continuation-token') ? { ContinuationToken: query.get('continuation-token') ?? '' } : {}),
    ...(maxKeys === null ? {} : { MaxKeys: Number(maxKeys) }),
  };
}

async function listing(store: ObjectStore, input: ListParameters) {
  const { Bucket = '', Prefix = '', MaxKeys = 1_000 } = input;
  const after = input.ContinuationToken ?? input.StartAfter ?? '';
  const found = (await store.list(Bucket, Prefix)).filter(({ key }) => key > after);
  const page = found.slice(0, MaxKeys);
  const truncated = found.length > page.length;
  return {
    Name: Bucket,
    Prefix,
    MaxKeys,
    KeyCount: page.length,
    IsTruncated: truncated,
    NextContinuationToken: truncated ? page.at(-1)?.key : undefined,
    Contents: page.map((object) => ({
      Key: object.key,
      Size: object.size,
      ETag: object.etag,
      LastModified: object.modified,
      StorageClass: 'STANDARD' as const,
    })),
  };
}

function respond(
  request: WireRequest,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = '',
): WireResponse {
  return { status, headers: { 'x-amz-request-id': request.requestId, ...headers }, body };
}
