import { waitFor } from '../process/wait-for.ts';
import type { ApiClient, ApplyOptions, KubernetesObject } from './api-client.ts';
import { isTrue } from './conditions.ts';

/** How many requests are under way at once. */
const concurrency = 8;

/**
 * Applies objects as `kubectl apply --server-side --validate=strict` would, in waves: what others need (namespaces,
 * CRDs, XRDs) first, and CRDs are waited for.
 *
 * @throws ApiError of the first object that is refused, with its name.
 */
export async function applyAll(
  api: ApiClient,
  objects: readonly KubernetesObject[],
  options: ApplyOptions = {},
): Promise<void> {
  const first = objects.filter((object) => object.kind === 'Namespace');
  const definitions = objects.filter((object) => object.kind === 'CustomResourceDefinition');
  const others = objects.filter((object) => !first.includes(object) && !definitions.includes(object));
  await inParallel(first, (object) => apply(api, object, options));
  await inParallel(definitions, (object) => apply(api, object, options));
  await inParallel(definitions, (definition) => established(api, definition));
  // One by one: their order in the file is the author's.
  for (const object of others) {
    await apply(api, object, options);
  }
}

async function apply(api: ApiClient, object: KubernetesObject, options: ApplyOptions): Promise<void> {
  try {
    await api.apply(object, options);
  } catch (error) {
    if (error instanceof Error) {
      const { namespace, name } = object.metadata;
      error.message = `${object.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}: ${error.message}`;
    }
    throw error;
  }
}

async function established(api: ApiClient, definition: KubernetesObject): Promise<void> {
  await waitFor(`CRD ${definition.metadata.name} is established`, async () =>
    isTrue(await api.get(definition), 'Established'),
  );
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
}
