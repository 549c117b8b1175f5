/** A kind of composed resource: what goes into `apiVersion` and `kind`, and the types of its spec and status. */
export interface Kind<Spec, Status> {
  readonly apiVersion: string;
  readonly kind: string;
  /** In types alone. */
  readonly schema?: { readonly spec: Spec; readonly status: Status };
}

interface Model {
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** A model class of `@crossplane-models/*` as its module declares it. */
interface ModelClass {
  readonly apiVersion: string;
  readonly kind: string;
  readonly prototype: Model;
}

type KindOf<C extends ModelClass> = Kind<
  Exclude<C['prototype']['spec'], undefined>,
  Exclude<C['prototype']['status'], undefined>
>;

/** Every model of a module by its name, as kinds. */
type Kinds<Module> = {
  readonly [K in keyof Module as Module[K] extends ModelClass ? K : never]: Module[K] extends ModelClass
    ? KindOf<Module[K]>
    : never;
};

type ApiVersionOf<Module> = {
  [K in keyof Module]: Module[K] extends ModelClass ? Module[K]['apiVersion'] : never;
}[keyof Module];

/**
 * All kinds of one API group. It takes the types of a module of models and leaves the module itself alone: loaded, each
 * of them brings its validators along (450 ms and 15 MB for EC2, 6 s and 280 MB for the whole package), and a
 * composition needs two strings of it. A kind that the module does not have, or another group's apiVersion, does not
 * compile.
 *
 * @example
 * import type * as Rds from '@crossplane-models/provider-upjet-aws/rds.aws.m.upbound.io/v1beta1';
 *
 * const rds = kindsOf<typeof Rds>('rds.aws.m.upbound.io/v1beta1');
 * rds.Instance; // { apiVersion: 'rds.aws.m.upbound.io/v1beta1', kind: 'Instance' }
 */
export function kindsOf<Module>(apiVersion: ApiVersionOf<Module> & string): Kinds<Module> {
  return new Proxy({} as Kinds<Module>, {
    get: (_, kind) => (typeof kind === 'string' ? { apiVersion, kind } : undefined),
  });
}
