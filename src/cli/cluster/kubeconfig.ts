import { KubeConfig } from '@kubernetes/client-node';
import { UnderstudyError } from '../../api/errors.ts';
import { nearest } from '../../api/nearest.ts';

/** Which cluster and namespace are meant, in kubectl's own words. */
export interface ClusterChoice {
  /** File. @default KUBECONFIG, or ~/.kube/config, or the pod's ServiceAccount */
  readonly kubeconfig?: string | undefined;
  /** @default the file's current context */
  readonly context?: string | undefined;
  /** @default the context's, or `default` */
  readonly namespace?: string | undefined;
}

/**
 * The kubeconfig that kubectl would use, at the chosen context.
 *
 * @throws UnderstudyError US3001 where there is none, or none such.
 */
export function loadKubeconfig({ kubeconfig, context }: ClusterChoice): KubeConfig {
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnderstudyError('US3001', `the kubeconfig cannot be read: ${reason}`, {
      cause,
      remedy: 'Name a kubeconfig with --kubeconfig or KUBECONFIG; `kubectl config view` shows the one in use.',
    });
  }
  if (context !== undefined) chooseContext(config, context);
  if (config.getCurrentCluster() === null || isInvented(config)) {
    throw new UnderstudyError('US3001', whyNoCluster(config), {
      remedy: 'Name a kubeconfig with --kubeconfig or KUBECONFIG, and one of its contexts with --context.',
    });
  }
  return config;
}

/** Where objects are looked for: the namespace that was asked for, the context's, or `default`. */
export function namespaceOf(config: KubeConfig, { namespace }: ClusterChoice): string {
  return namespace ?? config.getContextObject(config.getCurrentContext())?.namespace ?? 'default';
}

function chooseContext(config: KubeConfig, context: string): void {
  const names = config.getContexts().map(({ name }) => name);
  if (names.includes(context)) {
    config.setCurrentContext(context);
    return;
  }
  const meant = nearest(context, names);
  const hint = meant === undefined ? `it has ${names.join(', ') || 'none'}` : `did you mean ${meant}?`;
  throw new UnderstudyError('US3001', `the kubeconfig has no context ${context}: ${hint}`, {
    remedy: 'List them with `kubectl config get-contexts`.',
  });
}

/** Where it finds no file, the library makes up a cluster at localhost:8080. */
function isInvented(config: KubeConfig): boolean {
  return config.getCurrentCluster()?.server === 'http://localhost:8080' && config.getCurrentUser()?.name === 'user';
}

function whyNoCluster(config: KubeConfig): string {
  if (isInvented(config)) return 'there is no kubeconfig';
  const context = config.getCurrentContext();
  return context === undefined || context === ''
    ? 'the kubeconfig has no current context'
    : `the context ${context} of the kubeconfig names no cluster`;
}
