import { describe, expect, it } from '@jest/globals';
import { UnderstudyError } from '../../src/api/errors.ts';
import type { JsonObject } from '../../src/render/json.ts';
import { type CompositionLike, render } from '../../src/render/render.ts';

const xr = (spec: JsonObject): JsonObject => ({
  apiVersion: 'example.org/v1',
  kind: 'Stack',
  metadata: { name: 'east', namespace: 'trading' },
  spec,
});

function compositionOf(...resources: object[]): CompositionLike {
  return {
    spec: {
      compositeTypeRef: { apiVersion: 'example.org/v1', kind: 'Stack' },
      pipeline: [
        {
          functionRef: { name: 'function-patch-and-transform' },
          input: { apiVersion: 'pt.fn.crossplane.io/v1beta1', kind: 'Resources', resources },
        },
        { functionRef: { name: 'function-auto-ready' } },
      ],
    },
  };
}

const resource = (patches: object[], base: object = {}, more: object = {}): object => ({
  name: 'it',
  base: { apiVersion: 'v1', kind: 'Thing', ...base },
  patches,
  ...more,
});

const from = (fromFieldPath: string, toFieldPath: string, more: object = {}): object => ({
  type: 'FromCompositeFieldPath',
  fromFieldPath,
  toFieldPath,
  ...more,
});

const required = { policy: { fromFieldPath: 'Required' } };

/** What one patch of a value at `spec.in` puts at `spec.out`. */
function patched(value: unknown, more: object): unknown {
  const rendered = render(
    compositionOf(resource([from('spec.in', 'spec.out', more)])),
    xr({ in: value } as JsonObject),
  );
  return (rendered.resources.get('it')?.spec as JsonObject | undefined)?.out;
}

function errorOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof UnderstudyError && error.code === 'US1110') {
      return error.message;
    }
    throw error;
  }
  throw new Error('it did not fail');
}

describe('a patch', () => {
  it.each<[string, JsonObject, string, string, JsonObject]>([
    ['copies a value', { a: 'x' }, 'spec.a', 'spec.b', { b: 'x' }],
    ['copies an object whole', { a: { b: [1] } }, 'spec.a', 'spec.c', { c: { b: [1] } }],
    ['takes a null at the end for a value', { a: null }, 'spec.a', 'spec.b', { b: null }],
    ['reads an element', { a: ['x', 'y'] }, 'spec.a[1]', 'spec.b', { b: 'y' }],
    ['reads and writes quoted keys', { a: { 'x.y/z': 1 } }, 'spec.a["x.y/z"]', 'spec["k.l"]', { 'k.l': 1 }],
    ['pads a list with nulls', { a: 'x' }, 'spec.a', 'spec.b[2].c', { b: [null, null, { c: 'x' }] }],
    ['takes digits in brackets for an index and in quotes for a key', { a: 'x' }, 'spec.a', 'spec["0"]', { 0: 'x' }],
  ])('%s', (_, spec, fromPath, toPath, expected) => {
    const rendered = render(compositionOf(resource([from(fromPath, toPath)])), xr(spec));
    expect(rendered.resources.get('it')?.spec).toEqual(expected);
  });

  it.each([['spec.gone'], ['spec.list[3]'], ['spec.nothing.below'], ['spec.gone.below']])(
    'is passed over where %s is absent',
    (path) => {
      const rendered = render(compositionOf(resource([from(path, 'spec.b')])), xr({ list: [1], nothing: null }));
      expect(rendered.resources.get('it')).toEqual({ apiVersion: 'v1', kind: 'Thing' });
      expect(rendered.withheld).toEqual([]);
    },
  );

  it.each<[string, string, string, RegExp]>([
    ['a key of text', 'spec.text.key', 'spec.b', /key of what is not an object/],
    ['an element of text', 'spec.text[0]', 'spec.b', /\[0\] of what is not a list/],
    ['a write below text', 'spec.text', 'kind.b', /b of what is not an object/],
    ['an index that would fill the memory', 'spec.text', 'spec.b[1025]', /index 1025 is above 1024/],
    ['a wildcard', 'spec.text', 'spec.b[*].c', /wildcards are not evaluated/],
    ['an empty step', 'spec..text', 'spec.b', /unexpected "\." at position 4/],
  ])('fails on %s', (_, fromPath, toPath, message) => {
    const composition = compositionOf(resource([from(fromPath, toPath)]));
    expect(errorOf(() => render(composition, xr({ text: 'x' })))).toMatch(message);
  });

  it('wins over an earlier one where its source is present, and leaves it where not', () => {
    const composition = compositionOf(resource([from('spec.a', 'spec.out'), from('spec.b', 'spec.out')]));
    expect(render(composition, xr({ a: 1, b: 2 })).resources.get('it')?.spec).toEqual({ out: 2 });
    expect(render(composition, xr({ a: 1 })).resources.get('it')?.spec).toEqual({ out: 1 });
  });

  it('under MergeObjects fills in what is absent or empty and keeps the rest', () => {
    const merge = { policy: { toFieldPath: 'MergeObjects' } };
    const composition = compositionOf(
      resource([from('spec.tags', 'spec.tags', merge)], { spec: { tags: { kept: 'base', empty: '', zero: 0 } } }),
    );
    const tags = { kept: 'xr', empty: 'xr', zero: 1, added: 'xr', nothing: null };
    expect(render(composition, xr({ tags })).resources.get('it')?.spec).toEqual({
      tags: { kept: 'base', empty: 'xr', zero: 1, added: 'xr' },
    });
  });

  it('changes neither the composition nor the composite', () => {
    const composition = compositionOf(resource([from('spec.a', 'spec.a'), from('spec.n', 'spec.a.n')], { spec: {} }));
    const composite = xr({ a: { b: 1 }, n: 2 });
    const before = JSON.stringify([composition, composite]);
    render(composition, composite);
    expect(JSON.stringify([composition, composite])).toBe(before);
  });
});

describe('a Required patch', () => {
  const composition = compositionOf(
    resource([from('spec.a', 'spec.a', required), from('spec.b', 'spec.b', required)], { spec: { base: true } }),
  );

  it('withholds a resource that does not exist, and names the first field it misses', () => {
    const { resources, withheld } = render(composition, xr({ b: 1 }));
    expect(resources.size).toBe(0);
    expect(withheld).toEqual([{ resource: 'it', missing: 'spec.a' }]);
  });

  it('lets it through once the fields are there', () => {
    expect(render(composition, xr({ a: 1, b: 2 })).resources.get('it')?.spec).toEqual({ base: true, a: 1, b: 2 });
  });

  it('drops the field of a resource that exists, and warns', () => {
    const existing = { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'east-it' }, spec: { a: 1, b: 2 } };
    const { resources, withheld, warnings } = render(composition, xr({ b: 2 }), new Map([['it', existing]]));
    expect(resources.get('it')).toEqual({
      apiVersion: 'v1',
      kind: 'Thing',
      metadata: { name: 'east-it' },
      spec: { base: true, b: 2 },
    });
    expect(withheld).toEqual([]);
    expect(warnings).toEqual(['it: spec.a is required and absent, but the resource exists already']);
  });

  it('of a combination misses the first variable that is absent', () => {
    const combine = {
      variables: [{ fromFieldPath: 'metadata.name' }, { fromFieldPath: 'spec.x' }, { fromFieldPath: 'spec.y' }],
      strategy: 'string',
      string: { fmt: '%s%s%s' },
    };
    const combined = compositionOf(
      resource([{ type: 'CombineFromComposite', combine, toFieldPath: 'spec.a', ...required }]),
    );
    expect(render(combined, xr({})).withheld).toEqual([{ resource: 'it', missing: 'spec.x' }]);
  });
});

describe('an observed resource', () => {
  const existing = (status: JsonObject): Map<string, JsonObject> =>
    new Map([['it', { metadata: { name: 'seen', namespace: 'trading' }, status }]]);

  it('keeps its name and namespace', () => {
    const composition = compositionOf(resource([], { metadata: { name: 'template', labels: { a: 'b' } } }));
    expect(render(composition, xr({}), existing({})).resources.get('it')?.metadata).toEqual({
      name: 'seen',
      namespace: 'trading',
      labels: { a: 'b' },
    });
  });

  it('reports to the composite what it has, and nothing before it exists', () => {
    const composition = compositionOf(
      resource([
        { type: 'ToCompositeFieldPath', fromFieldPath: 'status.arn', toFieldPath: 'status.database.arn' },
        { type: 'ToCompositeFieldPath', fromFieldPath: 'status.gone', toFieldPath: 'status.gone' },
        {
          type: 'CombineToComposite',
          combine: {
            variables: [{ fromFieldPath: 'metadata.name' }, { fromFieldPath: 'status.port' }],
            strategy: 'string',
            string: { fmt: '%v:%v' },
          },
          toFieldPath: 'status.endpoint',
        },
      ]),
    );
    const kind = { apiVersion: 'example.org/v1', kind: 'Stack' };
    expect(render(composition, xr({})).composite).toEqual(kind);
    expect(render(composition, xr({}), existing({ arn: 'arn:1', port: 5432 })).composite).toEqual({
      ...kind,
      status: { database: { arn: 'arn:1' }, endpoint: 'seen:5432' },
    });
  });

  it.each<[string, object[], JsonObject, boolean]>([
    ['its Ready condition', [], { conditions: [{ type: 'Ready', status: 'True' }] }, true],
    ['its Ready condition', [], { conditions: [{ type: 'Synced', status: 'True' }] }, false],
    ['no check at all', [{ type: 'None' }], {}, true],
    ['a field being there', [{ type: 'NonEmpty', fieldPath: 'status.a' }], { a: 'x' }, true],
    ['a field being there', [{ type: 'NonEmpty', fieldPath: 'status.a' }], {}, false],
    ['text', [{ type: 'MatchString', fieldPath: 'status.a', matchString: 'x' }], { a: 'x' }, true],
    ['text', [{ type: 'MatchString', fieldPath: 'status.a', matchString: 'x' }], { a: 'y' }, false],
    ['text, and a number is none', [{ type: 'MatchString', fieldPath: 'status.a', matchString: '1' }], { a: 1 }, false],
    ['a truth', [{ type: 'MatchTrue', fieldPath: 'status.a' }], { a: true }, true],
    ['a falsehood', [{ type: 'MatchFalse', fieldPath: 'status.a' }], { a: true }, false],
    ['all of its checks', [{ type: 'None' }, { type: 'MatchTrue', fieldPath: 'status.a' }], { a: false }, false],
  ])('is ready by %s', (_, readinessChecks, status, isReady) => {
    const composition = compositionOf(resource([], {}, { readinessChecks }));
    expect(render(composition, xr({}), existing(status)).ready.has('it')).toBe(isReady);
  });
});

describe('a transform', () => {
  const convert = (toType: string): object => ({ type: 'convert', convert: { toType } });
  const format = (fmt: string): object => ({ type: 'string', string: { type: 'Format', fmt } });
  const match = (cases: object, fallbackValue: unknown): object => ({
    type: 'match',
    match: {
      patterns: Object.entries(cases).map(([literal, result]) => ({ type: 'literal', literal, result })),
      fallbackValue,
    },
  });

  it.each<[unknown, object[], unknown]>([
    ['Active', [{ type: 'map', map: { Active: { a: [1] }, Standby: 'x' } }], { a: [1] }],
    [5_000_000, [convert('string')], '5000000'],
    [1e21, [convert('string')], '1000000000000000000000'],
    [0.000001, [convert('string')], '0.000001'],
    [-2.5, [convert('string')], '-2.5'],
    [true, [convert('string')], 'true'],
    ['+12', [convert('int64')], 12],
    [7.9, [convert('int64')], 7],
    [true, [convert('int64')], 1],
    ['1.5e3', [convert('float64')], 1500],
    ['T', [convert('bool')], true],
    ['0', [convert('bool')], false],
    [1, [convert('bool')], true],
    [2, [convert('bool')], false],
    ['x', [format('%s-100%%')], 'x-100%'],
    [5_000_000, [format('%v')], '5e+06'],
    [123_456, [format('%v')], '123456'],
    [0.00001, [format('%v')], '1e-05'],
    [5_000_000, [convert('int64'), format('%v')], '5000000'],
    ['aBß', [{ type: 'string', string: { type: 'Convert', convert: 'ToUpper' } }], 'ABß'],
    ['ABC', [{ type: 'string', string: { type: 'Convert', convert: 'ToLower' } }], 'abc'],
    ['a.b.', [{ type: 'string', string: { type: 'TrimSuffix', trim: '.' } }], 'a.b'],
    ['a.b', [{ type: 'string', string: { type: 'TrimPrefix', trim: 'a.' } }], 'b'],
    ['', [match({ '': 'empty', b: 2 }, 'other')], 'empty'],
    ['b', [match({ '': 'empty', b: 2 }, 'other')], 2],
    ['x', [match({ '': 'empty', b: 2 }, 'other')], 'other'],
    [2.5, [{ type: 'math', math: { type: 'Multiply', multiply: 60 } }], 150],
  ])('of %j by %j gives %j', (value, transforms, expected) => {
    expect(patched(value, { transforms })).toEqual(expected);
  });

  it.each<[unknown, object, RegExp]>([
    [
      'Other',
      { type: 'map', map: { Active: 1 } },
      /resource it: patch 0 .*: transform 0: key Other is not found in map/,
    ],
    [1, match({ 1: 'x' }, 'other'), /a number is not supported for a match/],
    [1, { type: 'map', map: { Active: 1 } }, /a number is not supported for a map/],
    ['1.5', convert('int64'), /"1.5" is not a whole number/],
    ['9223372036854775808', convert('int64'), /out of range/],
    ['yes', convert('bool'), /"yes" is not a truth value/],
    ['1,5', convert('float64'), /"1,5" is not a number/],
    [['x'], convert('string'), /a list cannot be converted/],
    [5, format('%s'), /has %s for a number/],
    ['x', format('%d'), /has %d for a string/],
    ['x', format('%s%s'), /more verbs than values/],
    ['x', format('x'), /fewer verbs than values/],
    ['x', { type: 'math', math: { type: 'Multiply', multiply: 2 } }, /a string cannot be multiplied/],
  ])('of %j by %j fails', (value, transform, message) => {
    expect(errorOf(() => patched(value, { transforms: [transform] }))).toMatch(message);
  });
});

describe('what is not evaluated', () => {
  it.each<[string, object, RegExp]>([
    ['a patch set', { type: 'PatchSet', patchSetName: 'x' }, /resources.0.patches.0.type: .*"PatchSet"/],
    ['an environment patch', { type: 'FromEnvironmentFieldPath', fromFieldPath: 'a' }, /"FromEnvironmentFieldPath"/],
    [
      'a pattern that is no literal',
      from('a', 'b', {
        transforms: [
          { type: 'match', match: { patterns: [{ type: 'regexp', regexp: '^a', result: 1 }], fallbackValue: {} } },
        ],
      }),
      /transforms.0.match.patterns.0.type: .*"regexp"/,
    ],
    ['a policy', from('a', 'b', { policy: { toFieldPath: 'AppendArray' } }), /toFieldPath: .*"AppendArray"/],
    ['an unknown key', from('a', 'b', { transform: [] }), /transform/],
  ])('names %s', (_, patch, message) => {
    expect(errorOf(() => render(compositionOf(resource([patch])), xr({})))).toMatch(message);
  });

  it('names a function', () => {
    const composition = { spec: { pipeline: [{ functionRef: { name: 'function-go-templating' } }] } };
    expect(errorOf(() => render(composition, xr({})))).toBe('the function function-go-templating is not evaluated');
  });

  it('is a composite of another kind', () => {
    const other = { ...xr({}), kind: 'Other' };
    expect(errorOf(() => render(compositionOf(resource([])), other))).toMatch(
      /for example.org\/v1 Stack, not .* Other/,
    );
  });
});
