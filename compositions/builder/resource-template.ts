import type { AnyVariation, Declaration, StatusWrite } from './capability.ts';
import { Derivation } from './derivation.ts';
import type { Json, Patch, ResourceTemplate } from './function-input.ts';
import { composedName } from './references.ts';
import { type PatchSource, placement, type Source } from './source.ts';
import { patchTo, splitBody } from './template.ts';

type Waiting = Source<'xr', string | number | boolean | undefined>;

/** One resource of the function's input: a base, the patches of its body, then those that report to the composite. */
export function resourceTemplate(
  declaration: Declaration,
  writes: readonly StatusWrite[],
): { readonly template: ResourceTemplate; readonly refersTo: readonly string[] } {
  const { name, kind, readinessChecks } = declaration;
  const { literal, patches, refersTo } = splitBody({ metadata: metadata(declaration), spec: declaration.spec }, []);
  const template = {
    name,
    base: { apiVersion: kind.apiVersion, kind: kind.kind, ...(literal as ResourceTemplate['base'] | undefined) },
    patches: [...patches, ...variations(declaration), ...reports(name, writes)],
    ...(readinessChecks.length === 0 ? {} : { readinessChecks }),
  };
  return { template, refersTo };
}

function metadata({ name, options }: Declaration): object {
  const waits = (options.waitsFor ?? []).map((field: Waiting) => waitsFor(field));
  const annotations = { ...options.annotations, ...Object.fromEntries(waits) };
  return {
    name: composedName(name),
    ...(options.labels === undefined ? {} : { labels: options.labels }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
}

/** An annotation that shows the field, by a Required patch. Annotations hold text alone. */
function waitsFor(field: Waiting): readonly [string, Derivation] {
  const [patch, ...others] = field[placement].patches;
  if (patch === undefined || others.length > 0 || !('path' in patch.from)) {
    throw new Error('waitsFor takes fields as they are');
  }
  const shown = new Derivation({ patches: [{ ...patch, policy: { fromFieldPath: 'Required' } }] });
  return [
    `understudy.dev/waits-for.${patch.from.path}`,
    patch.valueType === 'string' ? shown : shown.convert('string'),
  ];
}

/** Where both had a field, the function would take the body's, unless it is empty: nobody should have to know. */
function variations({ name, spec, options }: Declaration): readonly Patch[] {
  const { forProvider = {} } = spec as { readonly forProvider?: object };
  return (options.variations ?? []).map((each) => {
    const varied = [...Object.values(each.cases), each.otherwise ?? {}].flatMap((fields) => Object.keys(fields));
    const both = varied.find((key) => Object.hasOwn(forProvider, key));
    if (both !== undefined) {
      throw new Error(`${name} has ${both} in its body and in a variation`);
    }
    return variation(each);
  });
}

/** Merges one of several literals into `forProvider`. */
function variation({ by, cases, otherwise = {} }: AnyVariation): Patch {
  const [patch, ...others] = by[placement].patches;
  if (patch === undefined || others.length > 0) {
    throw new Error('a variation goes by one value: put .or() inside');
  }
  const patterns = Object.entries(cases).map(
    ([literal, result]) => ({ type: 'literal', literal, result: result as Json }) as const,
  );
  const match = { type: 'match', match: { patterns, fallbackValue: otherwise as Json } } as const;
  const policy = { ...patch.policy, toFieldPath: 'MergeObjects' } as const;
  return patchTo({ ...patch, transforms: [...patch.transforms, match], policy }, 'spec.forProvider');
}

function reports(name: string, writes: readonly StatusWrite[]): readonly Patch[] {
  return writes.flatMap(({ path, source }) =>
    source.patches.filter((patch: PatchSource) => patch.owner?.name === name).map((patch) => patchTo(patch, path)),
  );
}
