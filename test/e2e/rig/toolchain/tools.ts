/**
 * The programs that the e2e tier runs, each built from source by a wrapper module: a folder here with a `go.mod` that
 * names the version (its one source) and a `go.sum` that pins every byte of what it is built from.
 */
export interface Tool {
  /** Folder beside this file that holds the wrapper's go.mod. */
  readonly wrapper: string;
  /** The Go module whose version is the tool's. */
  readonly module: string;
  /** The Go package that holds `main`. */
  readonly package: string;
  /** Go string variables that the linker sets to the version, so that the program reports it. */
  readonly versionVariables: readonly string[];
  /** Folders of the module that are kept beside the binary, by the name they get there. */
  readonly data: Readonly<Record<string, string>>;
  /** Whether `KUBEBUILDER_ASSETS` may supply it: the envtest bundles hold exactly these. */
  readonly inKubebuilderAssets: boolean;
}

const kubernetes = {
  wrapper: 'kubernetes',
  module: 'k8s.io/kubernetes',
  versionVariables: ['k8s.io/component-base/version.gitVersion', 'k8s.io/client-go/pkg/version.gitVersion'],
  data: {},
} as const;

export const tools = {
  etcd: {
    wrapper: 'etcd',
    module: 'go.etcd.io/etcd/server/v3',
    package: 'go.etcd.io/etcd/server/v3',
    versionVariables: [],
    data: {},
    inKubebuilderAssets: true,
  },
  'kube-apiserver': { ...kubernetes, package: 'k8s.io/kubernetes/cmd/kube-apiserver', inKubebuilderAssets: true },
  'kube-controller-manager': {
    ...kubernetes,
    package: 'k8s.io/kubernetes/cmd/kube-controller-manager',
    inKubebuilderAssets: false,
  },
  kubectl: { ...kubernetes, package: 'k8s.io/kubernetes/cmd/kubectl', inKubebuilderAssets: true },
  crossplane: {
    wrapper: 'crossplane',
    module: 'github.com/crossplane/crossplane/v2',
    package: 'github.com/crossplane/crossplane/v2/cmd/crossplane',
    versionVariables: ['github.com/crossplane/crossplane/v2/internal/version.version'],
    data: { crds: 'cluster/crds', webhookconfigurations: 'cluster/webhookconfigurations' },
    inKubebuilderAssets: false,
  },
  'function-auto-ready': {
    wrapper: 'function-auto-ready',
    module: 'github.com/crossplane/function-auto-ready',
    package: 'github.com/crossplane/function-auto-ready',
    versionVariables: [],
    data: {},
    inKubebuilderAssets: false,
  },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof tools;

export const toolNames = Object.keys(tools) as readonly ToolName[];
