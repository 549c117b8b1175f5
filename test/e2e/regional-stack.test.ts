import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sites } from '../../src/api/site.ts';
import { appOf, everything, firstRoles, renderSite } from '../compositions/regional-stack/rendered-site.ts';
import { type Cluster, startCluster } from './rig/cluster.ts';
import type { KubernetesObject } from './rig/kubernetes/api-client.ts';
import { applyAll } from './rig/kubernetes/apply-all.ts';
import { kindsInUse } from './rig/provider/kinds-in-use.ts';
import { providerCrds } from './rig/provider/provider-crds.ts';

const certificate = {
  primary: 'arn:aws:acm:us-east-1:111122223333:certificate/p',
  secondary: 'arn:aws:acm:us-west-2:111122223333:certificate/s',
};
const domain = { name: 'trading.example.com', existingZoneId: 'Z0123456789' };

/** Applications that have every resource between them. */
const apps = {
  'every default': {},
  'a certificate that ACM manages': { domain },
  'your own certificates, scaling by load, and protection': {
    domain,
    certificate,
    deletion: 'Protected',
    instances: { targetCpuPercent: 50 },
    database: { engine: 'mysql' },
  },
};

/** Both sites as they begin, and with all that they can have. */
function composed(spec: object): KubernetesObject[] {
  const app = appOf(spec);
  const { namespace } = app.metadata;
  return sites.flatMap((site) =>
    [firstRoles[site], everything].flatMap((failover) =>
      [...renderSite(app, site, failover).resources.values()].map((resource) => {
        const object = resource as unknown as KubernetesObject;
        return { ...object, metadata: { ...object.metadata, namespace } };
      }),
    ),
  );
}

describe('composed resources of both sites, on a real API server', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster();
    const { crds } = await providerCrds(kindsInUse(Object.values(apps).flatMap(composed)));
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: appOf().metadata.namespace } };
    await applyAll(cluster.api, [namespace, ...crds]);
  }, 1_200_000);

  afterAll(() => cluster.stop());

  it.each(Object.entries(apps))('are accepted, strictly validated: %s', async (_, spec) => {
    const objects = composed(spec);
    await applyAll(cluster.api, objects, { dryRun: true });
    process.stdout.write(`${objects.length} composed resources accepted\n`);
    expect(objects.length).toBeGreaterThan(200);
  });
});
