import { describe, expect, it } from '@jest/globals';
import { rds } from '../../../compositions/builder/aws-kinds.ts';
import { type CapabilityScope, capability } from '../../../compositions/builder/capability.ts';
import { composition } from '../../../compositions/builder/composition.ts';
import { format } from '../../../compositions/builder/format.ts';
import type { ResourceTemplate } from '../../../compositions/builder/function-input.ts';
import { merged, required } from '../../../compositions/builder/policies.ts';
import { ref, sameStack } from '../../../compositions/builder/references.ts';
import { stackSchema } from './stack-schema.ts';

type Scope = CapabilityScope<typeof stackSchema>;

function resourcesOf(...bodies: readonly ((scope: Scope) => void)[]): readonly ResourceTemplate[] {
  const capabilities = bodies.map((body) => capability(stackSchema, body));
  return composition(stackSchema, { name: 'stack', capabilities }).spec.pipeline[0].input.resources;
}

/** The one patch that goes to a path of an RDS instance’s `forProvider`. */
function patchesTo(key: string, forProvider: (scope: Scope) => object): unknown[] {
  const [template] = resourcesOf((scope) => {
    scope.resource('database', rds.Instance, { forProvider: { region: 'r', ...forProvider(scope) } });
  });
  return (template?.patches ?? []).filter((patch) => patch.toFieldPath.startsWith(`spec.forProvider.${key}`));
}

describe('composition', () => {
  it('is a pipeline of patches and readiness over the composite’s kind', () => {
    const empty = capability(stackSchema, ({ resource }) => {
      resource('database', rds.Instance, { forProvider: { region: 'eu-west-1' } });
    });
    expect(composition(stackSchema, { name: 'stack', capabilities: [empty], labels: { app: 'trading' } })).toEqual({
      apiVersion: 'apiextensions.crossplane.io/v1',
      kind: 'Composition',
      metadata: { name: 'stack', labels: { app: 'trading' } },
      spec: {
        compositeTypeRef: { apiVersion: 'example.org/v1', kind: 'Stack' },
        mode: 'Pipeline',
        pipeline: [
          {
            step: 'resources',
            functionRef: { name: 'function-patch-and-transform' },
            input: {
              apiVersion: 'pt.fn.crossplane.io/v1beta1',
              kind: 'Resources',
              resources: [
                {
                  name: 'database',
                  base: {
                    apiVersion: 'rds.aws.m.upbound.io/v1beta1',
                    kind: 'Instance',
                    spec: { forProvider: { region: 'eu-west-1' } },
                  },
                  patches: [
                    {
                      type: 'CombineFromComposite',
                      combine: {
                        variables: [{ fromFieldPath: 'metadata.name' }],
                        strategy: 'string',
                        string: { fmt: '%s-database' },
                      },
                      toFieldPath: 'metadata.name',
                    },
                  ],
                },
              ],
            },
          },
          { step: 'readiness', functionRef: { name: 'function-auto-ready' } },
        ],
      },
    });
  });

  it('keeps the order of capabilities, resources and bodies', () => {
    const build = (): readonly ResourceTemplate[] =>
      resourcesOf(
        ({ xr, resource }) => {
          resource('b', rds.Instance, { forProvider: { region: xr.spec.region, identifier: xr.spec.app } });
          resource('a', rds.Instance, { forProvider: { region: 'r' } });
        },
        ({ resource }) => {
          resource('c', rds.Instance, { forProvider: { region: 'r' } });
        },
      );
    expect(build().map(({ name }) => name)).toEqual(['b', 'a', 'c']);
    expect(build()[0]?.patches.map(({ toFieldPath }) => toFieldPath)).toEqual([
      'metadata.name',
      'spec.forProvider.region',
      'spec.forProvider.identifier',
    ]);
    expect(JSON.stringify(build())).toBe(JSON.stringify(build()));
  });

  it('reports a field of an observed resource in the status', () => {
    const [template] = resourcesOf(({ xr, resource }) => {
      const database = resource('database', rds.Instance, { forProvider: { region: 'r' } });
      xr.status.database.arn.from(database.status.atProvider.arn);
      xr.status.database.endpoint.from(
        format`${database.status.atProvider.address}.${database.metadata.annotations.key('crossplane.io/external-name')}`,
      );
    });
    expect(template?.patches.slice(1)).toEqual([
      {
        type: 'ToCompositeFieldPath',
        fromFieldPath: 'status.atProvider.arn',
        toFieldPath: 'status.database.arn',
      },
      {
        type: 'CombineToComposite',
        combine: {
          variables: [
            { fromFieldPath: 'status.atProvider.address' },
            { fromFieldPath: 'metadata.annotations["crossplane.io/external-name"]' },
          ],
          strategy: 'string',
          string: { fmt: '%v.%v' },
        },
        toFieldPath: 'status.database.endpoint',
      },
    ]);
  });

  it('writes labels, annotations, gates and readiness', () => {
    const [template] = resourcesOf(({ xr, resource }) => {
      resource(
        'database',
        rds.Instance,
        { forProvider: { region: 'r' } },
        {
          labels: { role: 'database', app: xr.spec.app },
          annotations: { 'example.org/note': 'x' },
          waitsFor: [xr.spec.failover.term, xr.spec.note],
          ready: ({ status }) => [status.atProvider.status.is('available'), status.atProvider.arn.exists()],
        },
      );
    });
    expect(template?.base).toMatchObject({
      metadata: { labels: { role: 'database' }, annotations: { 'example.org/note': 'x' } },
    });
    expect(template?.patches.slice(1)).toEqual([
      {
        type: 'FromCompositeFieldPath',
        fromFieldPath: 'spec.app',
        toFieldPath: 'metadata.labels.app',
        policy: { fromFieldPath: 'Required' },
      },
      {
        type: 'FromCompositeFieldPath',
        fromFieldPath: 'spec.failover.term',
        toFieldPath: 'metadata.annotations["understudy.dev/waits-for.spec.failover.term"]',
        transforms: [{ type: 'convert', convert: { toType: 'string' } }],
        policy: { fromFieldPath: 'Required' },
      },
      {
        type: 'FromCompositeFieldPath',
        fromFieldPath: 'spec.note',
        toFieldPath: 'metadata.annotations["understudy.dev/waits-for.spec.note"]',
        policy: { fromFieldPath: 'Required' },
      },
    ]);
    expect(template?.readinessChecks).toEqual([
      { type: 'MatchString', fieldPath: 'status.atProvider.status', matchString: 'available' },
      { type: 'NonEmpty', fieldPath: 'status.atProvider.arn' },
    ]);
  });

  it.each<[string, (scope: Scope) => void, RegExp]>([
    ['no resource', () => {}, /needs a resource/],
    [
      'two resources of one name',
      ({ resource }) => {
        resource('a', rds.Instance, { forProvider: { region: 'r' } });
        resource('a', rds.Instance, { forProvider: { region: 'r' } });
      },
      /two resources are called a/,
    ],
    [
      'a name that Kubernetes refuses',
      ({ resource }) => {
        resource('Data_Base', rds.Instance, { forProvider: { region: 'r' } });
      },
      /Data_Base cannot be part of a Kubernetes name/,
    ],
    [
      'a reference to nothing',
      ({ resource }) => {
        resource('a', rds.Instance, { forProvider: { region: 'r', dbSubnetGroupNameRef: ref('subnets') } });
      },
      /a refers to subnets, which no capability declares/,
    ],
    [
      'a status field with two writers',
      ({ xr, resource }) => {
        const a = resource('a', rds.Instance, { forProvider: { region: 'r' } });
        xr.status.database.arn.from(a.status.atProvider.arn);
        xr.status.database.arn.from(a.status.atProvider.id);
      },
      /status.database.arn is written twice/,
    ],
    [
      'alternatives whose resources are declared the wrong way round',
      ({ xr, resource }) => {
        const a = resource('a', rds.Instance, { forProvider: { region: 'r' } });
        const b = resource('b', rds.Instance, { forProvider: { region: 'r' } });
        xr.status.database.arn.from(a.status.atProvider.arn.or(b.status.atProvider.arn));
      },
      /declare the resource of the fallback before/,
    ],
  ])('refuses %s', (_, body, message) => {
    expect(() => resourcesOf(body)).toThrow(message);
  });
});

describe('a body', () => {
  const fromSpec = (field: string, key: string, more: object = {}): object => ({
    type: 'FromCompositeFieldPath',
    fromFieldPath: `spec.${field}`,
    toFieldPath: `spec.forProvider.${key}`,
    ...more,
  });
  const requiredPolicy = { policy: { fromFieldPath: 'Required' } };

  it.each<[string, string, (scope: Scope) => object, object[]]>([
    [
      'requires what the schema promises',
      'identifier',
      ({ xr }) => ({ identifier: xr.spec.app }),
      [fromSpec('app', 'identifier', requiredPolicy)],
    ],
    [
      'requires what a default fills in',
      'identifier',
      ({ xr }) => ({ identifier: xr.spec.environment }),
      [fromSpec('environment', 'identifier', requiredPolicy)],
    ],
    [
      'does not require what the schema lets be absent',
      'identifier',
      ({ xr }) => ({ identifier: xr.spec.note }),
      [fromSpec('note', 'identifier')],
    ],
    [
      'does not require what is below a parent that may be absent',
      'identifier',
      ({ xr }) => ({ identifier: xr.spec.failover.term.convert('string') }),
      [
        fromSpec('failover.term', 'identifier', {
          transforms: [{ type: 'convert', convert: { toType: 'string' } }],
        }),
      ],
    ],
    [
      'requires a field that it is told to',
      'identifier',
      ({ xr }) => ({ identifier: required(xr.spec.note) }),
      [fromSpec('note', 'identifier', requiredPolicy)],
    ],
    [
      'puts the fallback first, so that the preferred value wins',
      'port',
      ({ xr }) => ({ port: xr.spec.failover.capacity.desired.or(xr.spec.port) }),
      [fromSpec('port', 'port', requiredPolicy), fromSpec('failover.capacity.desired', 'port')],
    ],
    [
      'tells a field from an operation of the same name',
      'identifier',
      ({ xr }) => ({ identifier: xr.spec.map.from }),
      [fromSpec('map.from', 'identifier', requiredPolicy)],
    ],
    [
      'names one element of a list and one value of a record',
      'identifier',
      ({ xr }) => ({ identifier: xr.spec.subnetIds.at(1).or(xr.spec.tags.key('a.b/c')) }),
      [fromSpec('tags["a.b/c"]', 'identifier'), fromSpec('subnetIds[1]', 'identifier')],
    ],
    [
      'lays its own keys over a record',
      'tags',
      ({ xr }) => ({ tags: merged(xr.spec.tags, { ManagedBy: 'understudy', 'example.org/app': xr.spec.app }) }),
      [
        fromSpec('tags', 'tags', { policy: { fromFieldPath: 'Required', toFieldPath: 'MergeObjects' } }),
        fromSpec('app', 'tags["example.org/app"]', requiredPolicy),
      ],
    ],
    [
      'applies transforms in order',
      'identifier',
      ({ xr }) => ({ identifier: xr.spec.role.map({ Active: 'A-', Standby: 'S-' }).toLowerCase().trimSuffix('-') }),
      [
        fromSpec('role', 'identifier', {
          transforms: [
            { type: 'map', map: { Active: 'A-', Standby: 'S-' } },
            { type: 'string', string: { type: 'Convert', convert: 'ToLower' } },
            { type: 'string', string: { type: 'TrimSuffix', trim: '-' } },
          ],
          ...requiredPolicy,
        }),
      ],
    ],
    [
      'brings a lone number to text before it goes into a format',
      'identifier',
      ({ xr }) => ({ identifier: format`100%-${xr.spec.port}` }),
      [
        fromSpec('port', 'identifier', {
          transforms: [
            { type: 'convert', convert: { toType: 'string' } },
            { type: 'string', string: { type: 'Format', fmt: '100%%-%s' } },
          ],
          ...requiredPolicy,
        }),
      ],
    ],
    [
      'combines fields, and is optional as soon as one of them is',
      'identifier',
      ({ xr }) => ({ identifier: format`${xr.spec.app}-${3}-${xr.spec.note}-${xr.spec.multiAz}` }),
      [
        {
          type: 'CombineFromComposite',
          combine: {
            variables: [
              { fromFieldPath: 'spec.app' },
              { fromFieldPath: 'spec.note' },
              { fromFieldPath: 'spec.multiAz' },
            ],
            strategy: 'string',
            string: { fmt: '%s-3-%s-%v' },
          },
          toFieldPath: 'spec.forProvider.identifier',
        },
      ],
    ],
  ])('%s', (_, key, forProvider, patches) => {
    expect(patchesTo(key, forProvider)).toEqual(patches);
  });

  it('leaves a fallback that is a literal in the base', () => {
    const [template] = resourcesOf(({ xr, resource }) => {
      resource('a', rds.Instance, { forProvider: { region: 'r', identifier: xr.spec.note.or('none') } });
    });
    expect(template?.base).toHaveProperty('spec.forProvider.identifier', 'none');
    expect(template?.patches[1]).toEqual(fromSpec('note', 'identifier'));
  });

  it('holds the places of a list open', () => {
    const [template] = resourcesOf(({ xr, resource }) => {
      resource('a', rds.Instance, {
        forProvider: {
          region: 'r',
          enabledCloudwatchLogsExports: [xr.spec.app, 'upgrade', xr.spec.region],
          vpcSecurityGroupIdRefs: [ref('a'), { name: 'default' }],
        },
      });
    });
    expect(template?.base).toMatchObject({
      spec: {
        forProvider: {
          enabledCloudwatchLogsExports: [null, 'upgrade'],
          vpcSecurityGroupIdRefs: [{}, { name: 'default' }],
        },
      },
    });
    expect(template?.patches.slice(1).map(({ toFieldPath }) => toFieldPath)).toEqual([
      'spec.forProvider.enabledCloudwatchLogsExports[0]',
      'spec.forProvider.enabledCloudwatchLogsExports[2]',
      'spec.forProvider.vpcSecurityGroupIdRefs[0].name',
    ]);
  });

  it('selects resources of the same composite', () => {
    const [template] = resourcesOf(({ resource }) => {
      resource('a', rds.Instance, {
        forProvider: { region: 'r', dbSubnetGroupNameSelector: sameStack({ role: 'database' }) },
      });
    });
    expect(template?.base).toHaveProperty('spec.forProvider.dbSubnetGroupNameSelector', {
      matchControllerRef: true,
      matchLabels: { role: 'database' },
    });
  });

  it.each<[string, (scope: Scope) => object, RegExp]>([
    ['a plain template literal', ({ xr }) => ({ identifier: `${xr.spec.app}-db` }), /spec.app has no value before/],
    [
      'a plain template literal of a derived value',
      ({ xr }) => ({ identifier: `${xr.spec.app.toLowerCase()}-db` }),
      /use format/,
    ],
    ['undefined', () => ({ identifier: undefined }), /spec.forProvider.identifier is undefined/],
    [
      'an empty value under merged',
      ({ xr }) => ({ tags: merged(xr.spec.tags, { Owner: '' }) }),
      /Owner is empty, which the function would overwrite/,
    ],
    [
      'a field that the schema does not have',
      ({ xr }) => ({ identifier: (xr.spec as never as { readonly nmae: unknown }).nmae }),
      /the composite has no field spec.nmae/,
    ],
    ['a format with nothing in it', () => ({ identifier: format`text` }), /format needs a field/],
  ])('refuses %s', (_, forProvider, message) => {
    expect(() => patchesTo('identifier', forProvider)).toThrow(message);
  });
});
