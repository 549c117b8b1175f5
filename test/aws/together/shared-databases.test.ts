import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/aws/system-clock.ts';
import { SharedDatabases } from '../../../src/aws/together/shared-databases.ts';
import { AwsError } from '../../../src/sandbox/region/wire/aws-error.ts';
import { operation } from '../../../src/sandbox/region/wire/operation.ts';
import { queryService } from '../../../src/sandbox/region/wire/query-service.ts';
import { type LocalAws, startLocalAws } from '../local-aws.ts';

const pageSize = 2;
let aws: LocalAws;
let since: number;
/** Whether a filter that names nobody is refused, or just finds nothing: AWS's documentation does not say. */
let isStrict: boolean;

function exists(identifier: string): boolean {
  return !identifier.startsWith('nobody');
}

beforeAll(async () => {
  const rds = queryService({
    signingName: 'rds',
    xmlNamespace: 'http://rds.amazonaws.com/doc/2014-10-31/',
    operations: [
      operation(DescribeDBInstancesCommand, ({ DBInstanceIdentifier, Filters, Marker = '0' }) => {
        const wanted = DBInstanceIdentifier === undefined ? (Filters?.[0]?.Values ?? []) : [DBInstanceIdentifier];
        const missing = wanted.find((identifier) => !exists(identifier));
        if (missing !== undefined && (isStrict || DBInstanceIdentifier !== undefined)) {
          throw new AwsError('DBInstanceNotFound', `DBInstance ${missing} not found.`, 404);
        }
        const after = Number(Marker) + pageSize;
        const found = wanted.filter(exists).sort();
        return {
          DBInstances: found.slice(Number(Marker), after).map((identifier) => ({
            DBInstanceIdentifier: identifier.toLowerCase(),
            DBInstanceStatus: `status of ${identifier}`,
          })),
          ...(after < found.length ? { Marker: String(after) } : {}),
        };
      }),
    ],
  });
  aws = await startLocalAws([rds]);
});
afterAll(() => aws.close());
beforeEach(() => {
  aws.faults.clear();
  since = aws.calls.length;
  isStrict = false;
});

async function statuses(databases: SharedDatabases, ...identifiers: string[]): Promise<(string | undefined)[]> {
  const found = await Promise.all(identifiers.map((each) => databases.look(each, AbortSignal.timeout(60_000))));
  return found.map((instance) => instance?.status);
}

function shared(): SharedDatabases {
  return new SharedDatabases({ client: aws.clients.rds('us-west-2'), clock: systemClock, patienceMs: 30_000 });
}

/** The identifier of a call for one; `many` otherwise. */
function calls(): string[] {
  return aws.calls.slice(since).map(({ parameters }) => {
    const { DBInstanceIdentifier = 'many' } = parameters as { DBInstanceIdentifier?: string };
    return DBInstanceIdentifier;
  });
}

describe('shared databases', () => {
  it('are described page by page, each for whoever asked', async () => {
    expect(await statuses(shared(), 'a', 'B', 'c')).toEqual(['status of a', 'status of B', 'status of c']);
    expect(calls()).toEqual(['many', 'many']);
  });

  it('ask for one that was not found by its name, before they say that there is none', async () => {
    expect(await statuses(shared(), 'a', 'nobody')).toEqual(['status of a', undefined]);
    expect(calls()).toEqual(['many', 'nobody']);
  });

  it('are not hidden by one that does not exist, and leave it out from then on', async () => {
    isStrict = true;
    const databases = shared();
    expect(await statuses(databases, 'a', 'nobody', 'b')).toEqual(['status of a', undefined, 'status of b']);
    since = aws.calls.length;
    expect(await statuses(databases, 'a', 'nobody', 'b')).toEqual(['status of a', undefined, 'status of b']);
    expect(calls().sort()).toEqual(['many', 'nobody']);
  });

  it('are described one by one where the role may not describe them all', async () => {
    const databases = shared();
    aws.faults.add({ service: 'rds', operation: 'DescribeDBInstances', kind: 'AccessDenied', count: 1 });
    expect(await statuses(databases, 'a', 'b')).toEqual(['status of a', 'status of b']);
    since = aws.calls.length;
    await statuses(databases, 'a', 'b');
    expect(calls().sort()).toEqual(['a', 'b']);
  });

  it('tell each who asked when there are too many calls', async () => {
    aws.faults.add({ service: 'rds', operation: 'DescribeDBInstances', kind: 'Throttle', count: 1 });
    await expect(statuses(shared(), 'a', 'b')).rejects.toMatchObject({ kind: 'Retryable', code: 'Throttling' });
    expect(calls()).toEqual(['many']);
  });
});
