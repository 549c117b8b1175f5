import { describe, expect, it } from '@jest/globals';
import type { SeenRequest } from '../controller/runtime/fake-api-server.ts';
import { until } from '../controller/runtime/until.ts';
import { captureConsole } from './captured-console.ts';
import { OperatorCluster } from './operator-cluster.ts';

const said = captureConsole();
const cluster = OperatorCluster.forEachTest();

const wellSites = { primary: { role: 'Active', verdict: 'Up' }, secondary: { role: 'Standby' } } as const;
const well = {
  active: 'primary',
  activeRegion: 'us-east-1',
  phase: 'Protected',
  replicationLag: '1s',
  predictedRto: '2m10s',
  sites: wellSites,
} as const;
const at = (seconds: number): string => new Date(Date.UTC(2026, 2, 21, 3, 0, seconds)).toISOString();

describe('a command that begins an operation', () => {
  it('shows what it would do, and does it once the plan is named', async () => {
    cluster.addPlan('trading', well);
    expect(await cluster.run(['failover', 'trading', '--reason', 'flood'], 'trading')).toBe(0);
    expect(said.err).toContain('us-east-1 (primary) loses its traffic');
    expect(said.err).toContain('us-east-1 (primary) is active and Up · Protected · lag 1s · predicted RTO 2m10s');
    expect(said.err).toContain('Beware: The active site is Up');
    expect(said.err).toContain('Fail trading over to us-west-2 (secondary)? Type trading to go on');
    expect(cluster.created()).toMatchObject([
      { spec: { planRef: { name: 'trading' }, action: 'Failover', reason: 'flood', dryRun: false } },
    ]);
    expect(said.out).toMatch(/^failover\.understudy\.dev\/trading-failover-\d{8}-\d{6}-[0-9a-f]{4} created$/);
    expect(said.err).toContain('understudy status trading -n trading --watch');
  });

  it.each([['y'], ['Trading'], ['']])('creates nothing for a failover answered by %j', async (answer) => {
    cluster.addPlan('trading', well);
    expect(await cluster.run(['failover', 'trading'], answer)).toBe(1);
    expect(said.err).toContain('Nothing was done.');
    expect(cluster.created()).toEqual([]);
  });

  it.each([
    ['switchover', 'Switchover'],
    ['reprotect', 'Reprotect'],
    ['failback', 'Failback'],
    ['drill', 'Drill'],
  ])('asks y or n for %s, which loses nothing', async (command, action) => {
    cluster.addPlan('trading', well);
    expect(await cluster.run([command, 'trading'], 'n')).toBe(1);
    expect(await cluster.run([command, 'trading'], 'y')).toBe(0);
    expect(cluster.created()).toMatchObject([{ spec: { action } }]);
  });

  it('refuses to act unasked where there is no terminal, and takes --yes', async () => {
    cluster.addPlan('trading', well);
    expect(await cluster.run(['failover', 'trading'])).toBe(2);
    expect(said.err).toContain('US1026');
    expect(cluster.created()).toEqual([]);
    expect(await cluster.run(['failover', 'trading', '--yes', '--accept-loss', '1m30s', '--to', 'secondary'])).toBe(0);
    expect(cluster.created()).toMatchObject([{ spec: { to: 'secondary', dataLoss: { acceptUpTo: '1m30s' } } }]);
  });

  it('takes any loss where it is told so, and nothing that is no duration', async () => {
    cluster.addPlan('trading', well);
    expect(await cluster.run(['failover', 'trading', '--yes', '--accept-loss', '45'])).toBe(2);
    expect(said.err).toContain('did you mean --accept-loss 45s?');
    expect(await cluster.run(['failover', 'trading', '--yes', '--accept-loss', 'any'])).toBe(0);
    expect(cluster.created()).toMatchObject([{ spec: { dataLoss: { acceptUpTo: 'any' } } }]);
  });

  it('names what speaks against it', async () => {
    const finding = {
      code: 'StandbyNotReplica',
      severity: 'Error',
      message: 'it replicates from nothing',
      remedy: 'x',
    };
    cluster.addPlan('trading', { ...well, suspended: true, findings: [finding as never] });
    cluster.addFailover({ name: 'other', spec: { action: 'Drill' }, status: { phase: 'Running' } });
    await cluster.run(['switchover', 'trading'], 'n');
    expect(said.err).toContain('Beware: other (Drill) is Running');
    expect(said.err).toContain('Beware: The plan is suspended');
    expect(said.err).toContain('Beware: StandbyNotReplica: it replicates from nothing');
  });

  it('gives the command for the Lambda where no controller acts', async () => {
    const sites = {
      primary: { ...site('us-east-1'), journalTable: 'trading-journal-prod' },
      secondary: { ...site('us-west-2'), journalTable: 'trading-journal-prod' },
    };
    cluster.addPlan('trading', well, { spec: { sites } });
    cluster.lead(10 * 60_000);
    await cluster.run(['failover', 'trading', '--reason', "it's flooded", '--accept-loss', '90s'], '');
    expect(said.err).toContain('No controller acts now: its Lease was last renewed 10m ago, by understudy-0-abc');
    expect(said.err).toContain('aws lambda invoke --region us-west-2 --function-name trading-failover-prod');
    const payload = /--payload '(.*)' \/dev\/stdout/.exec(said.err)?.[1]?.replaceAll("'\\''", "'") ?? '';
    expect(JSON.parse(payload)).toEqual({
      action: 'Failover',
      reason: "it's flooded",
      dataLoss: { acceptUpTo: '1m30s' },
    });
  });
});

describe('--wait', () => {
  const begun = { operationId: 'trading#7', startedAt: at(0), actor: 'controller/a' } as const;

  it('shows the steps as they happen until it has succeeded', async () => {
    cluster.addPlan('trading', well);
    const run = cluster.run(['switchover', 'trading', '--yes', '--wait']);
    const name = await cluster.nextCreated();
    const intent = { name: 'intent', phase: 'Succeeded', attempts: 1, startedAt: at(4), completedAt: at(5) } as const;
    cluster.say(name, { ...begun, phase: 'Running', steps: [intent] });
    await until('intent is told', () => said.out.includes('intent'));
    // A watch that is cut goes on where it was.
    cluster.server.endWatches('cut');
    const promote = {
      name: 'promote',
      phase: 'Succeeded',
      attempts: 2,
      startedAt: at(5),
      completedAt: at(65),
      message: 'trading-b takes writes',
    } as const;
    const measured = { rto: '1m30s', rpo: '0s', promotion: '1m' };
    cluster.say(name, { ...begun, phase: 'Succeeded', steps: [intent, promote], measured, completedAt: at(70) });
    expect(await run).toBe(0);
    expect(said.out).toMatch(/\+5\.0s {2}intent +succeeded/);
    expect(said.out).toMatch(/\+1m5s {2}promote +succeeded \(attempt 2\): trading-b takes writes/);
    expect(said.out).toMatch(/trading#7 +Succeeded/);
    expect(said.out).toContain('RTO 1m30s (promotion 1m) · RPO 0s');
    expect(said.out.match(/intent/g)).toHaveLength(1);
  });

  it('survives a watch that has expired and an API server that is away', async () => {
    cluster.addPlan('trading', well);
    const run = cluster.run(['drill', 'trading', '--yes', '--wait']);
    const name = await cluster.nextCreated();
    await until('it watches', () => cluster.server.openWatches > 0);
    cluster.server.fault({ status: 503 }, ({ method }) => method === 'GET', 2);
    cluster.server.table('failovers').compact();
    cluster.server.sendLine(
      JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }),
    );
    await until('it says so', () => said.out.includes('waiting for it'));
    cluster.say(name, { ...begun, phase: 'Succeeded' });
    expect(await run).toBe(0);
    expect(said.out).toContain('the API server is back');
  });

  it('polls where watching is not allowed', async () => {
    cluster.addPlan('trading', well);
    cluster.server.fault({ status: 403, reason: 'Forbidden' }, ({ query }) => query.get('watch') === 'true', 99);
    const run = cluster.run(['drill', 'trading', '--yes', '--wait']);
    const name = await cluster.nextCreated();
    const isList = ({ path, query }: SeenRequest) => path.endsWith('/failovers') && query.get('watch') === null;
    await until('it lists again', () => cluster.server.seen('GET', isList).length > 1);
    cluster.say(name, { ...begun, phase: 'Succeeded' });
    expect(await run).toBe(0);
  });

  it.each([
    ['Failed', 1],
    ['Aborted', 1],
    ['WaitingForHuman', 3],
    ['WaitingForConsent', 3],
  ] as const)('ends for %s with exit code %i', async (phase, code) => {
    cluster.addPlan('trading', well);
    const run = cluster.run(['failover', 'trading', '--yes', '--wait', '--json']);
    const name = await cluster.nextCreated();
    cluster.say(name, { ...begun, phase, dataLoss: { observed: '43s210ms' } });
    expect(await run).toBe(code);
    expect(JSON.parse(said.out)).toMatchObject({ status: { phase } });
    if (phase === 'WaitingForConsent') {
      expect(said.err).toContain(`understudy approve ${name} --accept-loss 44s -n trading`);
    }
  });

  it('gives up after --timeout, and says that the operation goes on', async () => {
    cluster.addPlan('trading', well);
    expect(await cluster.run(['drill', 'trading', '--yes', '--wait', '--timeout', '1s'])).toBe(4);
    expect(said.out).toContain('it goes on');
  });
});

describe('--dry-run', () => {
  it('prints the steps that the controller gives, and asks nobody', async () => {
    cluster.addPlan('trading', well);
    const run = cluster.run(['failover', 'trading', '--dry-run']);
    const name = await cluster.nextCreated();
    expect(cluster.created()).toMatchObject([{ spec: { dryRun: true } }]);
    cluster.say(name, {
      phase: 'Succeeded',
      message: 'Dry run, nothing was done. Failover would start at once.',
      to: 'secondary',
      steps: [
        { name: 'consent', phase: 'Pending', attempts: 0, budget: '15s', message: 'compares the loss' },
        { name: 'mark-witness', phase: 'Skipped', attempts: 0, budget: '6s', message: 'the plan has no witness' },
      ],
    });
    expect(await run).toBe(0);
    expect(said.out).toContain('Failover would start at once');
    expect(said.out).toMatch(/1 {2}consent +within 15s +compares the loss/);
    expect(said.out).toMatch(/2 {2}mark-witness +skipped +the plan has no witness/);
  });

  it('says that nobody answers', async () => {
    cluster.addPlan('trading', well);
    expect(await cluster.run(['failover', 'trading', '--dry-run', '--timeout', '1s'])).toBe(4);
    expect(said.err).toContain('No controller has answered');
  });
});

function site(region: string) {
  return {
    region,
    endpointUrl: `https://${region}.trading.example.com/healthz`,
    database: { kind: 'Instance', identifier: 'trading' },
    switchBucket: `trading-switch-${region}`,
  };
}
