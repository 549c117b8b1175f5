/** A kind of the Kubernetes API. */
export interface Kind {
  /** Such as `rds.aws.m.upbound.io/v1beta1`. */
  readonly apiVersion: string;
  readonly kind: string;
}

/** The groups of provider-aws, namespaced and cluster-scoped. */
const providerGroup = /(^|\.)aws\.(m\.)?upbound\.io$/;

/**
 * The provider's kinds that appear anywhere in the objects: at the top, or as the base of a composed resource deep inside
 * a Composition.
 */
export function kindsInUse(objects: unknown): Kind[] {
  const found = new Map<string, Kind>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) {
      return;
    }
    const { apiVersion, kind } = value as Readonly<Record<string, unknown>>;
    if (typeof apiVersion === 'string' && typeof kind === 'string' && providerGroup.test(groupOf(apiVersion))) {
      found.set(kindName({ apiVersion, kind }), { apiVersion, kind });
    }
    for (const child of Object.values(value)) {
      visit(child);
    }
  };
  visit(objects);
  return [...found.values()].sort((a, b) => kindName(a).localeCompare(kindName(b)));
}

/** `Instance.rds.aws.m.upbound.io`: a kind in one word, without its version. */
export function kindName({ apiVersion, kind }: Kind): string {
  return `${kind}.${groupOf(apiVersion)}`;
}

export function groupOf(apiVersion: string): string {
  return apiVersion.split('/')[0] ?? apiVersion;
}
