import { isDeepStrictEqual } from 'node:util';
import type { ApiClient, KubernetesObject } from '../kubernetes/api-client.ts';
import { type Condition, conditionOf } from '../kubernetes/conditions.ts';
import { writeConnectionSecret } from './connection-secret.ts';
import { generatePassword } from './generated-password.ts';

/** What the world says of a managed resource. */
export interface Observation {
  /** Merged into `status.atProvider`. */
  readonly atProvider?: Readonly<Record<string, unknown>>;
  /** The `crossplane.io/external-name`. @default the annotation that it has, else the object's name */
  readonly externalName?: string;
  /** @default true */
  readonly ready?: boolean;
  /** In plain text, for the Secret of `writeConnectionSecretToRef`. */
  readonly connectionDetails?: Readonly<Record<string, string>>;
}

/** The world behind the provider. */
export interface Provider {
  /**
   * Creates or updates the external resource as the object asks, and says how it is. An error becomes the condition
   * `Synced: False`, as an error of AWS does.
   */
  observe(managed: KubernetesObject): Observation | Promise<Observation>;
  /** Deletes the external resource; called until it succeeds, and only where `managementPolicies` allow deletion. */
  remove?(managed: KubernetesObject): void | Promise<void>;
}

const finalizer = 'finalizer.managedresource.crossplane.io';
const externalNameAnnotation = 'crossplane.io/external-name';
const pausedAnnotation = 'crossplane.io/paused';

/**
 * One reconciliation, in the order and with the conditions of crossplane-runtime's managed reconciler
 * (https://github.com/crossplane/crossplane-runtime, pkg/reconciler/managed). Writes only what changes.
 */
export async function reconcileManaged(api: ApiClient, provider: Provider, managed: KubernetesObject): Promise<void> {
  if (managed.metadata.annotations?.[pausedAnnotation] === 'true') {
    await writeStatus(api, managed, [{ type: 'Synced', status: 'False', reason: 'ReconcilePaused' }]);
    return;
  }
  if (managed.metadata.deletionTimestamp !== undefined) {
    await removeManaged(api, provider, managed);
    return;
  }
  let observation: Observation;
  try {
    await generatePassword(api, managed);
    observation = await provider.observe(managed);
    if (observation.connectionDetails !== undefined) {
      await writeConnectionSecret(api, managed, observation.connectionDetails);
    }
  } catch (error) {
    await writeStatus(api, managed, [reconcileError(error)]);
    return;
  }
  await writeMetadata(api, managed, observation);
  const ready: Condition =
    (observation.ready ?? true)
      ? { type: 'Ready', status: 'True', reason: 'Available' }
      : { type: 'Ready', status: 'False', reason: 'Creating' };
  const synced: Condition = { type: 'Synced', status: 'True', reason: 'ReconcileSuccess' };
  await writeStatus(api, managed, [ready, synced], observation.atProvider);
}

async function removeManaged(api: ApiClient, provider: Provider, managed: KubernetesObject): Promise<void> {
  const finalizers = managed.metadata.finalizers ?? [];
  if (!finalizers.includes(finalizer)) {
    return;
  }
  if (allowsDeletion(managed)) {
    try {
      await provider.remove?.(managed);
    } catch (error) {
      await writeStatus(api, managed, [{ type: 'Ready', status: 'False', reason: 'Deleting' }, reconcileError(error)]);
      return;
    }
  }
  await writeMetadataPatch(api, managed, { finalizers: finalizers.filter((one) => one !== finalizer) });
}

function allowsDeletion(managed: KubernetesObject): boolean {
  const { managementPolicies = ['*'] } = (managed.spec ?? {}) as { managementPolicies?: readonly string[] };
  return managementPolicies.includes('*') || managementPolicies.includes('Delete');
}

async function writeMetadata(api: ApiClient, managed: KubernetesObject, observation: Observation): Promise<void> {
  const { name, annotations = {}, finalizers = [] } = managed.metadata;
  const externalName = observation.externalName ?? annotations[externalNameAnnotation] ?? name;
  const needsName = annotations[externalNameAnnotation] !== externalName;
  const needsFinalizer = !finalizers.includes(finalizer);
  if (needsName || needsFinalizer) {
    await writeMetadataPatch(api, managed, {
      annotations: { [externalNameAnnotation]: externalName },
      finalizers: needsFinalizer ? [...finalizers, finalizer] : finalizers,
    });
  }
}

/** A merge patch replaces the list of finalizers, so it is only good for the version that was read. */
async function writeMetadataPatch(api: ApiClient, managed: KubernetesObject, metadata: object): Promise<void> {
  const { resourceVersion } = managed.metadata;
  await api.mergePatch(managed, { metadata: { ...metadata, resourceVersion } });
}

function reconcileError(error: unknown): Condition {
  const message = error instanceof Error ? error.message : String(error);
  return { type: 'Synced', status: 'False', reason: 'ReconcileError', message };
}

async function writeStatus(
  api: ApiClient,
  managed: KubernetesObject,
  changed: readonly Condition[],
  atProvider: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const before = (managed.status ?? {}) as {
    readonly conditions?: readonly Condition[];
    readonly atProvider?: Readonly<Record<string, unknown>>;
  };
  const kept = (before.conditions ?? []).filter(({ type }) => !changed.some((condition) => condition.type === type));
  const conditions = [...kept, ...changed.map((condition) => withTransition(managed, condition))];
  const after = { conditions, atProvider: { ...before.atProvider, ...atProvider } };
  const unchanged =
    isDeepStrictEqual(byType(before.conditions ?? []), byType(conditions)) &&
    isDeepStrictEqual(before.atProvider ?? {}, after.atProvider);
  if (!unchanged) {
    await api.mergePatch(managed, { status: after }, 'status');
  }
}

function byType(conditions: readonly Condition[]): Readonly<Record<string, Condition>> {
  return Object.fromEntries(conditions.map((condition) => [condition.type, condition]));
}

/** A condition's time is that of its last change of status. */
function withTransition(managed: KubernetesObject, condition: Condition): Condition {
  const before = conditionOf(managed, condition.type);
  const lastTransitionTime =
    before?.status === condition.status && before.lastTransitionTime !== undefined
      ? before.lastTransitionTime
      : new Date().toISOString();
  return { ...condition, lastTransitionTime };
}
