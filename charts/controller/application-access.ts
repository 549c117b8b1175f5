import type { ApiObjectProps } from 'cdk8s';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { databaseSecret } from '../../src/api/names.ts';
import { controllerNamespace, controllerServiceAccount } from '../cluster-names.ts';
import type { Composed } from '../composed-app.ts';
import { groupOf } from '../managed-kind.ts';
import { pluralOf } from '../plural.ts';
import { type AccessRule, policyRule, type Verb } from './access-rule.ts';

/** Resources that come and go with the roles carry one of these, and the controller deletes them with their slot. */
const slotLabels = ['understudy.dev/database-slot', 'understudy.dev/switch-slot'];

/** A kind of which the provider would undo what the engine does in AWS, unless it is paused meanwhile. */
interface PausedKind {
  readonly group: string;
  readonly plural: string;
  readonly why: string;
}

export const pausedKinds: readonly PausedKind[] = [
  {
    group: 'rds.aws.m.upbound.io',
    plural: 'instances',
    why: 'It pauses the instance around a promotion, which the provider would else try to undo.',
  },
];
const deleting = 'It deletes what belongs to a retired slot, whose names are those of the compositions.';
const settling = 'It looks up the id of a new check, to see it settle.';
const finding = 'It finds what is left of a slot that its composite has forgotten.';

/**
 * What the controller may do in an application's namespace, object by object: pause and delete some of its managed
 * resources, and restore the database's password.
 */
export function applicationAccess(app: MultiRegionApp, composed: readonly Composed[]): readonly AccessRule[] {
  const byKind = grouped(managedResources(composed), ({ group, plural }) => `${group}/${plural}`);
  return [
    ...[...byKind].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, resources]) => rulesOfKind(resources)),
    {
      apiGroup: '',
      resources: ['secrets'],
      resourceNames: [databaseSecret({ app: app.metadata.name }).name],
      verbs: ['get', 'patch'],
      why: "It restores the database's password from SSM in a cluster that was built anew.",
    },
    { apiGroup: '', resources: ['secrets'], verbs: ['create'], why: 'The same: creating cannot be limited by name.' },
  ];
}

/** The grant as objects of the application's own manifest, so that it goes when the application goes. */
export function applicationAccessObjects(app: MultiRegionApp, composed: readonly Composed[]): ApiObjectProps[] {
  const metadata = {
    name: `understudy-controller-${app.metadata.name}-${app.spec.environment}`,
    namespace: app.metadata.namespace,
  };
  return [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: applicationAccess(app, composed).map(policyRule),
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', namespace: controllerNamespace, name: controllerServiceAccount }],
    },
  ];
}

interface ManagedResource {
  readonly group: string;
  readonly plural: string;
  /** Name of the object in the cluster. */
  readonly name: string;
  readonly use: Use;
}

/** What the controller does to a resource. */
interface Use {
  readonly verbs: readonly Verb[];
  readonly why: string;
}

/** Every composed resource that the controller has to do with. */
function managedResources(composed: readonly Composed[]): ManagedResource[] {
  return composed.flatMap(({ composite, composition }) =>
    composition.spec.pipeline[0].input.resources.flatMap(({ name, base }) => {
      const [group, plural] = [groupOf(String(base.apiVersion)), pluralOf(String(base.kind))];
      const paused = pausedKinds.find((kind) => kind.group === group && kind.plural === plural);
      const use = useOf(paused?.why, isOfSlot(base), plural === 'healthchecks');
      return use === undefined ? [] : [{ group, plural, name: `${composite.metadata.name}-${name}`, use }];
    }),
  );
}

function useOf(pausing: string | undefined, isDeleted: boolean, isWatched: boolean): Use | undefined {
  if (pausing === undefined) {
    if (!isDeleted) {
      return undefined;
    }
    return isWatched
      ? { verbs: ['get', 'delete'], why: `${settling} ${deleting}` }
      : { verbs: ['delete'], why: deleting };
  }
  return isDeleted
    ? { verbs: ['get', 'patch', 'delete'], why: `${pausing} ${deleting}` }
    : { verbs: ['get', 'patch'], why: pausing };
}

function isOfSlot(base: Readonly<Record<string, unknown>>): boolean {
  const { metadata } = base as { readonly metadata?: { readonly labels?: object } };
  return slotLabels.some((label) => label in (metadata?.labels ?? {}));
}

/** One rule for all resources of a kind that are used alike, and one to find those that are deleted. */
function rulesOfKind(resources: readonly ManagedResource[]): AccessRule[] {
  const byVerbs = grouped(resources, ({ use }) => use.verbs.join());
  return [...byVerbs.values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) {
      return [];
    }
    const kind = { apiGroup: first.group, resources: [first.plural] };
    const { verbs, why } = first.use;
    const named: AccessRule = { ...kind, resourceNames: alike.map(({ name }) => name).sort(), verbs, why };
    return verbs.includes('delete') ? [{ ...kind, verbs: ['list'], why: finding }, named] : [named];
  });
}

/** In the order in which the keys first come. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  }
  return groups;
}
