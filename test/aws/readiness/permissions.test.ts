import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fencingTrials, journalTrials, refusalOf, type Trial } from '../../../src/aws/readiness/permissions.ts';
import { planTable } from '../example-plan.ts';
import { type LocalAws, startLocalAws } from '../local-aws.ts';

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(() => aws.close());
beforeEach(() => aws.faults.clear());

const dynamoDb = () => aws.clients.dynamoDb('us-west-2');

function refusals(trials: readonly Trial[]): Promise<(string | null)[]> {
  return Promise.all(trials.map((trial) => refusalOf(trial, AbortSignal.timeout(10_000))));
}

describe('trials of permissions', () => {
  it('write nothing into the journal where writing is allowed', async () => {
    expect(await refusals(journalTrials(dynamoDb(), planTable))).toEqual([null]);
    const { Count } = await dynamoDb().send(new ScanCommand({ TableName: planTable }));
    expect(Count).toBe(0);
  });

  it('change no network ACL where that is allowed', async () => {
    const before = JSON.stringify(aws.acl.entries);
    expect(await refusals(fencingTrials(aws.clients.ec2('us-west-2'), 'acl-0a1b2c3d'))).toEqual([null, null]);
    expect(JSON.stringify(aws.acl.entries)).toBe(before);
  });

  it('tell why AWS refuses', async () => {
    aws.faults.add({ service: 'dynamodb', operation: 'PutItem', kind: 'AccessDenied' });
    expect(await refusals(journalTrials(dynamoDb(), planTable))).toEqual([expect.stringContaining('not authorized')]);
  });

  it.each([
    ['the table is gone', () => journalTrials(dynamoDb(), 'nowhere'), 'ResourceNotFoundException'],
    [
      'the ACL is gone',
      () => fencingTrials(aws.clients.ec2('us-west-2'), 'acl-nowhere').slice(0, 1),
      'InvalidNetworkAclID.NotFound',
    ],
  ])('tell neither where %s', async (_what, trials, code) => {
    await expect(refusals(trials())).rejects.toMatchObject({ code });
  });
});
