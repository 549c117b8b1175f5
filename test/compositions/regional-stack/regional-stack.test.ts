import { describe, expect, it } from '@jest/globals';
import { regionalStack } from '../../../compositions/regional-stack/regional-stack.ts';
import { stackObject } from '../../../compositions/regional-stack/stack-object.ts';
import { regionalStackSchema } from '../../../src/api/regional-stack.ts';
import { otherSite, type Site, sites } from '../../../src/api/site.ts';
import type { Json, JsonObject } from '../../../src/render/json.ts';
import { render } from '../../../src/render/render.ts';
import { appOf, code, everything, firstRoles, renderSite } from './rendered-site.ts';

/** Everything that the file decides differently for the two sites, replaced by words. */
function withoutSite(site: Site, text: string): string {
  const app = appOf();
  const { region, vpcCidr } = app.spec[site];
  const [first, second] = vpcCidr.split('.');
  return text
    .replaceAll(region, 'REGION')
    .replaceAll(app.spec[otherSite(site)].region, 'OTHER-REGION')
    .replaceAll(`"UNDERSTUDY_SITE":"${site}"`, '"UNDERSTUDY_SITE":"SITE"')
    .replaceAll(new RegExp(`\\b${first}\\.${second}\\.(\\d+)`, 'g'), 'RANGE.$1')
    .replaceAll(`trading-${site}`, 'SITE')
    .replaceAll(`"DR-Role":"${site}"`, '"DR-Role":"ROLE"')
    .replaceAll(`"value":"${site}"`, '"value":"ROLE"');
}

function everythingOf(site: Site, failover = firstRoles[site]): Record<string, JsonObject> {
  const { resources } = renderSite(appOf(), site, failover);
  // It speaks of both sites by name, and is the same text in both.
  const { 'parameter-plan': plan, ...others } = Object.fromEntries(resources);
  expect(plan).toBeDefined();
  const text = JSON.stringify(others);
  return JSON.parse(withoutSite(site, text)) as Record<string, JsonObject>;
}

/** Paths at which two objects differ. */
function differences(one: Json | undefined, other: Json | undefined, path = ''): string[] {
  const bothObjects = [one, other].every((value) => typeof value === 'object' && value !== null);
  if (!bothObjects) {
    return JSON.stringify(one) === JSON.stringify(other) ? [] : [path];
  }
  const [left, right] = [one as JsonObject, other as JsonObject];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) =>
    differences(left[key], right[key], `${path}/${key}`),
  );
}

/** Names in AWS that a site claims: by field, by annotation, and by the tag that a plan finds a resource by. */
function claimedNames(name: string, environment: string): string[] {
  const app = appOf({ environment }, name);
  return sites.flatMap((site) =>
    [...renderSite(app, site).resources].flatMap(([resource, { kind, metadata, spec }]) => {
      const { annotations } = metadata as { annotations?: Record<string, string> };
      const { forProvider } = spec as { forProvider: Record<string, Json> };
      const named = annotations?.['crossplane.io/external-name'] ?? forProvider.name ?? forProvider.identifier;
      return named === undefined ? [] : [`${site} ${kind} ${resource} ${JSON.stringify(named)}`];
    }),
  );
}

describe('the RegionalStack of an application', () => {
  it('comes out the same in both regions but for what the role changes', () => {
    expect(differences(everythingOf('primary'), everythingOf('secondary'))).toEqual([
      '/auto-scaling-group/spec/forProvider/minSize',
      '/auto-scaling-group/spec/initProvider/desiredCapacity',
      ...['replicateSourceDb', 'dbName', 'username', 'passwordSecretRef', 'autoGeneratePassword'].map(
        (field) => `/database-a/spec/forProvider/${field}`,
      ),
    ]);
  });

  it('comes out the same in both regions altogether once they have had the same role', () => {
    const failover = { ...firstRoles.primary, databases: { b: { generation: 2, source: '' } } };
    expect(differences(everythingOf('primary', failover), everythingOf('secondary', failover))).toEqual([]);
  });

  it('is applied without anything that the controller decides', () => {
    for (const site of sites) {
      const object = stackObject(appOf(), site);
      expect(object.spec).not.toHaveProperty('failover');
      expect(regionalStackSchema.parse(object)).toMatchObject({ metadata: { name: `trading-${site}` } });
    }
  });

  it('has names of its own among applications and environments', () => {
    const groups = [claimedNames('trading', 'dev'), claimedNames('trading', 'prod'), claimedNames('orders', 'dev')];
    for (const names of groups) {
      expect(names.length).toBeGreaterThan(20);
      expect(new Set(names).size).toBe(names.length);
    }
    expect(new Set(groups.flat()).size).toBe(groups.flat().length);
    const compositions = [appOf(), appOf({ environment: 'prod' }), appOf({}, 'orders')].map(
      (app) => regionalStack(app).metadata.name,
    );
    expect(new Set(compositions).size).toBe(3);
  });

  it('keeps its names apart from those of the other region where AWS shares them', () => {
    const shared = (site: Site): unknown[] =>
      [...renderSite(appOf(), site).resources.values()]
        .filter(({ apiVersion, kind }) => String(apiVersion).startsWith('iam.') && kind !== 'RolePolicy')
        .map(({ metadata }) => (metadata as { annotations: JsonObject }).annotations['crossplane.io/external-name']);
    expect(shared('primary')).toEqual([
      'trading-flow-logs-dev-us-east-1',
      'trading-instance-dev-us-east-1',
      'trading-instance-dev-us-east-1',
      'trading-prober-dev-us-east-1',
      'trading-failover-dev-us-east-1',
      'trading-validator-dev-us-east-1',
      'trading-schedule-dev-us-east-1',
    ]);
    expect(shared('primary').filter((name) => shared('secondary').includes(name))).toEqual([]);
  });

  it('drops nothing from a live resource when a field of a status is lost', () => {
    const app = appOf({ domain: { name: 'trading.example.com', existingZoneId: 'Z0123456789' } });
    const stack = stackObject(app, 'primary', code);
    const { resources: templates } = regionalStack(app).spec.pipeline[0].input;
    const reported = templates.flatMap(({ name, patches }) =>
      patches.flatMap((patch) =>
        // Annotations are ours: Kubernetes does not lose what Crossplane applies.
        patch.type === 'ToCompositeFieldPath' && patch.fromFieldPath.startsWith('status.')
          ? [[name, patch.fromFieldPath] as const]
          : [],
      ),
    );
    expect(reported.length).toBeGreaterThan(20);
    const live = statusOf(reported);
    const { composite, resources } = renderSite(app, 'primary', everything, live);
    for (const lost of reported) {
      const left = new Map([...live].map(([name]) => [name, {}]));
      for (const [name, resource] of statusOf(reported.filter((field) => field !== lost))) {
        left.set(name, resource);
      }
      const status = renderSite(app, 'primary', everything, left).composite.status ?? {};
      expect(status).not.toEqual(composite.status);
      const xr = { ...stack, spec: { ...stack.spec, failover: everything }, status };
      const after = render(regionalStack(app), JSON.parse(JSON.stringify(xr)) as JsonObject, left);
      expect(Object.fromEntries(after.resources)).toEqual(Object.fromEntries(resources));
    }
    expect(reported.length).toBeGreaterThan(15);
  });
});

/** Every resource as observed, with these fields of its status. */
function statusOf(fields: readonly (readonly [string, string])[]): Map<string, JsonObject> {
  const observed = new Map<string, JsonObject>();
  for (const [name, path] of fields) {
    const resource = observed.get(name) ?? {};
    writeAt(resource, path.split(/[.[\]]+/), `${name} ${path}`);
    observed.set(name, resource);
  }
  return observed;
}

function writeAt(object: JsonObject, [key = '', ...below]: readonly string[], value: string): void {
  if (below.length === 0) {
    object[key] = value;
    return;
  }
  const existing = (object[key] ?? (below[0] === '0' ? [] : {})) as JsonObject;
  object[key] = existing;
  writeAt(existing, below, value);
}
