import { describe, expect, it } from '@jest/globals';
import { composedApp } from '../../charts/composed-app.ts';
import type { PolicyRule } from '../../charts/controller/access-rule.ts';
import { applicationAccess } from '../../charts/controller/application-access.ts';
import { clusterAccess, ownNamespaceAccess } from '../../charts/controller/cluster-access.ts';
import { pluralOf } from '../../charts/plural.ts';
import { sites } from '../../src/api/site.ts';
import { appOf, everything, renderSite } from '../compositions/regional-stack/rendered-site.ts';
import { allObjects, synthesize } from './synthesized.ts';

const domain = { name: 'trading.example.com', existingZoneId: 'Z0123456789' };
const app = appOf({ domain });
const ofApplication = applicationAccess(app, composedApp(app));
const allRules = [...clusterAccess, ...ownNamespaceAccess('lease'), ...ofApplication];

/** Names that one verb is limited to, by plural. */
function namesFor(verb: string, plural: string): string[] {
  return ofApplication
    .filter(({ resources, verbs }) => resources.includes(plural) && (verbs as readonly string[]).includes(verb))
    .flatMap(({ resourceNames }) => resourceNames ?? ['any'])
    .sort();
}

describe('what the controller may do', () => {
  it('is said without a wildcard, and why', () => {
    expect(allRules.filter((rule) => JSON.stringify(rule).includes('"*"'))).toEqual([]);
    expect(allRules.filter(({ why }) => !/^[A-Z].+\.$/.test(why))).toEqual([]);
  });

  it('deletes nothing and reads no secret beyond an application', () => {
    const rules = [...clusterAccess, ...ownNamespaceAccess('lease')];
    expect(rules.filter(({ verbs }) => verbs.includes('delete'))).toEqual([]);
    expect(rules.filter(({ resources }) => resources.includes('secrets'))).toEqual([]);
  });

  it('makes no infrastructure: it creates records, events, its lease and a password', () => {
    const created = allRules.filter(({ verbs }) => verbs.includes('create')).flatMap(({ resources }) => resources);
    expect(created.sort()).toEqual(['events', 'failovers', 'leases', 'secrets']);
  });

  it('takes no lease but its own', () => {
    const changing = ownNamespaceAccess('shard-a').filter(({ verbs }) => !verbs.includes('create'));
    expect(changing.map(({ resourceNames }) => resourceNames)).toEqual([['shard-a']]);
  });
});

describe("what the controller may do in an application's namespace", () => {
  const rendered = sites
    .flatMap((site) => [...renderSite(app, site, everything).resources.values()])
    .map((resource) => {
      const { kind, metadata } = resource as unknown as {
        readonly kind: string;
        readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
      };
      return { plural: pluralOf(kind), ...metadata };
    });
  const ofSlots = rendered.filter(({ labels }) =>
    Object.keys(labels ?? {}).some((label) => /^understudy\.dev\/(database|switch)-slot$/.test(label)),
  );

  it.each(['instances', 'healthchecks', 'groups'])(
    'deletes just the %s of slots, by the names that they get',
    (plural) => {
      const names = ofSlots.filter((one) => one.plural === plural).map(({ name }) => name);
      expect(names.length).toBeGreaterThan(0);
      expect(namesFor('delete', plural)).toEqual([...new Set(names)].sort());
    },
  );

  it('deletes no other kind', () => {
    const deleted = ofApplication.filter(({ verbs }) => verbs.includes('delete')).flatMap(({ resources }) => resources);
    expect([...new Set(deleted)].sort()).toEqual([...new Set(ofSlots.map(({ plural }) => plural))].sort());
  });

  it('pauses databases of both sites, by name, and nothing else', () => {
    const names = rendered.filter(({ plural }) => plural === 'instances').map(({ name }) => name);
    expect(names.length).toBeGreaterThan(1);
    expect(namesFor('patch', 'instances')).toEqual([...new Set(names)].sort());
    const patched = ofApplication.filter(({ verbs }) => verbs.includes('patch')).flatMap(({ resources }) => resources);
    expect([...new Set(patched)].sort()).toEqual(['instances', 'secrets']);
  });

  it('restores one secret, and reads no other', () => {
    expect(namesFor('get', 'secrets')).toEqual(['trading-database']);
    expect(namesFor('patch', 'secrets')).toEqual(['trading-database']);
    expect(namesFor('list', 'secrets')).toEqual([]);
  });

  it('comes and goes with the application, in its namespace', () => {
    const granted = [...synthesize([app])].flatMap(([file, objects]) =>
      objects
        .filter(({ kind, metadata }) => kind.startsWith('Role') && metadata.namespace !== 'understudy-system')
        .map(({ kind, metadata }) => `${file}: ${kind} ${metadata.namespace}/${metadata.name}`),
    );
    expect(granted).toEqual([
      '0002-trading-dev: Role trading/understudy-controller-trading-dev',
      '0002-trading-dev: RoleBinding trading/understudy-controller-trading-dev',
    ]);
  });
});

describe('what Crossplane may compose', () => {
  it('is just what the compositions have', () => {
    const objects = allObjects([app]);
    const role = objects.find(({ metadata }) => metadata.name === 'understudy-compose');
    expect(role?.metadata).toMatchObject({ labels: { 'rbac.crossplane.io/aggregate-to-crossplane': 'true' } });
    const granted = ((role?.rules ?? []) as PolicyRule[]).flatMap(({ apiGroups, resources }) =>
      resources.map((plural) => `${plural}.${apiGroups[0]}`),
    );
    const composed = objects
      .filter(({ kind }) => kind === 'Composition')
      .flatMap(({ spec }) => spec.pipeline[0].input.resources as { base: { apiVersion: string; kind: string } }[])
      .map(({ base }) => `${pluralOf(base.kind)}.${base.apiVersion.split('/')[0]}`);
    expect(granted.sort()).toEqual([...new Set(composed)].sort());
  });
});
