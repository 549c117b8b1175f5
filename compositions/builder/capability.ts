import type { Body } from './body.ts';
import { compositeFields, observedFields } from './composite-fields.ts';
import type { CompositeSchema, SpecOf, StatusOf } from './composite-schema.ts';
import type { CompositeFields, ObservedFields } from './fields.ts';
import type { ReadinessCheck } from './function-input.ts';
import type { Kind } from './kind.ts';
import type { Placement, Single, Source } from './source.ts';

/** Fields of `forProvider` that depend on a text of the composite, such as what the resource starts as. */
interface Variation<Spec> {
  readonly by: Single<'xr', string | undefined>;
  /** What the resource has where the text is the key. */
  readonly cases: { readonly [text: string]: ForProvider<Spec> };
  /** What it has where the text is any other. @default nothing */
  readonly otherwise?: ForProvider<Spec>;
}

type ForProvider<Spec> = Spec extends { readonly forProvider: infer P } ? Partial<P> : never;

/** What a composed resource has beside its spec. */
export interface ResourceOptions<Spec, Status> {
  /** Labels that selectors find the resource by. @default none */
  readonly labels?: { readonly [key: string]: string | Source<'xr', string | undefined> };
  /** @default none */
  readonly annotations?: { readonly [key: string]: string | Source<'xr', string | undefined> };
  /**
   * Fields that must exist before the resource is created, although no value of it comes from them. Each is shown in an
   * annotation `understudy.dev/waits-for.<path>`, because a Required patch needs a place to go.
   *
   * @default none
   */
  readonly waitsFor?: readonly Source<'xr', string | number | boolean | undefined>[];
  /**
   * Fields that the resource has in some cases only. The body must not have them too.
   *
   * @default none
   */
  readonly variations?: readonly Variation<Spec>[];
  /**
   * When the resource counts as ready, for kinds whose Ready condition is not the answer. `created` is at once. Such
   * checks can only be more lenient than the condition: function-auto-ready takes Ready=True for ready whatever they say.
   *
   * @default the resource's Ready condition
   */
  readonly ready?: 'created' | ((observed: ObservedFields<Status>) => readonly ReadinessCheck[]);
}

/** A composed resource, for others to refer to and for the composite's status to read. */
interface ComposedResource<Status> extends ObservedFields<Status> {
  /** Its name in the composition; in the cluster it is `<composite>-<name>`. */
  readonly name: string;
}

type StatusIn<K> = K extends Kind<unknown, infer Status> ? Status : never;

type DeclareResource = <Spec, Status>(
  name: string,
  kind: Kind<Spec, Status>,
  spec: Body<Spec>,
  options?: ResourceOptions<Spec, Status>,
) => ComposedResource<Status>;

/** What a capability's body gets to work with. */
export interface CapabilityScope<S extends CompositeSchema> {
  /** The composite's fields. */
  readonly xr: CompositeFields<SpecOf<S>, StatusOf<S>>;
  /** Declares a composed resource. */
  readonly resource: DeclareResource;
}

/** A {@link Variation} of whatever kind. */
export interface AnyVariation {
  readonly by: Source<'xr', string | undefined>;
  readonly cases: { readonly [text: string]: object };
  readonly otherwise?: object;
}

/** A resource as it was declared. */
export interface Declaration {
  readonly name: string;
  readonly kind: { readonly apiVersion: string; readonly kind: string };
  readonly spec: unknown;
  readonly options: Pick<ResourceOptions<unknown, unknown>, 'labels' | 'annotations' | 'waitsFor'> & {
    readonly variations?: readonly AnyVariation[];
  };
  readonly readinessChecks: readonly ReadinessCheck[];
}

/** A field of the composite's status and where it comes from. */
export interface StatusWrite {
  readonly path: string;
  readonly source: Placement;
}

/** A part of a composition: the resources of one concern, and what they report. */
export interface Capability<S extends CompositeSchema = CompositeSchema> {
  readonly schema: S;
  readonly declarations: readonly Declaration[];
  readonly statusWrites: readonly StatusWrite[];
}

/**
 * Declares the resources of one concern over a composite's schema. The body runs once, at synth time: loops and
 * conditions in it are about what is known then; what is known only in the cluster is a field of `xr`.
 *
 * @example
 * const database = capability(regionalStackSchema, ({ xr, resource }) => {
 *   const instance = resource('database', rds.Instance, {
 *     forProvider: {
 *       region: xr.spec.region,
 *       identifier: format`${xr.spec.app}-db-${xr.spec.environment}`,
 *       dbSubnetGroupNameSelector: sameStack({ role: 'database' }),
 *     },
 *   });
 *   xr.status.database.arn.from(instance.status.atProvider.arn);
 * });
 */
export function capability<S extends CompositeSchema>(
  schema: S,
  declare: (scope: CapabilityScope<S>) => void,
): Capability<S> {
  const declarations: Declaration[] = [];
  const statusWrites: StatusWrite[] = [];
  const xr = compositeFields(schema, (path, source) => statusWrites.push({ path, source }));
  const resource: DeclareResource = (name, kind, spec, options = {}) => {
    const composed = { name, ...observedFields({ name }) } as ComposedResource<StatusIn<typeof kind>>;
    declarations.push({ name, kind, spec, options, readinessChecks: readinessOf(options.ready, composed) });
    return composed;
  };
  declare({ xr: xr as CapabilityScope<S>['xr'], resource });
  return { schema, declarations, statusWrites };
}

function readinessOf<Status>(
  ready: ResourceOptions<unknown, Status>['ready'],
  observed: ObservedFields<Status>,
): readonly ReadinessCheck[] {
  if (ready === undefined) {
    return [];
  }
  return ready === 'created' ? [{ type: 'None' }] : ready(observed);
}
