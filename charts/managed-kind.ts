import type { StaticComposition } from './composed-app.ts';
import { pluralOf } from './plural.ts';

/** A kind of AWS resource that provider-aws manages. */
export interface ManagedKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Every kind that the compositions compose, once, by its CRD's name. */
export function composedKinds(compositions: readonly StaticComposition[]): ManagedKind[] {
  const resources = compositions.flatMap(({ spec }) => spec.pipeline[0].input.resources);
  return distinctKinds(resources.map(({ base }) => ({ apiVersion: String(base.apiVersion), kind: String(base.kind) })));
}

/** Each kind once, by its CRD's name. */
export function distinctKinds(kinds: readonly ManagedKind[]): ManagedKind[] {
  const byName = new Map(
    kinds.map(({ apiVersion, kind }) => [definitionName({ apiVersion, kind }), { apiVersion, kind }]),
  );
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
}

/** `instances.rds.aws.m.upbound.io`: name of the kind's CRD, and of Crossplane's ManagedResourceDefinition. */
export function definitionName({ apiVersion, kind }: ManagedKind): string {
  return `${pluralOf(kind)}.${groupOf(apiVersion)}`;
}

/** `rds`: the AWS service, which is also the name of the family's provider. */
export function serviceOf({ apiVersion }: ManagedKind): string {
  return groupOf(apiVersion).split('.')[0] ?? '';
}

/** `rds.aws.m.upbound.io`, of `rds.aws.m.upbound.io/v1beta1`. */
export function groupOf(apiVersion: string): string {
  return apiVersion.split('/')[0] ?? apiVersion;
}
