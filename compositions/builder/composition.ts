import type { IComposition } from '@crossplane-models/crossplane/apiextensions.crossplane.io/v1/Composition';
import type { Capability, Declaration, StatusWrite } from './capability.ts';
import type { CompositeSchema } from './composite-schema.ts';
import type { ResourcesInput, ResourceTemplate } from './function-input.ts';
import { resourceTemplate } from './resource-template.ts';

export interface CompositionProps<S extends CompositeSchema> {
  readonly name: string;
  /** Their resources appear in this order. */
  readonly capabilities: readonly Capability<S>[];
  /** @default none */
  readonly labels?: { readonly [key: string]: string };
}

interface PipelineStep {
  readonly step: string;
  readonly functionRef: { readonly name: string };
}

/** A composition of two steps: the patches, then the readiness of what they made. */
export interface PatchAndTransformComposition extends Pick<IComposition, 'apiVersion' | 'kind'> {
  readonly metadata: { readonly name: string; readonly labels?: { readonly [key: string]: string } };
  readonly spec: {
    readonly compositeTypeRef: { readonly apiVersion: string; readonly kind: string };
    readonly mode: 'Pipeline';
    readonly pipeline: readonly [PipelineStep & { readonly input: ResourcesInput }, PipelineStep];
  };
}

/**
 * Writes capabilities as a Crossplane v2 Composition, ready to be an object of a chart. The same capabilities give the
 * same composition, key for key.
 *
 * @throws Error where two resources share a name, a reference points at no resource, a field of the status is written
 * twice, or there is no resource at all.
 * @example
 * new ApiObject(chart, 'regional-stack', composition(regionalStackSchema, {
 *   name: 'regional-stack',
 *   capabilities: [network, database],
 * }));
 */
export function composition<S extends CompositeSchema>(
  schema: S,
  { name, capabilities, labels }: CompositionProps<S>,
): PatchAndTransformComposition {
  const declarations = capabilities.flatMap((capability) => capability.declarations);
  const writes = capabilities.flatMap((capability) => capability.statusWrites);
  assertResourceNames(declarations);
  assertStatusWrites(writes, declarations);
  const resources = declarations.map((declaration) => resourceTemplate(declaration, writes));
  assertReferences(resources, declarations);
  return {
    apiVersion: 'apiextensions.crossplane.io/v1',
    kind: 'Composition',
    metadata: { name, ...(labels === undefined ? {} : { labels }) },
    spec: {
      compositeTypeRef: { apiVersion: schema.shape.apiVersion.value, kind: schema.shape.kind.value },
      mode: 'Pipeline',
      pipeline: [
        {
          step: 'resources',
          functionRef: { name: 'function-patch-and-transform' },
          input: {
            apiVersion: 'pt.fn.crossplane.io/v1beta1',
            kind: 'Resources',
            resources: resources.map(({ template }) => template),
          },
        },
        { step: 'readiness', functionRef: { name: 'function-auto-ready' } },
      ],
    },
  };
}

function assertResourceNames(declarations: readonly Declaration[]): void {
  if (declarations.length === 0) {
    throw new Error('a composition needs a resource: function-patch-and-transform refuses an empty list');
  }
  const seen = new Set<string>();
  for (const { name } of declarations) {
    if (seen.has(name)) {
      throw new Error(`two resources are called ${name}`);
    }
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
      throw new Error(`${name} cannot be part of a Kubernetes name: lower-case letters, digits and hyphens only`);
    }
    seen.add(name);
  }
}

/**
 * A status field has one writer. Its alternatives may be of several resources, whose patches run in the resources'
 * order: the preferred one has to be declared last, because the last that is present wins.
 */
function assertStatusWrites(writes: readonly StatusWrite[], declarations: readonly Declaration[]): void {
  const seen = new Set<string>();
  for (const { path, source } of writes) {
    if (seen.has(path)) {
      throw new Error(`${path} is written twice: write one .from(a.or(b))`);
    }
    seen.add(path);
    const order = source.patches.map((patch) => declarations.findIndex(({ name }) => name === patch.owner?.name));
    if (order.some((place, index) => place < (order[index - 1] ?? 0))) {
      throw new Error(`${path}: declare the resource of the fallback before the preferred one`);
    }
  }
}

function assertReferences(
  resources: readonly { readonly template: ResourceTemplate; readonly refersTo: readonly string[] }[],
  declarations: readonly Declaration[],
): void {
  for (const { template, refersTo } of resources) {
    const dangling = refersTo.find((target) => declarations.every(({ name }) => name !== target));
    if (dangling !== undefined) {
      throw new Error(`${template.name} refers to ${dangling}, which no capability declares`);
    }
  }
}
