import { describe, expect, it } from '@jest/globals';
import { sites } from '../../../src/api/site.ts';
import type { JsonObject } from '../../../src/render/json.ts';
import { providerCrdsFolder } from '../../e2e/rig/provider/provider-crds.ts';
import { ProviderCrds, violations } from '../provider-crd.ts';
import { appOf, everything, firstRoles, renderSite } from './rendered-site.ts';

const certificate = {
  primary: 'arn:aws:acm:us-east-1:111122223333:certificate/p',
  secondary: 'arn:aws:acm:us-west-2:111122223333:certificate/s',
};

/** Applications whose choices add or change resources. */
const apps = {
  'every default': {},
  'every choice taken the other way': {
    network: { zones: 4, natGateways: 'Single' },
    primary: { region: 'us-east-1' },
    certificate,
    deletion: 'Protected',
    instances: { targetCpuPercent: 50, userData: 'true', standbyCount: 0 },
    tables: [],
    tags: { 'Cost-Center': '4711', Team: 'payments' },
  },
  'a certificate that ACM manages': { domain: { name: 'trading.example.com', existingZoneId: 'Z0123456789' } },
  'a name at the top of its zone, by weights, with no witness': {
    domain: { name: 'example.com' },
    routing: 'weighted',
    witness: 'none',
    notifications: { emails: ['ops@example.com'] },
  },
  mysql: { database: { engine: 'mysql' } },
  mariadb: { database: { engine: 'mariadb' } },
};

const folder = providerCrdsFolder();
const crds = folder === undefined ? undefined : new ProviderCrds(folder);
if (crds === undefined) {
  process.stderr.write('Skipped: composed resources against the provider’s CRDs, which are not here.\n');
}

function resourcesOf(spec: object): (readonly [string, JsonObject])[] {
  const app = appOf(spec);
  return sites.flatMap((site) =>
    [firstRoles[site], everything].flatMap((failover) =>
      [...renderSite(app, site, failover).resources].map(([name, resource]) => [`${site} ${name}`, resource] as const),
    ),
  );
}

(crds === undefined ? describe.skip : describe)('composed resources, against the provider’s CRDs', () => {
  it.each(Object.entries(apps))('are accepted: %s', (_, spec) => {
    const resources = resourcesOf(spec);
    const refused = resources.flatMap(([name, resource]) => {
      const schema = crds?.schemaOf(resource);
      return schema === undefined
        ? [`${name}: the provider has no ${resource.apiVersion} ${resource.kind}`]
        : violations(resource, schema).map((problem) => `${name}: ${problem}`);
    });
    expect(refused).toEqual([]);
    expect(resources.length).toBeGreaterThan(100);
  });

  it('are tagged wherever the kind takes tags', () => {
    const untagged = resourcesOf(apps['every choice taken the other way']).flatMap(([name, resource]) => {
      const spec = resource.spec as JsonObject;
      const parameters = crds?.schemaOf(resource)?.properties?.spec?.properties?.forProvider?.properties ?? {};
      const provided = spec.forProvider as JsonObject;
      const tags = 'tag' in parameters ? fromList(provided.tag) : 'tags' in parameters ? provided.tags : undefined;
      const expected = {
        App: 'trading',
        Environment: 'dev',
        'DR-Role': name.startsWith('primary') ? 'primary' : 'secondary',
        'Cost-Center': '4711',
        ManagedBy: 'understudy',
        Team: 'payments',
      };
      const takesTags = 'tag' in parameters || 'tags' in parameters;
      return takesTags && !contains(tags, expected) ? [`${name}: ${JSON.stringify(tags)}`] : [];
    });
    expect(untagged).toEqual([]);
  });

  it('would be refused with a field that is unknown, of another type, or missing', () => {
    const [, instance] = resourcesOf({}).find(([, { kind }]) => kind === 'AutoscalingGroup') ?? ['', {}];
    const schema = crds?.schemaOf(instance) ?? {};
    const broken = structuredClone(instance) as { spec: { forProvider: JsonObject; managementPolicies?: string[] } };
    broken.spec.forProvider.minSiz = 1;
    broken.spec.forProvider.maxSize = '4';
    broken.spec.managementPolicies = ['Update', 'Sometimes'];
    delete broken.spec.forProvider.minSize;
    delete broken.spec.forProvider.region;
    expect(violations(broken as unknown as JsonObject, schema).sort()).toEqual([
      '.spec.forProvider.maxSize is "4", not number',
      '.spec.forProvider.minSiz is unknown',
      '.spec.forProvider.region is missing',
      '.spec.managementPolicies[1] is none of Observe,Create,Update,Delete,LateInitialize,*',
      '.spec: spec.forProvider.minSize is a required parameter',
    ]);
  });
});

function fromList(tag: unknown): JsonObject {
  return Object.fromEntries((tag as { key: string; value: string }[]).map(({ key, value }) => [key, value]));
}

function contains(tags: unknown, expected: Readonly<Record<string, string>>): boolean {
  return Object.entries(expected).every(([key, value]) => (tags as JsonObject | undefined)?.[key] === value);
}
