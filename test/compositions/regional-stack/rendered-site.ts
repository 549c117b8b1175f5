import { regionalStack } from '../../../compositions/regional-stack/regional-stack.ts';
import { stackObject } from '../../../compositions/regional-stack/stack-object.ts';
import { type MultiRegionApp, multiRegionAppSchema } from '../../../src/api/multi-region-app.ts';
import type { StackFailover } from '../../../src/api/regional-stack.ts';
import type { Site } from '../../../src/api/site.ts';
import type { JsonObject } from '../../../src/render/json.ts';
import { render } from '../../../src/render/render.ts';
import type { Observed, Rendered } from '../../../src/render/render-resources.ts';

/** The application `trading`, with these settings over the defaults. */
export function appOf(spec: object = {}, name = 'trading'): MultiRegionApp {
  return multiRegionAppSchema.parse({
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'MultiRegionApp',
    metadata: { name, namespace: name },
    spec: { accountId: '111122223333', ...spec },
  });
}

/** What the controller writes at first: the primary has the writer, the secondary its replica. */
export const firstRoles: Readonly<Record<Site, StackFailover>> = {
  primary: {
    term: 1,
    role: 'active',
    databases: { a: { generation: 1, source: '' } },
    capacity: { min: 2, desired: 2 },
  },
  secondary: {
    term: 1,
    role: 'standby',
    databases: { a: { generation: 1, source: 'arn:aws:rds:us-east-1:111122223333:db:trading-db-dev-a1' } },
    capacity: { min: 1, desired: 1 },
  },
};

/** What it writes while every resource of the primary exists, a replica in the other slot among them. */
export const everything: StackFailover = {
  ...firstRoles.primary,
  databases: {
    a: { generation: 1, source: '' },
    b: { generation: 2, source: 'arn:aws:rds:us-west-2:111122223333:db:trading-db-dev-a1' },
  },
  certificate: { arn: 'arn:aws:acm:us-east-1:111122223333:certificate/m', validationName: '_x', validationValue: '_y' },
  loadBalancer: {
    dnsName: 'trading-alb-dev-1.us-east-1.elb.amazonaws.com',
    zoneId: 'Z35SXDOTRQ7X7K',
    metricName: 'app/trading-alb-dev/1',
    targetGroupMetricName: 'targetgroup/trading-tg-dev/1',
  },
  databaseEndpoint: 'trading-db-dev-a1.abc.us-east-1.rds.amazonaws.com',
  switch: {
    a: { active: { term: 1, takeoverTerm: 2 }, standby: { takeoverTerm: 2 } },
    b: { active: { term: 3, takeoverTerm: 4 }, standby: { takeoverTerm: 4 } },
    follows: { slot: 'a', role: 'active' },
    ready: true,
  },
};

/** Keys under which the functions' bundles are, once they have been built. */
export const code = {
  prober: 'prober/1.zip',
  failover: 'failover/1.zip',
  validator: 'validator/1.zip',
  witness: 'witness/1.zip',
};
const { witness: _elsewhere, ...siteCode } = code;

/** What is composed for a site. */
export function renderSite(
  app: MultiRegionApp,
  site: Site,
  failover: StackFailover = firstRoles[site],
  observed?: Observed,
): Rendered {
  const { spec, ...stack } = stackObject(app, site, siteCode);
  const composite = { ...stack, spec: { ...spec, failover } };
  return render(regionalStack(app), JSON.parse(JSON.stringify(composite)) as JsonObject, observed);
}

/** As {@link renderSite}, before the controller wrote anything. */
export function renderBeforeJournal(app: MultiRegionApp, site: Site): Rendered {
  return render(regionalStack(app), JSON.parse(JSON.stringify(stackObject(app, site, siteCode))) as JsonObject);
}

/** `forProvider` of a resource. Throws where it is not composed. */
export function forProvider({ resources }: Rendered, name: string): JsonObject {
  const resource = resources.get(name);
  if (resource === undefined) {
    throw new Error(`${name} is not composed, but ${[...resources.keys()].join(', ')}`);
  }
  return (resource.spec as { readonly forProvider: JsonObject }).forProvider;
}

/** Names of the composed resources of a kind. */
export function namesOf({ resources }: Rendered, kind: string): string[] {
  return [...resources].filter(([, resource]) => resource.kind === kind).map(([name]) => name);
}
