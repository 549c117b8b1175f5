import { describe, expect, it } from '@jest/globals';
import { until } from '../controller/runtime/until.ts';
import { captureConsole } from './captured-console.ts';
import { OperatorCluster } from './operator-cluster.ts';

const said = captureConsole();
const cluster = OperatorCluster.forEachTest();

const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const lag = { code: 'LagOverBudget', severity: 'Error', message: 'it is 90s behind', remedy: 'wait' } as const;
const ttl = { code: 'TtlTooLong', severity: 'Warning', message: 'the TTL is 300 s', remedy: 'lower it' } as const;

describe('understudy status', () => {
  it('answers in a table whether all are safe, those that are not first', async () => {
    cluster.addPlan('billing', { activeRegion: 'us-east-1', phase: 'Protected', replicationLag: '1s', findings: [] });
    cluster.addPlan('trading', {
      active: 'primary',
      activeRegion: 'us-west-2',
      phase: 'FailingOver',
      replicationLag: '1m30s',
      predictedRto: '2m10s',
      findings: [ttl, lag, ttl],
      lastFailover: {
        operationId: 'trading#6',
        action: 'Drill',
        phase: 'Succeeded',
        completedAt: ago(3 * 3_600_000),
        rto: '1m12s',
      },
    });
    cluster.addFailover({
      name: 'trading-7',
      status: { phase: 'Running', operationId: 'trading#7', step: 'promote' },
    });
    expect(await cluster.run(['status'])).toBe(0);
    const [head = '', first = '', second = ''] = said.out.split('\n');
    expect(head.split(/ {2,}/)).toEqual([
      ...['PLAN', 'ACTIVE', 'PHASE', 'LAG', 'FINDINGS', 'PREDICTED RTO', 'LAST OPERATION', 'NOW'],
    ]);
    expect(first.split(/ {2,}/)).toEqual([
      ...['trading', 'us-west-2', 'FailingOver', '1m30s', '1 error, 2 warnings', '2m10s'],
      ...['trading#6 Drill Succeeded 3h ago, RTO 1m12s', 'trading#7 Failover Running at promote'],
    ]);
    expect(second.split(/ {2,}/)).toEqual(['billing', 'us-east-1', 'Protected', '1s', 'none', '?', 'never']);
  });

  it('shows one plan with its sites, evidence, findings, conditions and the operation under way', async () => {
    cluster.addPlan('trading', {
      active: 'primary',
      activeRegion: 'us-east-1',
      phase: 'Suspect',
      message: 'us-east-1 looks bad, and nothing is done yet.',
      replicationLag: '2s',
      sites: {
        primary: { role: 'Active', verdict: 'Unknown', healthyTargets: 1, totalTargets: 4 },
        secondary: { role: 'Standby', databaseIdentifier: 'trading-b', databaseStatus: 'available' },
      },
      evidence: [{ vantage: 'dns', site: 'primary', verdict: 'Down', reason: 'TXT says down', at: ago(40_000) }],
      findings: [ttl, lag],
      conditions: [
        { type: 'Ready', status: 'False', reason: 'Suspect', message: 'not now', lastTransitionTime: ago(60_000) },
        {
          type: 'Agreed',
          status: 'False',
          reason: 'AnotherPlan',
          message: '/trading/dev/plan in us-west-2 has def, the controller abc',
          lastTransitionTime: ago(60_000),
        },
      ],
    });
    cluster.addFailover({
      name: 'trading-7',
      status: { phase: 'WaitingForConsent', operationId: 'trading#7', dataLoss: { observed: '1m30s' } },
    });
    expect(await cluster.run(['status', 'trading'])).toBe(0);
    expect(said.out).toContain('us-east-1 looks bad, and nothing is done yet.');
    expect(said.out).toMatch(/primary +us-east-1 +Active +Unknown +trading +1 of 4 targets healthy/);
    expect(said.out).toMatch(/secondary +us-west-2 +Standby +trading-b available/);
    expect(said.out).toMatch(/dns +primary +Down +for 4\ds +TXT says down/);
    expect(said.out.indexOf('LagOverBudget')).toBeLessThan(said.out.indexOf('TtlTooLong'));
    expect(said.out).toMatch(/remedy +lower it/);
    expect(said.out).toMatch(/Ready +False +Suspect +for 1m +not now/);
    expect(said.out).toMatch(/Agreed +False +AnotherPlan +for 1m +\/trading\/dev\/plan in us-west-2 has def, .* abc/);
    expect(said.out).toContain('understudy approve trading-7 --accept-loss 1m30s -n trading');
    expect(said.out).toContain('What to do:');
  });

  it('says that no controller acts, and how to do without', async () => {
    cluster.addPlan('trading', { active: 'primary', activeRegion: 'us-east-1', phase: 'Protected' });
    cluster.lead(3_600_000);
    expect(await cluster.run(['status', 'trading'])).toBe(0);
    expect(said.out).toContain('No controller acts: its Lease was last renewed 1h ago');
    expect(said.out).toContain('aws lambda invoke --region us-west-2 --function-name FUNCTION');
  });

  it('does without the Lease where it may not be read', async () => {
    cluster.addPlan('trading', { phase: 'Protected' });
    cluster.server.fault({ status: 403, reason: 'Forbidden' }, ({ path }) => path.includes('/leases/'));
    expect(await cluster.run(['status'])).toBe(0);
    expect(said.out).toContain('cannot be told');
    expect(said.out).toContain('Protected');
  });

  it('shows all namespaces with -A, and says where none has a plan', async () => {
    expect(await cluster.run(['status'])).toBe(0);
    expect(said.out).toContain('There is no FailoverPlan in namespace trading');
    cluster.addPlan('a', {}, { namespace: 'one' });
    cluster.addPlan('a', {}, { namespace: 'two' });
    expect(await cluster.run(['status', '-A'])).toBe(0);
    expect(said.out).toMatch(/\none +a /);
    expect(said.out).toMatch(/\ntwo +a /);
  });

  it('is JSON for programs', async () => {
    cluster.addPlan('trading', { phase: 'Protected' });
    cluster.addFailover({ name: 'trading-7', status: { phase: 'Running' } });
    expect(await cluster.run(['status', '--json'])).toBe(0);
    expect(JSON.parse(said.out)).toMatchObject({
      controller: { kind: 'Leads' },
      plans: [{ name: 'trading', status: { phase: 'Protected' }, operation: { metadata: { name: 'trading-7' } } }],
    });
  });

  it('goes on with --watch until it is interrupted', async () => {
    cluster.addPlan('trading', { phase: 'Protected' });
    const run = cluster.run(['status', '--watch', '--json']);
    await until('it watches both kinds', () => cluster.server.openWatches === 2);
    cluster.addPlan('trading', { phase: 'Suspect' });
    await until('it tells the change', () => said.out.includes('Suspect'));
    cluster.server.endWatches('cut');
    cluster.addPlan('trading', { phase: 'FailingOver' });
    await until('it tells the change after a cut', () => said.out.includes('FailingOver'));
    process.emit('SIGINT');
    expect(await run).toBe(130);
    expect(said.out.split('\n').map((line) => JSON.parse(line).plans[0].status.phase)).toEqual([
      ...['Protected', 'Suspect', 'FailingOver'],
    ]);
  });
});
