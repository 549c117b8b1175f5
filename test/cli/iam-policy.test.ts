import { describe, expect, it } from '@jest/globals';
import { unscopedActions } from '../../compositions/permissions/unscoped-actions.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { captureConsole } from './captured-console.ts';

const said = captureConsole();

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

async function statements(): Promise<readonly Statement[]> {
  expect(await runCli(['iam-policy', 'examples/trading-rds.yaml'])).toBe(0);
  const { Version, Statement } = JSON.parse(said.out) as { Version: string; Statement: Statement[] };
  expect(Version).toBe('2012-10-17');
  return Statement;
}

describe('understudy iam-policy', () => {
  it('prints a policy that AWS takes: ready for put-role-policy, and below its limit', async () => {
    const all = await statements();
    expect(all.every(({ Effect }) => Effect === 'Allow')).toBe(true);
    // "IAM and AWS STS quotas": an inline policy of a role, without white space.
    expect(JSON.stringify(all).length).toBeLessThan(10_240);
  });

  it('lets the controller promote the databases of the application, in both regions and no others', async () => {
    const promotion = (await statements()).find(({ Action }) => Action.includes('rds:PromoteReadReplica'));
    expect(promotion?.Resource).toEqual([
      'arn:aws:rds:us-east-1:111122223333:db:trading-db-dev-*',
      'arn:aws:rds:us-west-2:111122223333:db:trading-db-dev-*',
    ]);
  });

  it('has no action with a star, and no star as a resource but where AWS has no other', async () => {
    for (const { Action, Resource } of await statements()) {
      expect(Action.filter((action) => action.includes('*'))).toEqual([]);
      if (Resource.includes('*')) {
        expect(Action.filter((action) => !Object.hasOwn(unscopedActions, action))).toEqual([]);
      }
    }
  });
});
