import type { DatabaseSlot } from '../../src/api/names.ts';
import { databaseInstances, databaseLogGroups, healthChecks, type ManagedObject, type StackObject } from '../kinds.ts';
import type { ApiClient } from '../runtime/api-client.ts';
import { isNotFound } from '../runtime/api-error.ts';
import { listAll } from '../runtime/list-all.ts';
import { collectionPath, type Resource } from '../runtime/resource.ts';

/** @see https://docs.crossplane.io/latest/managed-resources/managed-resources/#paused */
const pausedAnnotation = 'crossplane.io/paused';
/** Who paused it: what a person paused stays paused. */
const pausedForAnnotation = 'understudy.dev/paused-for';

const slotLabels = { database: 'understudy.dev/database-slot', switch: 'understudy.dev/switch-slot' } as const;

/** What of a stack the controller pauses, looks at and deletes: managed resources, by the names of the compositions. */
export class ManagedResources {
  readonly #api: ApiClient;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  database(stack: StackObject, slot: DatabaseSlot): Promise<ManagedObject | undefined> {
    return this.#get(databaseInstances, stack, `database-${slot}`);
  }

  healthCheck(stack: StackObject, name: string): Promise<ManagedObject | undefined> {
    return this.#get(healthChecks, stack, name);
  }

  /** @param operation what it is paused for. */
  async pauseDatabase(stack: StackObject, slot: DatabaseSlot, operation: string): Promise<void> {
    await this.#annotate(stack, slot, { [pausedAnnotation]: 'true', [pausedForAnnotation]: operation });
  }

  async resumeDatabase(stack: StackObject, slot: DatabaseSlot): Promise<void> {
    await this.#annotate(stack, slot, { [pausedAnnotation]: null, [pausedForAnnotation]: null });
  }

  /**
   * Deletes what is left of slots that the stack no longer has. The composite must have seen that they are gone, or it
   * would make them again.
   *
   * @param kept identifiers of databases that are not to be deleted, whatever the stack says.
   * @returns names of what is being deleted.
   */
  async deleteRetired(stack: StackObject, kept: readonly string[]): Promise<readonly string[]> {
    const { databases = {}, switch: pointer = {} } = stack.spec.failover ?? {};
    const kinds = [
      { resource: databaseInstances, label: slotLabels.database, slots: Object.keys(databases) },
      { resource: databaseLogGroups, label: slotLabels.database, slots: Object.keys(databases) },
      { resource: healthChecks, label: slotLabels.switch, slots: Object.keys(pointer) },
    ];
    const deleted: string[] = [];
    for (const { resource, label, slots } of kinds) {
      for (const object of await this.#labelled(resource, stack, label)) {
        const slot = object.metadata.labels?.[label];
        if (slot === undefined || slots.includes(slot) || !object.metadata.name.startsWith(`${stack.metadata.name}-`))
          continue;
        if (kept.includes(String(object.spec?.forProvider?.identifier))) continue;
        if (object.metadata.deletionTimestamp === undefined) await this.#delete(resource, object);
        deleted.push(object.metadata.name);
      }
    }
    return deleted;
  }

  async #get(resource: Resource, stack: StackObject, name: string): Promise<ManagedObject | undefined> {
    try {
      return await this.#api.get<ManagedObject>(resource, nameIn(stack, name));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #annotate(stack: StackObject, slot: DatabaseSlot, annotations: Readonly<Record<string, string | null>>) {
    const patch = { metadata: { annotations } };
    await this.#api.mergePatch(databaseInstances, nameIn(stack, `database-${slot}`), patch);
  }

  async #labelled(resource: Resource, stack: StackObject, label: string): Promise<readonly ManagedObject[]> {
    const path = collectionPath(resource, stack.metadata.namespace);
    try {
      return (await listAll<ManagedObject>(this.#api, resource, path, { query: { labelSelector: label } })).items;
    } catch (error) {
      // The provider of that service is not installed: the application has nothing of it.
      if (isNotFound(error)) return [];
      throw error;
    }
  }

  async #delete(resource: Resource, { metadata }: ManagedObject): Promise<void> {
    await this.#api.delete(resource, metadata).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
}

export function isPaused({ metadata }: ManagedObject): boolean {
  return metadata.annotations?.[pausedAnnotation] === 'true';
}

/** Paused by this controller, whoever led then. */
export function isPausedByUs(object: ManagedObject): boolean {
  return isPaused(object) && object.metadata.annotations?.[pausedForAnnotation] !== undefined;
}

/** Crossplane has composed the stack as it stands. */
export function isSynced({ metadata: { generation = 0 }, status }: StackObject): boolean {
  const synced = status?.conditions?.find(({ type }) => type === 'Synced');
  return synced?.status === 'True' && (synced.observedGeneration ?? generation) >= generation;
}

/** The stack has a resource of that name, whether it is made yet or not. */
export function isComposed(stack: StackObject, name: string): boolean {
  const refs = stack.spec.crossplane?.resourceRefs ?? [];
  return refs.some((ref) => ref.name === nameIn(stack, name).name);
}

function nameIn({ metadata: { name, namespace } }: StackObject, resource: string) {
  return { name: `${name}-${resource}`, ...(namespace === undefined ? {} : { namespace }) };
}
