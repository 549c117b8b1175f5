import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  failoverDefinition,
  failoverPlanDefinition,
  globalServicesDefinition,
  regionalStackDefinition,
} from '../../src/api/definitions.ts';
import { type OpenApiSchema, openApiSchemaOf } from '../../src/api/schema-of.ts';

const definitions = [
  failoverPlanDefinition(),
  failoverDefinition(),
  regionalStackDefinition(),
  globalServicesDefinition(),
] as const;

function schemaOf(definition: (typeof definitions)[number]): OpenApiSchema {
  return definition.spec.versions[0]?.schema.openAPIV3Schema ?? {};
}

/** Every schema inside a schema, with its path. */
function within(schema: OpenApiSchema, path = ''): [string, OpenApiSchema][] {
  return [
    [path, schema],
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => within(field, `${path}.${name}`)),
    ...(schema.items === undefined ? [] : within(schema.items, `${path}[]`)),
    ...(schema.additionalProperties === undefined ? [] : within(schema.additionalProperties, `${path}[*]`)),
  ];
}

describe.each(definitions.map((definition) => [definition.spec.names.kind, definition] as const))(
  '%s',
  (_, definition) => {
    const fields = within(schemaOf(definition));

    it('is named as Kubernetes wants it', () => {
      expect(definition.metadata.name).toBe(`${definition.spec.names.plural}.${definition.spec.group}`);
      expect(definition.spec.scope).toBe('Namespaced');
    });

    it('has a structural schema: a type everywhere, and never additional beside named properties', () => {
      for (const [path, schema] of fields) {
        expect([path, typeof schema.type]).toEqual([path, 'string']);
        expect([path, schema.properties !== undefined && schema.additionalProperties !== undefined]).toEqual([
          path,
          false,
        ]);
      }
    });

    it('has patterns that RE2 takes', () => {
      for (const [path, { pattern }] of fields) {
        expect([path, /\(\?[=!<]|\\[1-9]/.test(pattern ?? '')]).toEqual([path, false]);
      }
    });

    it('describes every field', () => {
      const own = fields.filter(([path]) => !/^(\.(apiVersion|kind|metadata))?$/.test(path) && !path.endsWith(']'));
      const silent = own.filter(([path, { description }]) => path !== '' && (description ?? '') === '');
      expect(silent.map(([path]) => path)).toEqual([]);
    });

    it('has columns that lead to fields of the schema', () => {
      const paths = fields.map(([path]) => path);
      for (const { jsonPath } of definition.spec.versions[0]?.additionalPrinterColumns ?? []) {
        const plain = jsonPath.replace(/\[\?.*?\]/, '[]').replace('.*.', '.a.');
        expect([...paths, '.metadata.creationTimestamp']).toContain(plain);
      }
    });
  },
);

describe('FailoverPlan', () => {
  it('answers "are we safe?" by its columns', () => {
    const columns = failoverPlanDefinition().spec.versions[0]?.additionalPrinterColumns ?? [];
    const names = columns.filter(({ priority }) => (priority ?? 0) === 0).map(({ name }) => name);
    expect(names).toEqual(['Active', 'Phase', 'Lag', 'Ready', 'Age']);
  });
});

describe('Failover', () => {
  it('is immutable but for abort and dataLoss', () => {
    const spec = schemaOf(failoverDefinition()).properties?.spec;
    const rules = (spec?.['x-kubernetes-validations'] ?? []).map(({ rule }) => rule).join('\n');
    for (const field of Object.keys(spec?.properties ?? {})) {
      expect([field, rules.includes(`self.${field} == oldSelf.${field}`)]).toEqual([
        field,
        !['abort', 'dataLoss'].includes(field),
      ]);
    }
  });
});

describe('RegionalStack', () => {
  it('requires nothing in spec.failover, which generated manifests never contain', () => {
    const spec = schemaOf(regionalStackDefinition()).properties?.spec;
    expect(spec?.required).not.toContain('failover');
    expect(spec?.properties?.failover?.required ?? []).toEqual([]);
    expect(spec?.properties?.failover?.default).toBeUndefined();
  });

  it('leaves conditions to Crossplane', () => {
    expect(schemaOf(regionalStackDefinition()).properties?.status?.properties).not.toHaveProperty('conditions');
  });
});

describe('openApiSchemaOf', () => {
  it('keeps descriptions, choices, bounds, patterns and defaults', () => {
    const schema = z.strictObject({
      a: z.enum(['x', 'y']).default('x').describe('A.'),
      b: z.int().min(1).describe('B.'),
      c: z.record(z.string(), z.string()).describe('C.'),
    });
    expect(openApiSchemaOf(schema)).toEqual({
      type: 'object',
      properties: {
        a: { type: 'string', enum: ['x', 'y'], default: 'x', description: 'A.' },
        b: { type: 'integer', minimum: 1, description: 'B.' },
        c: { type: 'object', additionalProperties: { type: 'string' }, description: 'C.' },
      },
      required: ['b', 'c'],
    });
  });

  it('refuses what a structural schema cannot say, by its path', () => {
    expect(() => openApiSchemaOf(z.strictObject({ a: z.union([z.string(), z.int()]) }))).toThrow('.a');
  });
});
