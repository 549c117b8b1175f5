/**
 * What the builder writes into step 1 of a composition: the part of function-patch-and-transform's input
 * (`pt.fn.crossplane.io/v1beta1`, Resources) that it needs, and no more.
 *
 * Source: input/v1beta1 of https://github.com/crossplane-contrib/function-patch-and-transform.
 */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export type ConvertTarget = 'string' | 'int64' | 'float64' | 'bool';

type StringTransform =
  | { readonly type: 'Format'; readonly fmt: string }
  | { readonly type: 'Convert'; readonly convert: 'ToUpper' | 'ToLower' }
  | { readonly type: 'TrimPrefix' | 'TrimSuffix'; readonly trim: string };

export type Transform =
  | { readonly type: 'map'; readonly map: { readonly [key: string]: Json } }
  | { readonly type: 'match'; readonly match: MatchTransform }
  | { readonly type: 'convert'; readonly convert: { readonly toType: ConvertTarget } }
  | { readonly type: 'string'; readonly string: StringTransform }
  | { readonly type: 'math'; readonly math: { readonly type: 'Multiply'; readonly multiply: number } };

interface MatchTransform {
  readonly patterns: readonly { readonly type: 'literal'; readonly literal: string; readonly result: Json }[];
  readonly fallbackValue: Json;
}

export interface PatchPolicy {
  /** Left out where it is `Optional`, the function's default. */
  readonly fromFieldPath?: 'Required';
  /** Left out where it is `Replace`, the function's default. */
  readonly toFieldPath?: 'MergeObjects';
}

export interface Combine {
  readonly variables: readonly { readonly fromFieldPath: string }[];
  readonly strategy: 'string';
  readonly string: { readonly fmt: string };
}

interface PatchEnd {
  readonly toFieldPath: string;
  readonly transforms?: readonly Transform[];
  readonly policy?: PatchPolicy;
}

export type Patch = PatchEnd &
  (
    | { readonly type: 'FromCompositeFieldPath' | 'ToCompositeFieldPath'; readonly fromFieldPath: string }
    | { readonly type: 'CombineFromComposite' | 'CombineToComposite'; readonly combine: Combine }
  );

export type ReadinessCheck =
  | { readonly type: 'None' }
  | { readonly type: 'NonEmpty' | 'MatchTrue' | 'MatchFalse'; readonly fieldPath: string }
  | { readonly type: 'MatchString'; readonly fieldPath: string; readonly matchString: string };

export interface ResourceTemplate {
  readonly name: string;
  readonly base: { readonly [key: string]: Json };
  readonly patches: readonly Patch[];
  readonly readinessChecks?: readonly ReadinessCheck[];
}

export interface ResourcesInput {
  readonly apiVersion: 'pt.fn.crossplane.io/v1beta1';
  readonly kind: 'Resources';
  readonly resources: readonly ResourceTemplate[];
}
