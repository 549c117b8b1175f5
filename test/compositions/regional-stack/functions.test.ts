import { describe, expect, it } from '@jest/globals';
import { regionalStack } from '../../../compositions/regional-stack/regional-stack.ts';
import { stackObject } from '../../../compositions/regional-stack/stack-object.ts';
import { functionSettings } from '../../../src/api/function-settings.ts';
import { siteFunctionNames } from '../../../src/api/names.ts';
import type { JsonObject } from '../../../src/render/json.ts';
import { render } from '../../../src/render/render.ts';
import { appOf, code, firstRoles, forProvider, namesOf, renderSite } from './rendered-site.ts';

describe('the functions of a site', () => {
  it('run the bundles that the stack names, from the bucket of their own region', () => {
    const site = renderSite(appOf(), 'secondary');
    expect(namesOf(site, 'Function')).toEqual([...siteFunctionNames]);
    for (const name of siteFunctionNames) {
      expect(forProvider(site, name)).toMatchObject({
        runtime: 'nodejs22.x',
        architectures: ['arm64'],
        s3Bucket: 'trading-code-dev-111122223333-us-west-2',
        s3Key: code[name],
        environment: { variables: { UNDERSTUDY_SITE: 'secondary', UNDERSTUDY_PARAMETERS: '/trading/dev' } },
      });
      expect(forProvider(site, `${name}-logs`)).toHaveProperty('retentionInDays', 30);
    }
  });

  it('do not exist, and are not waited for by alarm, before they have been built', () => {
    const stack = JSON.parse(JSON.stringify(stackObject(appOf(), 'primary'))) as JsonObject;
    const { resources, withheld } = render(regionalStack(appOf()), stack);
    const kinds = [...resources.values()].map(({ kind }) => kind);
    for (const kind of ['Function', 'Schedule', 'Permission', 'FunctionEventInvokeConfig', 'Rule', 'Target']) {
      expect(kinds).not.toContain(kind);
    }
    expect([...resources.keys()].filter((name) => name.endsWith('-silence'))).toEqual([]);
    for (const name of siteFunctionNames) {
      expect(withheld).toContainEqual({ resource: name, missing: `spec.code.${name}` });
    }
  });

  it('reach the database where they talk to it, each from every zone', () => {
    const site = renderSite(appOf({ network: { zones: 3 } }), 'primary');
    const inVpc = siteFunctionNames.filter((name) => 'vpcConfig' in forProvider(site, name));
    expect(inVpc).toEqual(['prober', 'failover']);
    expect(forProvider(site, 'failover').vpcConfig).toEqual({
      subnetIdRefs: [1, 2, 3].map((zone) => ({ name: `trading-primary-subnet-application-${zone}` })),
      securityGroupIdRefs: [{ name: 'trading-primary-function-security-group' }],
    });
  });

  it('are started by their schedules, without retries, and what failed is kept', () => {
    const site = renderSite(appOf(), 'secondary');
    const rates = siteFunctionNames.map((name) => forProvider(site, `${name}-schedule`).scheduleExpression);
    expect(rates).toEqual(['rate(1 minute)', 'rate(1 minute)', 'rate(60 minutes)']);
    const queue = 'arn:aws:sqs:us-west-2:111122223333:trading-dlq-dev';
    for (const name of siteFunctionNames) {
      expect(forProvider(site, `${name}-schedule`).target).toMatchObject({
        arn: `arn:aws:lambda:us-west-2:111122223333:function:trading-${name}-dev`,
        retryPolicy: { maximumRetryAttempts: 0 },
        deadLetterConfig: { arn: queue },
      });
      expect(forProvider(site, `${name}-invocation`)).toMatchObject({
        functionName: `trading-${name}-dev`,
        destinationConfig: { onFailure: { destination: queue } },
      });
    }
    expect(forProvider(site, 'failover-invocation').maximumRetryAttempts).toBe(0);
  });

  it('have as much of the account as they need at once, in the time that they are given', () => {
    const site = renderSite(appOf(), 'secondary');
    for (const name of siteFunctionNames) {
      const { reservedConcurrency, timeoutSeconds, memoryMiB, retries, everySeconds } = functionSettings[name];
      const made = forProvider(site, name);
      expect(made).toMatchObject({ timeout: timeoutSeconds, memorySize: memoryMiB });
      expect(made.reservedConcurrentExecutions).toBe(reservedConcurrency);
      expect(forProvider(site, `${name}-invocation`)).toMatchObject({
        maximumRetryAttempts: retries,
        maximumEventAgeInSeconds: everySeconds,
      });
    }
    // What a failover needs waits for nobody's load; the validator may.
    expect(siteFunctionNames.filter((name) => functionSettings[name].reservedConcurrency === undefined)).toEqual([
      'validator',
    ]);
  });

  it('are woken by alarms that exist', () => {
    const site = renderSite(appOf(), 'secondary', everyAlarm());
    const { detail } = JSON.parse(String(forProvider(site, 'alarm-rule').eventPattern)) as {
      detail: { alarmName: string[] };
    };
    const alarms = [...site.resources.values()].filter(({ kind }) => kind === 'MetricAlarm').map(alarmNameOf);
    expect(detail.alarmName.length).toBeGreaterThan(2);
    expect(alarms).toEqual(expect.arrayContaining(detail.alarmName));
    expect(forProvider(site, 'alarm-permission')).toMatchObject({
      functionName: 'trading-failover-dev',
      principal: 'events.amazonaws.com',
      sourceArn: 'arn:aws:events:us-west-2:111122223333:rule/trading-alarms-dev',
    });
  });
});

/** With an instance in each slot and a load balancer that CloudWatch knows. */
function everyAlarm() {
  return {
    ...firstRoles.secondary,
    databases: { a: { generation: 1, source: 's' }, b: { generation: 12, source: '' } },
    loadBalancer: { dnsName: 'd', zoneId: 'Z', metricName: 'app/x/1', targetGroupMetricName: 'targetgroup/x/1' },
  };
}

function alarmNameOf(alarm: JsonObject): unknown {
  return (alarm.metadata as { annotations: JsonObject }).annotations['crossplane.io/external-name'];
}

describe('the alarms of a site', () => {
  it('tell the topic of their region, which mails everybody named', () => {
    const app = appOf({ notifications: { emails: ['ops@example.com', 'Ops+night@example.com'] } });
    const site = renderSite(app, 'secondary', everyAlarm());
    const topic = 'arn:aws:sns:us-west-2:111122223333:trading-alerts-dev';
    for (const name of namesOf(site, 'MetricAlarm')) {
      expect(forProvider(site, name)).toMatchObject({ region: 'us-west-2', alarmActions: [topic], okActions: [topic] });
    }
    const endpoints = namesOf(site, 'TopicSubscription').map((name) => forProvider(site, name).endpoint);
    expect(endpoints).toEqual(app.spec.notifications.emails);
  });

  it('keep a subscription when the list around it changes', () => {
    const subscriptions = (...emails: string[]) => {
      const site = renderSite(appOf({ notifications: { emails } }), 'primary');
      return namesOf(site, 'TopicSubscription');
    };
    expect(subscriptions('b@example.com', 'a@example.com')[1]).toBe(subscriptions('a@example.com')[0]);
  });

  it('watch each function for errors, throttles, length and silence', () => {
    const site = renderSite(appOf(), 'primary');
    for (const name of siteFunctionNames) {
      const alarm = (what: string) => forProvider(site, `alarm-${name}-${what}`);
      const metrics = ['errors', 'throttles', 'duration'].map((what) => alarm(what).metricName);
      expect(metrics).toEqual(['Errors', 'Throttles', 'Duration']);
      const { timeout } = forProvider(site, name);
      expect(Number(alarm('duration').threshold)).toBeLessThan(Number(timeout) * 1000);
    }
  });

  it('count as silent a function that did not run, and one that only failed, for five starts in a row', () => {
    const site = renderSite(appOf(), 'primary');
    for (const name of siteFunctionNames) {
      const alarm = forProvider(site, `alarm-${name}-silence`);
      expect(alarm).toMatchObject({
        comparisonOperator: 'LessThanThreshold',
        threshold: 1,
        evaluationPeriods: 5,
        treatMissingData: 'breaching',
      });
      // AWS takes an expression or a metric, and not both.
      expect(Object.keys(alarm)).not.toContain('metricName');
      expect(Object.keys(alarm)).not.toContain('period');
      const metric = (metricName: string) => ({
        namespace: 'AWS/Lambda',
        metricName,
        dimensions: { FunctionName: `trading-${name}-dev` },
        stat: 'Sum',
        period: name === 'validator' ? 3600 : 60,
      });
      expect(alarm.metricQuery).toEqual([
        { id: 'a', metric: metric('Invocations') },
        { id: 'b', metric: metric('Errors') },
        { id: 'both', expression: 'a - FILL(b, 0)', returnData: true },
      ]);
    }
  });

  it('tell of what the validator found, by the metrics that it publishes', () => {
    const site = renderSite(appOf(), 'secondary');
    const dimensions = { App: 'trading', Environment: 'dev' };
    const common = { comparisonOperator: 'LessThanThreshold', threshold: 1, treatMissingData: 'ignore' };
    const measured = { namespace: 'Understudy', metricName: 'FailoverReady', dimensions, statistic: 'Minimum' };
    expect(forProvider(site, 'alarm-failover-ready')).toMatchObject({ ...common, ...measured, period: 3600 });
    const health = forProvider(site, 'alarm-site-health');
    expect(health).toMatchObject(common);
    const metric = (metricName: string) => ({
      metric: { namespace: 'Understudy', metricName, dimensions, stat: 'Minimum', period: 3600 },
    });
    expect(health.metricQuery).toEqual([
      { id: 'a', ...metric('PrimaryHealthy') },
      { id: 'b', ...metric('SecondaryHealthy') },
      { id: 'both', expression: 'MIN([a, b])', returnData: true },
    ]);
  });

  it('measure the lag of the instance that there is against the objective', () => {
    const site = renderSite(appOf({ objectives: { rpo: '30s' } }), 'secondary', everyAlarm());
    expect(forProvider(site, 'alarm-db-b-lag')).toMatchObject({
      metricName: 'ReplicaLag',
      dimensions: { DBInstanceIdentifier: 'trading-db-dev-b12' },
      threshold: 30,
    });
    expect(renderSite(appOf(), 'secondary').resources.has('alarm-db-b-lag')).toBe(false);
  });

  it('wait for the load balancer that they measure', () => {
    expect(renderSite(appOf(), 'primary').resources.has('alarm-unhealthy-targets')).toBe(false);
    expect(forProvider(renderSite(appOf(), 'primary', everyAlarm()), 'alarm-unhealthy-targets')).toMatchObject({
      dimensions: { LoadBalancer: 'app/x/1', TargetGroup: 'targetgroup/x/1' },
    });
  });
});

describe('the dashboard of a site', () => {
  it('is a body that CloudWatch takes, of the site’s own region', () => {
    const { widgets } = JSON.parse(
      String(forProvider(renderSite(appOf(), 'secondary'), 'dashboard').dashboardBody),
    ) as {
      widgets: {
        x: number;
        y: number;
        width: number;
        properties: { region: string; title: string; metrics: unknown[] };
      }[];
    };
    expect(widgets.map(({ properties }) => properties.region)).toEqual(widgets.map(() => 'us-west-2'));
    expect(widgets.every(({ x, width }) => x + width <= 24)).toBe(true);
    expect(new Set(widgets.map(({ x, y }) => `${x}/${y}`)).size).toBe(widgets.length);
    expect(widgets.every(({ properties }) => properties.metrics.length > 0)).toBe(true);
  });
});

describe('the parameters of a site', () => {
  const failover = {
    ...firstRoles.secondary,
    loadBalancer: { dnsName: 'alb', zoneId: 'Z' },
    databaseEndpoint: 'a1.rds.amazonaws.com',
  };

  it('say where the site’s own database is, and how to log in', () => {
    const app = appOf({ database: { name: 'orders', username: 'owner', port: 6432 } });
    const site = renderSite(app, 'secondary', failover);
    const values = namesOf(site, 'Parameter').map((name) => {
      const { metadata } = site.resources.get(name) as { metadata: { annotations: JsonObject } };
      return [metadata.annotations['crossplane.io/external-name'], forProvider(site, name).insecureValue];
    });
    const { '/trading/dev/plan': plan, ...others } = Object.fromEntries(values) as Record<string, unknown>;
    expect(others).toEqual({
      '/trading/dev/database/name': 'orders',
      '/trading/dev/database/port': '6432',
      '/trading/dev/database/username': 'owner',
      '/trading/dev/database/endpoint': 'a1.rds.amazonaws.com',
      '/trading/dev/database/password': undefined,
      '/trading/dev/load-balancer/endpoint': 'alb',
    });
    expect(JSON.parse(String(plan))).toMatchObject({ kind: 'FailoverPlan', metadata: { name: 'trading' } });
  });

  it('have the password from the one secret of both sites, encrypted', () => {
    for (const site of ['primary', 'secondary'] as const) {
      const password = forProvider(renderSite(appOf(), site, failover), 'parameter-database-password');
      expect(password).toMatchObject({
        type: 'SecureString',
        valueSecretRef: { name: 'trading-database', key: 'password' },
      });
    }
  });

  it('do not take the password over before the journal was asked, when the secret may be a new one', () => {
    const { withheld } = renderSite(appOf(), 'secondary', {});
    expect(withheld).toContainEqual({ resource: 'parameter-database-password', missing: 'spec.failover.term' });
  });

  it('have the same plan in both sites', () => {
    const planIn = (site: 'primary' | 'secondary') =>
      forProvider(renderSite(appOf(), site), 'parameter-plan').insecureValue;
    expect(planIn('primary')).toBe(planIn('secondary'));
  });
});
