import { failoverSchema } from './failover.ts';
import { failoverPlanSchema } from './failover-plan.ts';
import { globalServicesSchema } from './global-services.ts';
import { apiGroup, apiVersionName } from './object-meta.ts';
import { regionalStackSchema } from './regional-stack.ts';
import { type OpenApiSchema, openApiSchemaOf } from './schema-of.ts';

/** Definitions of the kinds that live in a cluster, made from their zod schemas. */

export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly jsonPath: string;
  readonly description?: string;
  /** Above 0 it shows with `-o wide` only. */
  readonly priority?: number;
}

interface Names {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames?: readonly string[];
  readonly categories: readonly string[];
}

interface DefinitionMeta {
  readonly name: string;
}

export interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: DefinitionMeta;
  readonly spec: {
    readonly group: string;
    readonly scope: 'Namespaced';
    readonly names: Names & { readonly listKind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: true;
      readonly storage: true;
      readonly subresources: { readonly status: object };
      readonly additionalPrinterColumns: readonly PrinterColumn[];
      readonly schema: { readonly openAPIV3Schema: OpenApiSchema };
    }[];
  };
}

export interface CompositeResourceDefinition {
  readonly apiVersion: 'apiextensions.crossplane.io/v2';
  readonly kind: 'CompositeResourceDefinition';
  readonly metadata: DefinitionMeta;
  readonly spec: {
    readonly group: string;
    readonly scope: 'Namespaced';
    readonly names: Names;
    readonly versions: readonly {
      readonly name: string;
      readonly served: true;
      readonly referenceable: true;
      readonly additionalPrinterColumns: readonly PrinterColumn[];
      readonly schema: { readonly openAPIV3Schema: OpenApiSchema };
    }[];
  };
}

const age: PrinterColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

/** `kubectl get fplan`: are we safe? */
export function failoverPlanDefinition(): CustomResourceDefinition {
  return customResource(
    {
      kind: 'FailoverPlan',
      plural: 'failoverplans',
      singular: 'failoverplan',
      shortNames: ['fplan'],
      categories: ['understudy'],
    },
    openApiSchemaOf(failoverPlanSchema),
    [
      {
        name: 'Active',
        type: 'string',
        jsonPath: '.status.activeRegion',
        description: 'Region that serves and writes now.',
      },
      { name: 'Phase', type: 'string', jsonPath: '.status.phase', description: 'State of protection.' },
      {
        name: 'Lag',
        type: 'string',
        jsonPath: '.status.replicationLag',
        description: 'Replication lag when last measured.',
      },
      {
        name: 'Ready',
        type: 'string',
        jsonPath: '.status.conditions[?(@.type=="Ready")].status',
        description: 'Whether a failover would succeed now.',
      },
      age,
      { name: 'Message', type: 'string', jsonPath: '.status.message', description: 'Why, in a sentence.', priority: 1 },
    ],
  );
}

/** `kubectl get fo`: what was done, and what it took. */
export function failoverDefinition(): CustomResourceDefinition {
  return customResource(
    { kind: 'Failover', plural: 'failovers', singular: 'failover', shortNames: ['fo'], categories: ['understudy'] },
    openApiSchemaOf(failoverSchema),
    [
      { name: 'Plan', type: 'string', jsonPath: '.spec.planRef.name' },
      { name: 'Action', type: 'string', jsonPath: '.spec.action' },
      { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
      { name: 'Step', type: 'string', jsonPath: '.status.step' },
      { name: 'RTO', type: 'string', jsonPath: '.status.measured.rto', description: 'Measured, not planned.' },
      { name: 'RPO', type: 'string', jsonPath: '.status.measured.rpo', description: 'Measured, not planned.' },
      age,
      { name: 'Message', type: 'string', jsonPath: '.status.message', priority: 1 },
    ],
  );
}

/** Crossplane itself adds the columns Synced, Ready, Composition and Age. */
export function regionalStackDefinition(): CompositeResourceDefinition {
  return compositeResource(
    { kind: 'RegionalStack', plural: 'regionalstacks', singular: 'regionalstack', categories: ['understudy'] },
    openApiSchemaOf(regionalStackSchema),
    [
      { name: 'Region', type: 'string', jsonPath: '.spec.region' },
      { name: 'Role', type: 'string', jsonPath: '.spec.failover.role' },
      { name: 'Database', type: 'string', jsonPath: '.status.databases.*.status' },
      { name: 'Awaits', type: 'string', jsonPath: '.status.awaits.roles', priority: 1 },
    ],
  );
}

/** Crossplane itself adds the columns Synced, Ready, Composition and Age. */
export function globalServicesDefinition(): CompositeResourceDefinition {
  return compositeResource(
    { kind: 'GlobalServices', plural: 'globalservices', singular: 'globalservices', categories: ['understudy'] },
    openApiSchemaOf(globalServicesSchema),
    [{ name: 'Zone', type: 'string', jsonPath: '.status.zoneId' }],
  );
}

function customResource(
  names: Names,
  schema: OpenApiSchema,
  columns: readonly PrinterColumn[],
): CustomResourceDefinition {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${apiGroup}` },
    spec: {
      group: apiGroup,
      scope: 'Namespaced',
      names: { ...names, listKind: `${names.kind}List` },
      versions: [
        {
          name: apiVersionName,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: withServerMetadata(schema) },
        },
      ],
    },
  };
}

function compositeResource(
  names: Names,
  schema: OpenApiSchema,
  columns: readonly PrinterColumn[],
): CompositeResourceDefinition {
  return {
    apiVersion: 'apiextensions.crossplane.io/v2',
    kind: 'CompositeResourceDefinition',
    metadata: { name: `${names.plural}.${apiGroup}` },
    spec: {
      group: apiGroup,
      scope: 'Namespaced',
      names,
      versions: [
        {
          name: apiVersionName,
          served: true,
          referenceable: true,
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: specAndStatus(schema) },
        },
      ],
    },
  };
}

/** A definition says nothing about metadata: the API server does. */
function withServerMetadata(schema: OpenApiSchema): OpenApiSchema {
  const { metadata: _, ...properties } = schema.properties ?? {};
  return {
    ...schema,
    properties: {
      ...properties,
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
    },
    required: ['spec'],
  };
}

/** Crossplane adds apiVersion, kind, metadata and `status.conditions` of its own. */
function specAndStatus(schema: OpenApiSchema): OpenApiSchema {
  const { spec = {}, status = {} } = schema.properties ?? {};
  const { conditions: _, ...statusProperties } = status.properties ?? {};
  return {
    type: 'object',
    ...(schema.description === undefined ? {} : { description: schema.description }),
    properties: { spec, status: { ...status, properties: statusProperties } },
    required: ['spec'],
  };
}
