import { UnderstudyError } from '../../src/api/errors.ts';
import type { ApiClient, CallOptions } from './api-client.ts';
import { ApiError } from './api-error.ts';
import type { ObjectMeta } from './kubernetes-object.ts';
import { objectPath, type Resource } from './resource.ts';

export interface ApplyOptions extends Pick<CallOptions, 'signal' | 'timeoutMs'> {
  /** Who owns the fields from then on. */
  readonly fieldManager: string;
  /** Takes fields from managers that own them, instead of failing. @default false */
  readonly force?: boolean;
  /** Writes `status` instead of everything else. */
  readonly subresource?: 'status';
}

/** The fields that the manager wants, and who they are of. What it applied before and leaves out now is removed. */
export interface Applied {
  readonly metadata: Partial<ObjectMeta> & Pick<ObjectMeta, 'name'>;
  readonly [field: string]: unknown;
}

/**
 * Server-side apply: states the fields that this manager owns, all of them, and leaves all others alone.
 *
 * @throws UnderstudyError US3004 when another manager owns some of the fields and `force` is not set.
 * @throws ApiError, ApiUnreachable as every request does.
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export async function apply<T>(api: ApiClient, resource: Resource, object: Applied, options: ApplyOptions): Promise<T> {
  const { fieldManager, force = false, subresource, signal, timeoutMs } = options;
  const { apiVersion, kind } = resource;
  try {
    return await api.request<T>({
      method: 'PATCH',
      path: objectPath(resource, object.metadata, subresource),
      query: { fieldManager, force, fieldValidation: 'Strict' },
      contentType: 'application/apply-patch+yaml',
      body: { ...object, apiVersion, kind },
      signal,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  } catch (error) {
    const owned = error instanceof ApiError ? ownersOf(error) : [];
    if (owned.length === 0) throw error;
    const name = [object.metadata.namespace, object.metadata.name].filter((part) => part !== undefined).join('/');
    throw new UnderstudyError('US3004', `${kind} ${name}: ${owned.join('; ')}`, { cause: error });
  }
}

/** The API server says of each field: conflict with "kubectl" using example.dev/v1. */
function ownersOf({ causes }: ApiError): string[] {
  const fields = new Map<string, string[]>();
  for (const { reason, message = '', field = '' } of causes) {
    if (reason !== 'FieldManagerConflict') continue;
    const manager = /"([^"]+)"/.exec(message)?.[1] ?? message;
    fields.set(manager, [...(fields.get(manager) ?? []), field]);
  }
  return [...fields].map(([manager, owned]) => `${manager} owns ${owned.join(', ')}`);
}
