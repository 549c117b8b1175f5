import { describe, expect, it } from '@jest/globals';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { scopeOf, siteNames, witnessBucketName } from '../../src/api/names.ts';
import type { StackFailover } from '../../src/api/regional-stack.ts';
import { otherSite, type Site, sites } from '../../src/api/site.ts';
import { openKey, switchSearchString, takeoverKey } from '../../src/api/switch-objects.ts';
import type { Json, JsonObject } from '../../src/render/json.ts';
import type { HealthCheck } from '../../src/sandbox/route53/health-check.ts';
import type { Routing, ZoneRecord } from '../../src/sandbox/route53/record.ts';
import { type SwitchSite, switchRecords } from '../../src/sandbox/route53/switch-records.ts';
import { renderShared } from './global-services/rendered-services.ts';
import { appOf, renderSite } from './regional-stack/rendered-site.ts';

/**
 * The sandbox moves real clients by its switch; AWS gets the one that is composed. They must be the same: every check and
 * record of both is brought to one form, in which checks are told by what they look at, and compared.
 */

const domain = { name: 'trading.example.com', existingZoneId: 'Z0123456789ABC' };

interface Switched {
  readonly checks: readonly string[];
  readonly records: readonly string[];
}

function loadBalancerOf(site: Site): string {
  return `${site}.elb.amazonaws.com`;
}

function databaseOf(site: Site): string {
  return `${site}.rds.amazonaws.com`;
}

/** What the controller has written to a stack once the checks have settled. */
function settled(site: Site, active: Site, term: number, slot: 'a' | 'b' = 'a'): StackFailover {
  const role = site === active ? 'active' : 'standby';
  const checks =
    role === 'active' ? { active: { term, takeoverTerm: term + 1 } } : { standby: { takeoverTerm: term + 1 } };
  return {
    term,
    loadBalancer: { dnsName: loadBalancerOf(site), zoneId: 'Z35SXDOTRQ7X7K' },
    databaseEndpoint: databaseOf(site),
    switch: { [slot]: checks, follows: { slot, role }, ready: true },
  };
}

function composedSwitch(app: MultiRegionApp, active: Site, term: number, slot: 'a' | 'b' = 'a'): Switched {
  const rendered = [
    ...sites.map((site) => renderSite(app, site, settled(site, active, term, slot))),
    renderShared(app, { watched: active }),
  ];
  const byName = new Map(
    rendered.flatMap(({ resources }) =>
      [...resources.values()].map((resource) => [String((resource.metadata as JsonObject).name), resource] as const),
    ),
  );
  const parametersOf = (name: string): JsonObject => {
    const found = byName.get(name);
    if (found === undefined) throw new Error(`nothing is called ${name}`);
    return (found.spec as { readonly forProvider: JsonObject }).forProvider;
  };
  const ofKind = (kind: string): string[] => [...byName].filter(([, each]) => each.kind === kind).map(([name]) => name);
  const check = (name: string): string => {
    const parameters = parametersOf(name);
    if (parameters.type === 'CALCULATED') {
      const children = (parameters.childHealthchecksRefs as JsonObject[]).map((ref) => check(String(ref.name)));
      return `at least ${parameters.childHealthThreshold} of [${children.sort().join('; ')}]`;
    }
    expect(parameters).not.toHaveProperty('disabled');
    return [
      parameters.invertHealthcheck === true ? 'not ' : '',
      `${parameters.fqdn}${parameters.resourcePath}`,
      ` with ${parameters.searchString ?? 'anything'}`,
      `, each ${parameters.requestInterval} s, after ${parameters.failureThreshold}`,
    ].join('');
  };
  const record = (name: string): string => {
    const parameters = parametersOf(name);
    const checked = parameters.healthCheckIdRef as JsonObject | undefined;
    return recordText({
      name: parameters.name,
      type: parameters.type,
      ttl: parameters.ttl,
      values: parameters.records,
      setIdentifier: parameters.setIdentifier,
      routing: routingOf(parameters),
      check: checked === undefined ? undefined : check(String(checked.name)),
    });
  };
  return { checks: ofKind('HealthCheck').map(check).sort(), records: ofKind('Record').map(record).sort() };
}

function routingOf({ failoverRoutingPolicy, weightedRoutingPolicy }: JsonObject): string {
  const failover = failoverRoutingPolicy as JsonObject | undefined;
  const weighted = weightedRoutingPolicy as JsonObject | undefined;
  return String(failover?.type ?? (weighted === undefined ? 'Simple' : `weight ${weighted.weight}`));
}

function sandboxSwitch(app: MultiRegionApp, active: Site, term: number): Switched {
  const { witness, routing, instances } = app.spec;
  const scope = scopeOf(app);
  const site = (name: Site): SwitchSite => {
    const { region } = app.spec[name];
    return {
      region,
      bucket: siteNames({ ...scope, region }).switchBucket,
      loadBalancer: loadBalancerOf(name),
      databaseEndpoint: databaseOf(name),
    };
  };
  const { healthChecks, records } = switchRecords({
    domain: domain.name,
    primary: site('primary'),
    secondary: site('secondary'),
    active,
    witness: witness === 'none' ? null : { region: witness, bucket: witnessBucketName({ ...scope, region: witness }) },
    term,
    open: { key: openKey(term), content: switchSearchString(scope.app, term) },
    takeover: { key: takeoverKey(term + 1), content: switchSearchString(scope.app, term + 1) },
    routing: routing === 'weighted' ? 'Weighted' : 'Failover',
    healthPath: instances.healthCheckPath,
  });
  const check = (each: HealthCheck): string =>
    each.kind === 'Calculated'
      ? `at least ${each.healthThreshold} of [${each.children.map(checkById).sort().join('; ')}]`
      : `${each.inverted ? 'not ' : ''}${each.hostname}${each.path} with ${each.searchString ?? 'anything'}, each ${each.intervalSeconds} s, after ${each.failureThreshold}`;
  function checkById(id: string): string {
    const found = healthChecks.find((each) => each.id === id);
    if (found === undefined) throw new Error(`there is no check ${id}`);
    return check(found);
  }
  const record = ({ name, type, data, setIdentifier, routing: how, healthCheckId }: ZoneRecord): string => {
    if (data.kind !== 'Values') throw new Error(`${name} is an alias`);
    return recordText({
      name,
      type,
      ttl: data.ttlSeconds,
      values: [...data.values],
      setIdentifier,
      routing: routingText(how),
      check: healthCheckId === undefined ? undefined : checkById(healthCheckId),
    });
  };
  return { checks: healthChecks.map(check).sort(), records: records.map(record).sort() };
}

function routingText(routing: Routing): string {
  switch (routing.policy) {
    case 'Simple':
      return 'Simple';
    case 'Failover':
      return routing.role.toUpperCase();
    case 'Weighted':
      return `weight ${routing.weight}`;
  }
}

function recordText(record: { readonly [part: string]: Json | undefined }): string {
  return JSON.stringify(record);
}

describe('the composed switch', () => {
  it.each([
    ['as by default', {}, 'primary', 1],
    ['with the secondary active', {}, 'secondary', 4],
    ['by weights', { routing: 'weighted' }, 'primary', 1],
    ['by weights with the secondary active', { routing: 'weighted' }, 'secondary', 2],
    ['without a witness', { witness: 'none' }, 'primary', 10],
    ['in other regions', { primary: { region: 'eu-west-1' }, secondary: { region: 'eu-central-1' } }, 'primary', 1],
  ] as const)('is the sandbox’s: %s', (_, settings, active, term) => {
    const app = appOf({ domain, ...settings });
    const composed = composedSwitch(app, active, term);
    expect(composed).toEqual(sandboxSwitch(app, active, term));
    expect(composed.records).toHaveLength(8);
  });

  it('is the same from either set of checks', () => {
    const app = appOf({ domain });
    expect(composedSwitch(app, 'secondary', 7, 'b')).toEqual(composedSwitch(app, 'secondary', 7, 'a'));
  });

  it('is not the sandbox’s where a term differs', () => {
    const app = appOf({ domain });
    expect(composedSwitch(app, 'primary', 1)).not.toEqual(sandboxSwitch(app, 'primary', 2));
    expect(composedSwitch(app, 'primary', 1)).not.toEqual(sandboxSwitch(app, otherSite('primary'), 1));
  });
});
