import { describe, expect, it } from '@jest/globals';
import { globalServices } from '../../../compositions/global-services/global-services.ts';
import { servicesObject } from '../../../compositions/global-services/services-object.ts';
import { functionSettings } from '../../../src/api/function-settings.ts';
import type { JsonObject } from '../../../src/render/json.ts';
import { render } from '../../../src/render/render.ts';
import { appOf, code, forProvider, namesOf } from '../regional-stack/rendered-site.ts';
import { firstShared, renderShared } from './rendered-services.ts';

const emails = ['ops@example.com'];
const looking = appOf({ detection: { witness: true }, notifications: { emails } });
const queue = 'arn:aws:sqs:us-east-2:111122223333:trading-dlq-dev';

describe('the function of the witness', () => {
  const shared = renderShared(looking);

  it('runs its bundle in the region of the bucket, of no site and in no VPC', () => {
    expect(forProvider(shared, 'witness')).toMatchObject({
      region: 'us-east-2',
      s3Bucket: 'trading-code-dev-111122223333-us-east-2',
      s3Key: code.witness,
      handler: 'index.handler',
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      timeout: functionSettings.witness.timeoutSeconds,
      environment: { variables: { UNDERSTUDY_PARAMETERS: '/trading/dev' } },
    });
    expect(forProvider(shared, 'witness')).not.toHaveProperty('vpcConfig');
    expect(forProvider(shared, 'witness-logs')).toMatchObject({ region: 'us-east-2', retentionInDays: 30 });
  });

  it('is started each minute without retries, and what failed is kept', () => {
    expect(forProvider(shared, 'witness-schedule')).toMatchObject({
      region: 'us-east-2',
      scheduleExpression: 'rate(1 minute)',
      target: {
        arn: 'arn:aws:lambda:us-east-2:111122223333:function:trading-witness-dev',
        retryPolicy: { maximumRetryAttempts: 0 },
        deadLetterConfig: { arn: queue },
      },
    });
    expect(forProvider(shared, 'witness-invocation')).toMatchObject({
      functionName: 'trading-witness-dev',
      maximumRetryAttempts: 0,
      destinationConfig: { onFailure: { destination: queue } },
    });
  });

  it('finds in its own region the plan of which it is a vantage', () => {
    const parameter = forProvider(shared, 'parameter-plan');
    expect(parameter).toMatchObject({ region: 'us-east-2', type: 'String' });
    expect(JSON.parse(String(parameter.insecureValue))).toMatchObject({
      kind: 'FailoverPlan',
      spec: {
        detection: { vantages: expect.arrayContaining([{ name: 'witness', kind: 'Witness', domain: 'us-east-2' }]) },
      },
    });
    expect(namesOf(shared, 'Parameter')).toEqual(['parameter-plan']);
  });

  it('may read that plan, look, and write what it saw; nothing more, and no secret', () => {
    const { Statement } = JSON.parse(String(forProvider(shared, 'witness-permissions').policy)) as {
      readonly Statement: readonly { readonly Action: string[]; readonly Resource: string[] }[];
    };
    const resourcesOf = (action: string) =>
      Statement.filter(({ Action }) => Action.includes(action)).flatMap(({ Resource }) => Resource);
    expect(resourcesOf('ssm:GetParameter')).toEqual(['arn:aws:ssm:us-east-2:111122223333:parameter/trading/dev/plan']);
    expect(resourcesOf('dynamodb:PutItem')).toEqual(
      ['us-east-1', 'us-west-2'].map((region) => `arn:aws:dynamodb:${region}:111122223333:table/trading-journal-dev`),
    );
    expect(Statement.flatMap(({ Action }) => Action).sort()).toEqual([
      'cloudwatch:GetMetricData',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'elasticloadbalancing:DescribeLoadBalancers',
      'elasticloadbalancing:DescribeTargetGroups',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'sqs:SendMessage',
      'ssm:GetParameter',
    ]);
  });

  it('is alarmed on like any other, at a topic of its own region that mails the same people', () => {
    const topic = 'arn:aws:sns:us-east-2:111122223333:trading-alerts-dev';
    const alarms = ['witness-errors', 'witness-throttles', 'witness-duration', 'witness-silence', 'dead-letters'];
    for (const alarm of alarms) {
      expect(forProvider(shared, `alarm-${alarm}`)).toMatchObject({ region: 'us-east-2', alarmActions: [topic] });
    }
    expect(forProvider(shared, 'alarm-witness-silence')).toMatchObject({
      evaluationPeriods: 5,
      treatMissingData: 'breaching',
    });
    expect(forProvider(shared, 'alerts-us-east-2')).toHaveProperty('region', 'us-east-2');
    const told = namesOf(shared, 'TopicSubscription').map((name) => forProvider(shared, name));
    expect(told).toMatchObject(emails.map((endpoint) => ({ endpoint, region: 'us-east-2' })));
  });

  it('reports its ARN', () => {
    const observed = new Map([['witness', { status: { atProvider: { arn: 'a' } } }]]);
    expect(renderShared(looking, firstShared, observed).composite).toHaveProperty('status.witnessFunction', 'a');
  });
});

describe('around the function of the witness', () => {
  it('there is its bucket alone where the file does not ask for one', () => {
    const shared = renderShared(appOf());
    for (const kind of ['Function', 'Schedule', 'Queue', 'Parameter', 'Role', 'Topic']) {
      expect(namesOf(shared, kind)).toEqual([]);
    }
    expect(namesOf(shared, 'Bucket')).toEqual(['witness-bucket']);
  });

  it('nobody waits for one that has not been built', () => {
    const composition = globalServices(looking);
    if (composition === undefined) throw new Error('the sites share nothing');
    const { resources, withheld } = render(
      composition,
      JSON.parse(JSON.stringify(servicesObject(looking))) as JsonObject,
    );
    const kinds = [...resources.values()].map(({ kind }) => kind);
    for (const kind of ['Function', 'Schedule', 'FunctionEventInvokeConfig']) expect(kinds).not.toContain(kind);
    expect([...resources.keys()]).not.toContain('alarm-witness-silence');
    expect(withheld).toContainEqual({ resource: 'witness', missing: 'spec.code.witness' });
  });

  it('a topic that alarms of two kinds share is made once', () => {
    const domain = { name: 'trading.example.com' };
    const far = { primary: { region: 'eu-west-1' }, secondary: { region: 'eu-central-1' }, witness: 'us-east-1' };
    const shared = renderShared(appOf({ domain, ...far, detection: { witness: true } }));
    expect(namesOf(shared, 'Topic')).toEqual(['alerts-us-east-1']);
  });
});
