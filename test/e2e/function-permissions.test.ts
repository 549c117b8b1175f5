import { beforeAll, describe, expect, it } from '@jest/globals';
import { functionPermissions, witnessPermissions } from '../../compositions/permissions/function-permissions.ts';
import { policyOf } from '../../compositions/policy-document.ts';
import { scopeOf, siteNames, witnessNames } from '../../src/api/names.ts';
import { otherSite, type Site, sites } from '../../src/api/site.ts';
import { loadApp } from '../../src/cli/load-app.ts';
import type { Observation } from '../../src/failover/observation.ts';
import type { AwsCall } from '../../src/sandbox/region/wire/call-log.ts';
import type { FinishedOperation } from '../../src/sandbox/scenarios/journal-desk.ts';
import { scenarios } from '../../src/sandbox/scenarios/scenarios.ts';
import { withStage } from '../../src/sandbox/scenarios/stage.ts';
import { startWorld } from '../../src/sandbox/world/world.ts';
import { type Replay, replay } from '../iam/policy-replay.ts';

/**
 * What the functions really called while one of them failed over alone and fenced the region that came back, put to the
 * policies of their roles. The witness looks too, from a region that both sites can do without.
 */
const limitMs = 10 * 60_000;
const example = await loadApp('examples/trading-rds.yaml');
const app = { ...example, spec: { ...example.spec, detection: { ...example.spec.detection, witness: true } } };
const calls: AwsCall[] = [];
let history: readonly FinishedOperation[] = [];
let observations: readonly Observation[] = [];

beforeAll(async () => {
  const { signal } = new AbortController();
  const story = { entry: () => undefined, status: () => undefined };
  const world = await startWorld({ app, speed: 10, signal, onProgress: () => undefined });
  try {
    const report = await withStage(world, story, signal, async (stage) => {
      const played = await scenarios['controller-returns'].play(stage);
      history = await stage.journal.history();
      observations = await stage.journal.observations();
      return played;
    });
    expect(report.facts.filter(({ held }) => !held)).toEqual([]);
    for (const region of [...sites.map(world.region), world.witnessRegion()]) calls.push(...(region?.calls ?? []));
  } finally {
    await world.close();
  }
}, limitMs);

/** Of the function of one site; the other's has the same name, and says in its calls where it is. */
async function replayed(name: 'failover' | 'prober', site: Site): Promise<Replay> {
  const scope = (each: Site) => ({ ...scopeOf(app), region: app.spec[each].region });
  const own = scope(site);
  const policy = policyOf(functionPermissions(app, name, own, scope(otherSite(site))));
  const { functions, databaseNetworkAcl } = siteNames(own);
  const made = calls.filter(
    ({ principal, caller }) => principal === functions[name] && caller?.includes(own.region) === true,
  );
  expect(made.length).toBeGreaterThan(0);
  const networkAclNames = Object.fromEntries(sites.map((each) => [`acl-${each}`, databaseNetworkAcl]));
  return replay(policy, made, { accountId: own.accountId, networkAclNames });
}

/** Actions that this scenario may do without, and what they are for. */
const usedElsewhere: Readonly<Record<'failover' | 'prober', Readonly<Record<string, string>>>> = {
  prober: {
    'elasticloadbalancing:DescribeLoadBalancers': 'A plan that names no health URL means its load balancer.',
    'elasticloadbalancing:DescribeTargetGroups': 'As above.',
  },
  failover: {
    'autoscaling:SetDesiredCapacity': 'This application has as many instances in the standby as in the active.',
    'ec2:CreateNetworkAclEntry': 'It fences the region that comes back, unless the controller is first.',
    'ec2:DeleteNetworkAclEntry': 'It takes a fence away when an operation is called off.',
    's3:DeleteObject': 'It fences the region that comes back, unless the controller is first.',
    'elasticloadbalancing:DescribeLoadBalancers': 'A plan that names no health URL means its load balancer.',
  },
};

describe('the witness', () => {
  it('was one of the votes by which the active site was given up, and without which there were too few', () => {
    const [failover] = history;
    const votes = failover?.decision.evidence.filter(({ verdict }) => verdict === 'Down').map(({ domain }) => domain);
    expect(new Set(votes)).toEqual(new Set([app.spec.secondary.region, 'route53', app.spec.witness]));
  });

  it('goes on looking, and its words stand in the journal', () => {
    expect(observations.map(({ vantage }) => vantage)).toContain('witness');
    expect(observations.find(({ vantage }) => vantage === 'witness')).toMatchObject({
      domain: app.spec.witness,
      sites: { secondary: { answer: 'healthy' } },
    });
  });

  it('made no call that its role does not allow', async () => {
    const { function: name } = witnessNames({ ...scopeOf(app), region: app.spec.witness });
    const made = calls.filter(({ principal }) => principal === name);
    const { denied, unused } = await replay(policyOf(witnessPermissions(app)), made, {
      accountId: app.spec.accountId,
    });
    expect(made.length).toBeGreaterThan(0);
    expect(denied).toEqual([]);
    expect(unused.filter((action) => !Object.hasOwn(usedElsewhere.prober, action))).toEqual([]);
  });
});

describe.each(['prober', 'failover'] as const)('the role of the %s function', (name) => {
  it.each(sites)('in the %s site allows every call that the function made', async (site) => {
    expect((await replayed(name, site)).denied).toEqual([]);
  });

  it('allows nothing that no call needed and nobody explains', async () => {
    const { unused } = await replayed(name, 'secondary');
    expect(unused.filter((action) => !Object.hasOwn(usedElsewhere[name], action))).toEqual([]);
  });
});
