import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { globalServicesDefinition, regionalStackDefinition } from '../src/api/definitions.ts';
import type { MultiRegionApp } from '../src/api/multi-region-app.ts';
import { failoverGuard } from './failover-guard.ts';
import { keepNamespace, mayMarkNamespaces } from './protection.ts';

/**
 * What the applications of a cluster have in common: the kinds RegionalStack and GlobalServices, the guard of
 * `spec.failover`, and the applications' namespaces. The compositions join it, one set an application.
 *
 * The namespaces are here, so that deleting one application of several takes no other along.
 */
export class PlatformChart extends Chart {
  constructor(scope: Construct, id: string, apps: readonly MultiRegionApp[]) {
    super(scope, id);
    new ApiObject(this, 'regional-stack', regionalStackDefinition());
    new ApiObject(this, 'global-services', globalServicesDefinition());
    for (const guard of failoverGuard()) {
      new ApiObject(this, guard.kind, guard);
    }
    for (const namespace of namespacesOf(apps)) {
      new ApiObject(this, `namespace-${namespace}`, {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: namespace },
      });
    }
    const kept = namespacesOf(apps.filter(({ spec }) => spec.deletion === 'Protected'));
    for (const namespace of kept) {
      new ApiObject(this, `keep-${namespace}`, keepNamespace(namespace));
    }
    if (kept.length > 0) {
      new ApiObject(this, 'mark-namespaces', mayMarkNamespaces());
    }
  }
}

/** Every cluster has `default`. */
function namespacesOf(apps: readonly MultiRegionApp[]): string[] {
  return [...new Set(apps.map(({ metadata }) => metadata.namespace))].filter((name) => name !== 'default').sort();
}
