import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failoverDefinition, failoverPlanDefinition } from '../../src/api/definitions.ts';
import { failoverObject as failoverIn, type PlanSpec, planObject as planIn, site } from './failover-objects.ts';
import { type Cluster, startCluster } from './rig/cluster.ts';
import type { KubernetesObject } from './rig/kubernetes/api-client.ts';
import { applyAll } from './rig/kubernetes/apply-all.ts';
import { kubectl } from './rig/kubernetes/kubectl.ts';

const namespace = 'default';

function planObject(name: string, spec: PlanSpec = {}): KubernetesObject {
  return planIn(namespace, name, spec);
}

function failoverObject(name: string, spec: object, plan?: string): KubernetesObject {
  return failoverIn(namespace, name, spec, plan);
}

/** Columns, defaults and rules are the API server's to show, fill in and check. */
describe('FailoverPlan and Failover, on a real API server', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster();
    const definitions = [failoverPlanDefinition(), failoverDefinition()];
    await applyAll(cluster.api, definitions as unknown as KubernetesObject[]);
  }, 1_200_000);

  afterAll(async () => {
    await cluster?.stop();
  });

  describe('kubectl get fplan,fo', () => {
    beforeAll(async () => {
      const plan = await cluster.api.apply(planObject('shown'));
      const at = new Date(0).toISOString();
      const ready = {
        type: 'Ready',
        status: 'True',
        reason: 'NoFindings',
        message: 'All is well.',
        lastTransitionTime: at,
      };
      const status = { activeRegion: 'us-east-1', phase: 'Protected', replicationLag: '800ms', conditions: [ready] };
      await cluster.api.mergePatch(plan, { status }, 'status');
      const failover = await cluster.api.apply(failoverObject('shown-7', { action: 'Failover' }, 'shown'));
      const measured = { rto: '1m12s', rpo: '400ms' };
      await cluster.api.mergePatch(failover, { status: { phase: 'Succeeded', step: 'notify', measured } }, 'status');
    });

    async function rows(what: string, ...flags: string[]): Promise<string[][]> {
      const printed = await kubectl(cluster, ['get', what, '-n', namespace, ...flags]);
      return printed
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.trim().split(/\s{2,}|\t/));
    }

    it('answers whether we are safe', async () => {
      const [head, ...plans] = await rows('fplan');
      expect(head).toEqual(['NAME', 'ACTIVE', 'PHASE', 'LAG', 'READY', 'AGE']);
      expect(plans.find(([name]) => name === 'shown')?.slice(0, -1)).toEqual([
        'shown',
        'us-east-1',
        'Protected',
        '800ms',
        'True',
      ]);
    });

    it('answers what happened', async () => {
      const [head, ...failovers] = await rows('fo');
      expect(head).toEqual(['NAME', 'PLAN', 'ACTION', 'PHASE', 'STEP', 'RTO', 'RPO', 'AGE']);
      expect(failovers.find(([name]) => name === 'shown-7')?.slice(0, -1)).toEqual([
        'shown-7',
        'shown',
        'Failover',
        'Succeeded',
        'notify',
        '1m12s',
        '400ms',
      ]);
    });

    it('is part of the category understudy', async () => {
      const names = (await kubectl(cluster, ['get', 'understudy', '-n', namespace, '-o', 'name'])).split('\n');
      expect(names).toEqual(
        expect.arrayContaining(['failoverplan.understudy.dev/shown', 'failover.understudy.dev/shown-7']),
      );
    });

    it('keeps what people write apart from what the controller writes', async () => {
      const plan = planObject('apart');
      await cluster.api.apply({ ...plan, status: { phase: 'Protected' } });
      expect(await cluster.api.get(plan)).not.toHaveProperty('status.phase');
      await cluster.api.mergePatch(plan, { spec: { suspended: true }, status: { phase: 'Degraded' } }, 'status');
      expect(await cluster.api.get(plan)).toMatchObject({ spec: { suspended: false }, status: { phase: 'Degraded' } });
    });
  });

  describe('a FailoverPlan', () => {
    it('has its defaults from the server', async () => {
      const { spec } = await cluster.api.apply(planObject('defaults'), { dryRun: true });
      expect(spec).toMatchObject({
        objectives: { rto: '5m', rpo: '1m' },
        detection: {
          interval: '10s',
          failureThreshold: 3,
          vantages: [{ domain: 'operations' }, { domain: 'route53' }],
        },
        policy: { mode: 'Automatic', maxDataLoss: '60s', singleDomain: 'Hold' },
        suspended: false,
      });
    });

    const vantages = (...domains: string[]) => domains.map((domain) => ({ name: domain, kind: 'Prober', domain }));

    it.each<[string, PlanSpec, RegExp]>([
      ['both sites in one region', { sites: { secondary: site('us-east-1') } }, /sites must be in different regions/],
      [
        'the witness in a site',
        { witness: { region: 'us-west-2', bucket: 'abc' } },
        /witness must be in a region that is neither/,
      ],
      [
        'Aurora without its global cluster',
        { sites: { primary: { ...site('us-east-1'), database: { kind: 'AuroraGlobal', identifier: 'a' } } } },
        /kind AuroraGlobal needs globalClusterIdentifier/,
      ],
      [
        'a group that would be scaled to nothing',
        { sites: { primary: { ...site('us-east-1'), autoScalingGroup: 'g' } } },
        /capacity.active must be above 0/,
      ],
      [
        'a site that nothing leads to',
        { sites: { primary: { ...site('us-east-1'), endpointUrl: undefined } } },
        /endpointUrl or targetGroup is needed/,
      ],
      [
        'vantages in the sites alone',
        { detection: { vantages: vantages('us-east-1', 'us-west-2') } },
        /vantages of two other failure domains must be left/,
      ],
      [
        'too few vantages with one region dark',
        { detection: { vantages: vantages('us-west-2', 'operations') } },
        /vantages of two other failure domains must be left/,
      ],
      [
        'two vantages of one name',
        { detection: { vantages: [...vantages('a', 'b'), ...vantages('a')] } },
        /Duplicate value|duplicate entries for key \[name="a"\]/,
      ],
      ['no vantage', { detection: { vantages: [] } }, /vantages: Invalid value.*at least 1/],
      ['a duration that is none', { objectives: { rto: 'soon' } }, /spec.objectives.rto: Invalid value: "soon"/],
      [
        'a mode that is none',
        { policy: { mode: 'Auto' } },
        /Unsupported value: "Auto": supported values: "Automatic", "Manual"/,
      ],
      ['a key that is none', { polcy: {} }, /spec\.polcy.*field not declared|unknown field "spec\.polcy"/],
    ])('is refused with %s', async (_, spec, reason) => {
      await expect(cluster.api.apply(planObject('bad', spec), { dryRun: true })).rejects.toThrow(reason);
    });

    it('may do with one failure domain where it says so', async () => {
      const spec = { detection: { vantages: vantages('operations') }, policy: { singleDomain: 'Act' } };
      await expect(cluster.api.apply(planObject('single', spec), { dryRun: true })).resolves.toBeDefined();
    });
  });

  describe('a Failover', () => {
    it.each<[string, object, RegExp]>([
      ['an unknown action', { action: 'Promote' }, /Unsupported value: "Promote"/],
      [
        'an unknown site',
        { action: 'Failover', to: 'tertiary' },
        /Unsupported value: "tertiary": supported values: "primary", "secondary"/,
      ],
      ['no plan', { action: 'Failover', planRef: { name: '' } }, /spec.planRef.name/],
      [
        'a consent that is no duration',
        { action: 'Failover', dataLoss: { acceptUpTo: '90' } },
        /acceptUpTo: Invalid value: "90"/,
      ],
      [
        'consent where nothing is lost',
        { action: 'Switchover', dataLoss: { acceptUpTo: '90s' } },
        /dataLoss goes with Failover alone/,
      ],
      ['a site for a drill', { action: 'Drill', to: 'secondary' }, /to goes with Failover and Switchover/],
      ['a failback to the secondary', { action: 'Failback', to: 'secondary' }, /a Failback goes to the primary/],
      ['a key that is none', { action: 'Failover', force: true }, /field not declared|unknown field/],
    ])('is refused with %s', async (_, spec, reason) => {
      await expect(cluster.api.apply(failoverObject('bad', spec), { dryRun: true })).rejects.toThrow(reason);
    });

    it('changes by consent and by abort, and by nothing else', async () => {
      const failover = await cluster.api.apply(failoverObject('fixed', { action: 'Failover' }));
      const patch = async (spec: object) => cluster.api.mergePatch(failover, { spec });
      for (const [field, value] of Object.entries({
        planRef: { name: 'other' },
        action: 'Drill',
        to: 'primary',
        reason: 'another',
        dryRun: true,
      })) {
        await expect(patch({ [field]: value })).rejects.toThrow(`${field} is immutable; make another Failover instead`);
      }
      await patch({ dataLoss: { acceptUpTo: '90s' } });
      await patch({ abort: true });
      await expect(patch({ abort: false })).rejects.toThrow('abort cannot be taken back');
      expect(await cluster.api.get(failover)).toMatchObject({ spec: { abort: true, dataLoss: { acceptUpTo: '90s' } } });
    });
  });
});
