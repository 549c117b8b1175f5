import {
  CoordinationV1Api,
  CustomObjectsApi,
  createConfiguration,
  type KubeConfig,
  ServerConfiguration,
  type V1Lease,
} from '@kubernetes/client-node';
import { apiGroup, apiVersion, apiVersionName } from '../../api/object-meta.ts';
import { type Asked, clusterError, isForbidden, isNotFound, withGroup } from './cluster-error.ts';
import { type ClusterChoice, loadKubeconfig, namespaceOf } from './kubeconfig.ts';
import type { ObjectOf, Plural } from './objects.ts';

/** How long the API server has for one answer, milliseconds. */
const callMs = 15_000;
/** How many objects a page of a list has. */
const pageSize = 500;

const kinds: Readonly<Record<Plural, string>> = {
  failoverplans: 'FailoverPlan',
  failovers: 'Failover',
  regionalstacks: 'RegionalStack',
};

/**
 * The operations cluster, as the person at the command line may use it. Every method throws an UnderstudyError that says
 * what to do: US3001 unreachable, US3002 no such object, US3003 not allowed, US3010 no CRDs, US3011 refused.
 */
export class Cluster {
  readonly kubeConfig: KubeConfig;
  readonly server: string;
  /** Where objects are looked for unless a method is told otherwise. */
  readonly namespace: string;
  readonly #objects: CustomObjectsApi;
  readonly #leases: CoordinationV1Api;

  constructor(kubeConfig: KubeConfig, namespace: string) {
    this.kubeConfig = kubeConfig;
    this.namespace = namespace;
    this.server = kubeConfig.getCurrentCluster()?.server ?? '';
    const configuration = createConfiguration({
      baseServer: new ServerConfiguration(this.server, {}),
      authMethods: { default: kubeConfig },
      promiseMiddleware: [
        {
          pre: async (context) => {
            context.setSignal(AbortSignal.timeout(callMs));
            // The generated client would send JSON patches, which say nothing of what is not there yet.
            if (context.getHttpMethod() === 'PATCH') {
              context.setHeaderParam('Content-Type', 'application/merge-patch+json');
            }
            return context;
          },
          post: async (context) => context,
        },
      ],
    });
    this.#objects = new CustomObjectsApi(configuration);
    this.#leases = new CoordinationV1Api(configuration);
  }

  static open(choice: ClusterChoice): Cluster {
    const kubeConfig = loadKubeconfig(choice);
    return new Cluster(kubeConfig, namespaceOf(kubeConfig, choice));
  }

  async get<P extends Plural>(plural: P, name: string, namespace = this.namespace): Promise<ObjectOf[P]> {
    return this.#ask({ verb: 'get', resource: withGroup(plural), name, namespace }, () =>
      this.#objects.getNamespacedCustomObject({ ...kindOf(plural), namespace, name }),
    );
  }

  /**
   * All objects of a kind, in the order of namespaces and names, and the version that a watch goes on from.
   *
   * @param namespace `null` is all of them.
   */
  async list<P extends Plural>(
    plural: P,
    namespace: string | null = this.namespace,
  ): Promise<{ readonly items: readonly ObjectOf[P][]; readonly resourceVersion: string }> {
    const asked: Asked = { verb: 'list', resource: withGroup(plural), namespace: namespace ?? undefined };
    const items: ObjectOf[P][] = [];
    let next: string | undefined;
    let resourceVersion: string;
    do {
      const page = { limit: pageSize, ...(next === undefined ? {} : { _continue: next }) };
      const list: List<ObjectOf[P]> = await this.#ask(asked, () =>
        namespace === null
          ? this.#objects.listClusterCustomObject({ ...kindOf(plural), ...page })
          : this.#objects.listNamespacedCustomObject({ ...kindOf(plural), namespace, ...page }),
      );
      items.push(...list.items);
      next = list.metadata.continue || undefined;
      resourceVersion = list.metadata.resourceVersion ?? '0';
    } while (next !== undefined);
    return { items, resourceVersion };
  }

  async create<P extends Plural>(plural: P, object: Pick<ObjectOf[P], 'metadata' | 'spec'>): Promise<ObjectOf[P]> {
    const { namespace, name } = object.metadata;
    return this.#ask({ verb: 'create', resource: withGroup(plural), name, namespace }, () =>
      this.#objects.createNamespacedCustomObject({
        ...kindOf(plural),
        namespace,
        fieldManager: 'understudy-cli',
        body: { apiVersion, kind: kinds[plural], ...object },
      }),
    );
  }

  /** A JSON merge patch (RFC 7386) of the spec. */
  async patchSpec<P extends Plural>(
    plural: P,
    { metadata: { name, namespace } }: Pick<ObjectOf[P], 'metadata'>,
    spec: object,
  ): Promise<ObjectOf[P]> {
    return this.#ask({ verb: 'patch', resource: withGroup(plural), name, namespace }, () =>
      this.#objects.patchNamespacedCustomObject({
        ...kindOf(plural),
        namespace,
        name,
        fieldManager: 'understudy-cli',
        body: { spec },
      }),
    );
  }

  /** A Lease, or why it cannot be had: there is none, or the caller may not look. */
  async lease(name: string, namespace: string): Promise<V1Lease | 'none' | 'forbidden'> {
    try {
      return await this.#ask({ verb: 'get', resource: 'leases.coordination.k8s.io', name, namespace }, () =>
        this.#leases.readNamespacedLease({ name, namespace }),
      );
    } catch (error) {
      if (isNotFound(error)) return 'none';
      if (isForbidden(error)) return 'forbidden';
      throw error;
    }
  }

  async #ask<Answer>(asked: Asked, ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      throw clusterError(error, asked, this.server);
    }
  }
}

interface List<Item> {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items: readonly Item[];
}

function kindOf(plural: Plural) {
  return { group: apiGroup, version: apiVersionName, plural };
}
