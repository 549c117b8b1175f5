import { apiGroup } from '../../src/api/object-meta.ts';
import type { AccessRule } from './access-rule.ts';

/**
 * What the controller may do in every namespace: a plan may be in any. It creates and deletes nothing that stands for
 * infrastructure here; what it may do to one application's resources, `applicationAccess` says.
 *
 * Server-side apply is the verb `patch`; on an object that is not there it would be `create` as well, so a composite that
 * somebody deleted is not brought back by writing to it.
 */
export const clusterAccess: readonly AccessRule[] = [
  {
    apiGroup,
    resources: ['failoverplans'],
    verbs: ['list', 'watch', 'patch'],
    why: 'It works by plans, and holds the deletion of one with a finalizer while an operation runs.',
  },
  { apiGroup, resources: ['failoverplans/status'], verbs: ['patch'], why: 'It says how safe each application is.' },
  {
    apiGroup,
    resources: ['failovers'],
    verbs: ['get', 'list', 'watch', 'create'],
    why: 'It carries out operations, and makes the record of those that it or the Lambda started.',
  },
  { apiGroup, resources: ['failovers/status'], verbs: ['patch'], why: 'It mirrors the journal there.' },
  {
    apiGroup,
    resources: ['regionalstacks', 'globalservices'],
    verbs: ['get', 'list', 'watch', 'patch'],
    why: 'It writes `spec.failover`, and reads what Crossplane built.',
  },
  {
    apiGroup: 'events.k8s.io',
    resources: ['events'],
    verbs: ['create', 'patch'],
    why: 'It tells what it does on the objects concerned; repeated events are counted in one.',
  },
];

/**
 * What it may do in its own namespace: elect a leader.
 *
 * @param leaseName the lease that may be taken. Creating cannot be limited by name.
 */
export function ownNamespaceAccess(leaseName: string): readonly AccessRule[] {
  const leases = { apiGroup: 'coordination.k8s.io', resources: ['leases'] };
  return [
    { ...leases, verbs: ['create'], why: 'The first replica ever makes the lease.' },
    { ...leases, resourceNames: [leaseName], verbs: ['get', 'update'], why: 'Replicas elect who leads.' },
  ];
}
