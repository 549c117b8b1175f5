import { describe, expect, it } from '@jest/globals';
import { policyDocument, policyOf } from '../../compositions/policy-document.ts';

describe('policyDocument', () => {
  const topic = 'arn:aws:sns:us-east-1:111122223333:trading-alerts-dev';

  it('allows actions on resources, under conditions', () => {
    const conditions = { StringEquals: { 'aws:SourceAccount': '111122223333' } };
    expect(JSON.parse(policyDocument([{ actions: ['sns:Publish'], resources: [topic], conditions }]))).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['sns:Publish'], Resource: [topic], Condition: conditions }],
    });
  });

  it('says once what is allowed on the same resources, under the same conditions', () => {
    const conditions = { StringEquals: { 'aws:SourceAccount': '111122223333' } };
    const { Statement } = policyOf([
      { actions: ['sns:Publish'], resources: [topic] },
      { actions: ['sns:Publish'], resources: [topic], conditions },
      { actions: ['sns:GetTopicAttributes', 'sns:Publish'], resources: [topic] },
    ]);
    expect(Statement.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      [['sns:Publish', 'sns:GetTopicAttributes'], undefined],
      [['sns:Publish'], conditions],
    ]);
  });

  it.each([
    [['sns:*'], [topic], 'sns:\\* is too wide'],
    [['sns:Get*'], [topic], 'sns:Get\\* is too wide'],
    [['sns:Publish'], ['*'], '\\* is too wide'],
  ])('refuses %j on %j', (actions, resources, message) => {
    expect(() => policyDocument([{ actions, resources }])).toThrow(new RegExp(message));
  });
});
