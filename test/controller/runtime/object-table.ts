import { type KubernetesObject, keyOf } from '../../../controller/runtime/kubernetes-object.ts';

export interface TableEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubernetesObject;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The objects of one kind in the fake API server, with the history that watches start from. */
export class ObjectTable {
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #publish: (event: TableEvent) => void;
  #history: { readonly version: number; readonly event: TableEvent }[] = [];
  #version = 100;
  #forgottenUpTo = 0;
  #uids = 0;

  constructor(publish: (event: TableEvent) => void) {
    this.#publish = publish;
  }

  get(key: string): KubernetesObject | undefined {
    return this.#objects.get(key);
  }

  /** Creates or changes an object, as somebody else would. */
  put(object: KubernetesObject): KubernetesObject {
    const before = this.#objects.get(keyOf(object));
    this.#version += 1;
    const stored: KubernetesObject = {
      ...object,
      metadata: {
        ...object.metadata,
        uid: before?.metadata.uid ?? `uid-${++this.#uids}`,
        resourceVersion: String(this.#version),
      },
    };
    this.#objects.set(keyOf(stored), stored);
    this.#record({ type: before === undefined ? 'ADDED' : 'MODIFIED', object: stored });
    return stored;
  }

  remove(key: string): void {
    const before = this.#objects.get(key);
    if (before === undefined) throw new Error(`there is no ${key}`);
    this.#objects.delete(key);
    this.#version += 1;
    const metadata = { ...before.metadata, resourceVersion: String(this.#version) };
    this.#record({ type: 'DELETED', object: { ...before, metadata } });
  }

  /** Tells watches how far they are, with no change. */
  bookmark(): void {
    this.#version += 1;
    const metadata = { name: '', resourceVersion: String(this.#version) };
    this.#publish({ type: 'BOOKMARK', object: { apiVersion: '', kind: '', metadata } });
  }

  /** Forgets the past: watches and continued lists from before now are answered with 410. */
  compact(): void {
    this.#version += 1;
    this.#forgottenUpTo = this.#version;
    this.#history = [];
  }

  since(version: number): readonly TableEvent[] | 'expired' {
    if (version < this.#forgottenUpTo) return 'expired';
    return this.#history.filter((entry) => entry.version > version).map((entry) => entry.event);
  }

  list(query: URLSearchParams, namespace: string | undefined): Answer {
    const label = query.get('labelSelector')?.split('=') ?? [];
    const token = query.get('continue');
    const [at = String(this.#version), from = '0'] = token?.split(':') ?? [];
    if (Number(at) < this.#forgottenUpTo) return status(410, 'Expired', 'the continue token is too old');
    const all = [...this.#objects.values()]
      .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
      .filter(({ metadata: { labels = {} } }) => {
        const [name, value] = label;
        return name === undefined || (value === undefined ? name in labels : labels[name] === value);
      });
    const limit = Number(query.get('limit') ?? all.length);
    const end = Number(from) + limit;
    const items = all.slice(Number(from), end).map(({ metadata, ...rest }) => {
      const { apiVersion: _apiVersion, kind: _kind, ...fields } = rest;
      return { metadata, ...fields };
    });
    const more = end < all.length ? { continue: `${at}:${end}` } : {};
    return { status: 200, body: { kind: 'List', metadata: { resourceVersion: at, ...more }, items } };
  }

  read(key: string): Answer {
    const object = this.#objects.get(key);
    return object === undefined ? status(404, 'NotFound', `${key} not found`) : { status: 200, body: object };
  }

  create(object: KubernetesObject, namespace: string | undefined): Answer {
    const metadata = namespace === undefined ? object.metadata : { ...object.metadata, namespace };
    const named = { ...object, metadata };
    if (this.#objects.has(keyOf(named))) return status(409, 'AlreadyExists', `${keyOf(named)} already exists`);
    return { status: 201, body: this.put(named) };
  }

  replace(key: string, object: KubernetesObject): Answer {
    const before = this.#objects.get(key);
    if (before === undefined) return status(404, 'NotFound', `${key} not found`);
    const { resourceVersion } = object.metadata;
    if (resourceVersion !== undefined && resourceVersion !== before.metadata.resourceVersion) {
      return status(409, 'Conflict', 'the object has been modified');
    }
    return { status: 200, body: this.put(object) };
  }

  /** Merges the first level of fields, and of metadata what a merge patch says; enough for tests of who calls. */
  patch(key: string, patch: object, contentType: string, subresource: string | undefined): Answer {
    const before = this.#objects.get(key);
    if (before === undefined && !contentType.startsWith('application/apply-patch')) {
      return status(404, 'NotFound', `${key} not found`);
    }
    const part = subresource === undefined ? patch : { [subresource]: (patch as Record<string, unknown>)[subresource] };
    const said = (patch as Partial<KubernetesObject>).metadata;
    const { resourceVersion } = said ?? {};
    if (before !== undefined && resourceVersion !== undefined && resourceVersion !== before.metadata.resourceVersion) {
      return status(409, 'Conflict', 'the object has been modified');
    }
    const isMerge = contentType.startsWith('application/merge-patch');
    const metadata = before === undefined || !isMerge ? before?.metadata : mergedMetadata(before.metadata, said ?? {});
    // An apply states the fields of one manager: those of others stay, in `spec` at least.
    const fields = before !== undefined && (isMerge || subresource === undefined) ? mergedFields(before, part) : part;
    const patched = (before === undefined ? patch : { ...before, ...fields, metadata }) as KubernetesObject;
    if (patched.metadata?.deletionTimestamp !== undefined && patched.metadata.finalizers?.length === 0) {
      this.remove(key);
      return { status: 200, body: patched };
    }
    return { status: 200, body: this.put(patched) };
  }

  delete(key: string): Answer {
    if (!this.#objects.has(key)) return status(404, 'NotFound', `${key} not found`);
    this.remove(key);
    return { status: 200, body: { kind: 'Status', status: 'Success' } };
  }

  #record(event: TableEvent): void {
    this.#history.push({ version: this.#version, event });
    this.#publish(event);
  }
}

function status(code: number, reason: string, message: string): Answer {
  return { status: code, body: { kind: 'Status', status: 'Failure', message, reason, code } };
}

function mergedMetadata(before: KubernetesObject['metadata'], patch: Partial<KubernetesObject['metadata']>) {
  const annotations = Object.entries({ ...before.annotations, ...patch.annotations }).filter(
    ([, value]) => value !== null,
  );
  return { ...before, ...patch, annotations: Object.fromEntries(annotations) };
}

/** Each field with its own fields replaced by those of the patch. */
function mergedFields(before: KubernetesObject, patch: object): object {
  const fields = before as unknown as Readonly<Record<string, object>>;
  return Object.fromEntries(Object.entries(patch).map(([key, value]) => [key, { ...fields[key], ...value }]));
}
