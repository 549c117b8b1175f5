import { describe, expect, it } from '@jest/globals';
import {
  bucketArn,
  databaseArn,
  functionArn,
  logGroupArn,
  parameterArn,
  queueArn,
  roleArn,
  tableArn,
  topicArn,
} from '../../src/api/arns.ts';
import { arnSchema } from '../../src/api/aws-formats.ts';

const scope = { app: 'trading', environment: 'dev', accountId: '111122223333', region: 'us-west-2' };

describe('ARNs', () => {
  it.each([
    [databaseArn(scope, 'trading-db-dev-a1'), 'arn:aws:rds:us-west-2:111122223333:db:trading-db-dev-a1'],
    [topicArn(scope, 'alerts'), 'arn:aws:sns:us-west-2:111122223333:alerts'],
    [functionArn(scope, 'prober'), 'arn:aws:lambda:us-west-2:111122223333:function:prober'],
    [tableArn(scope, 'journal'), 'arn:aws:dynamodb:us-west-2:111122223333:table/journal'],
    [logGroupArn(scope, '/aws/lambda/prober'), 'arn:aws:logs:us-west-2:111122223333:log-group:/aws/lambda/prober'],
    [queueArn(scope, 'dlq'), 'arn:aws:sqs:us-west-2:111122223333:dlq'],
    [parameterArn(scope, '/trading/dev/x'), 'arn:aws:ssm:us-west-2:111122223333:parameter/trading/dev/x'],
    [roleArn(scope, 'prober'), 'arn:aws:iam::111122223333:role/prober'],
    [bucketArn('bucket'), 'arn:aws:s3:::bucket'],
  ])('%s', (actual, expected) => {
    expect(actual).toBe(expected);
    expect(arnSchema.safeParse(actual).success).toBe(true);
  });
});
