import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { capability } from '../../../compositions/builder/capability.ts';
import { composition } from '../../../compositions/builder/composition.ts';
import { format } from '../../../compositions/builder/format.ts';
import type { Kind } from '../../../compositions/builder/kind.ts';
import { required } from '../../../compositions/builder/policies.ts';
import type { JsonObject } from '../../../src/render/json.ts';
import { render } from '../../../src/render/render.ts';

/** Half of the fields are promised by the schema, half may be absent. */
const schema = z.strictObject({
  apiVersion: z.literal('example.org/v1'),
  kind: z.literal('Stack'),
  spec: z.strictObject({
    text: z.string(),
    name: z.string(),
    count: z.int(),
    note: z.string().optional(),
    hint: z.string().optional(),
    inner: z.strictObject({ flag: z.boolean() }).optional(),
  }),
  status: z.strictObject({}),
});
type Spec = z.output<typeof schema>['spec'];

/** A kind whose spec may be anything, so that bodies can be made at random. */
const anything: Kind<unknown, unknown> = { apiVersion: 'example.org/v1', kind: 'Anything' };

/** A body as data, which is both compiled and substituted directly. */
type Part =
  | { readonly is: 'literal'; readonly value: string | number | boolean }
  | { readonly is: 'field'; readonly name: keyof Spec | 'inner.flag' }
  | { readonly is: 'must'; readonly name: 'note' | 'hint' }
  | { readonly is: 'text'; readonly names: readonly ('text' | 'name' | 'note' | 'hint')[]; readonly glue: string }
  | { readonly is: 'either'; readonly first: 'note' | 'hint'; readonly second: Part }
  | { readonly is: 'object'; readonly entries: readonly (readonly [string, Part])[] }
  | { readonly is: 'list'; readonly elements: readonly Part[] };

const always = fc.constantFrom<'text' | 'name' | 'count'>('text', 'name', 'count');
const maybe = fc.constantFrom<'note' | 'hint'>('note', 'hint');
const literal = fc.oneof(fc.string(), fc.integer(), fc.boolean()).map((value): Part => ({ is: 'literal', value }));
const key = fc.constantFrom('a', 'b', 'c-d', 'x.y/z', '0', 'Ünï');

const { part } = fc.letrec<{ part: Part; present: Part; object: Part; list: Part }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 4 },
    tie('present'),
    fc.oneof(always, maybe, fc.constant('inner.flag' as const)).map((name): Part => ({ is: 'field', name })),
    fc
      .record({
        names: fc.array(fc.oneof(fc.constantFrom('text' as const, 'name' as const), maybe), { minLength: 1 }),
        glue: fc.constantFrom('-', '%', '100%s'),
      })
      .map((text): Part => ({ is: 'text', ...text })),
    fc
      .record({
        first: maybe,
        second: fc.oneof(
          literal,
          always.map((name): Part => ({ is: 'field', name })),
        ),
      })
      .map((either): Part => ({ is: 'either', ...either })),
    tie('object'),
    tie('list'),
  ),
  present: fc.oneof(
    literal,
    always.map((name): Part => ({ is: 'field', name })),
    maybe.map((name): Part => ({ is: 'must', name })),
  ),
  object: fc
    .uniqueArray(fc.tuple(key, tie('part')), { maxLength: 4, selector: ([name]) => name })
    .map((entries): Part => ({ is: 'object', entries })),
  list: fc
    .array(fc.oneof(tie('present'), tie('object'), tie('list')), { maxLength: 4 })
    .map((elements): Part => ({ is: 'list', elements })),
}));

const xrSpec = fc.record(
  {
    text: fc.string(),
    name: fc.string(),
    count: fc.integer(),
    note: fc.string(),
    hint: fc.string(),
    inner: fc.record({ flag: fc.boolean() }),
  },
  { requiredKeys: ['text', 'name', 'count'] },
);

type Fields = Parameters<Parameters<typeof capability<typeof schema>>[1]>[0]['xr']['spec'];

/** The body as an author of a composition would write it. */
function written(body: Part, spec: Fields): unknown {
  switch (body.is) {
    case 'literal':
      return body.value;
    case 'field':
      return body.name === 'inner.flag' ? spec.inner.flag : spec[body.name];
    case 'must':
      return required(spec[body.name]);
    case 'text':
      return format(
        Object.assign([...body.names.map((_, index) => (index === 0 ? '' : body.glue)), '!'], { raw: [] }),
        ...body.names.map((name) => spec[name]),
      );
    case 'either':
      return spec[body.first].or(written(body.second, spec) as string);
    case 'object':
      return Object.fromEntries(body.entries.map(([name, value]) => [name, written(value, spec)]));
    case 'list':
      return body.elements.map((element) => written(element, spec));
  }
}

/** The body with the values put in; undefined where nothing is left of it. */
function substituted(body: Part, spec: Spec): unknown {
  switch (body.is) {
    case 'literal':
      return body.value;
    case 'field':
      return body.name === 'inner.flag' ? spec.inner?.flag : spec[body.name];
    case 'must':
      return spec[body.name];
    case 'text': {
      const values = body.names.map((name) => spec[name]);
      return values.includes(undefined) ? undefined : `${values.join(body.glue)}!`;
    }
    case 'either':
      return spec[body.first] ?? substituted(body.second, spec);
    case 'object': {
      const entries = body.entries.map(([name, value]) => [name, substituted(value, spec)] as const);
      const present = entries.filter(([, value]) => value !== undefined);
      return present.length === 0 && entries.length > 0 ? undefined : Object.fromEntries(present);
    }
    case 'list':
      return body.elements.map((element) => substituted(element, spec) ?? {});
  }
}

function isWithheld(body: Part, spec: Spec): boolean {
  switch (body.is) {
    case 'must':
      return spec[body.name] === undefined;
    case 'object':
      return body.entries.some(([, value]) => isWithheld(value, spec));
    case 'list':
      return body.elements.some((element) => isWithheld(element, spec));
    default:
      return false;
  }
}

describe('a composition, evaluated', () => {
  it('gives what direct substitution of the composite’s values gives', () => {
    fc.assert(
      fc.property(part, xrSpec, (body, spec) => {
        const built = capability(schema, ({ xr, resource }) => {
          resource('it', anything, { body: written(body, xr.spec) });
        });
        const { resources, withheld } = render(composition(schema, { name: 'stack', capabilities: [built] }), {
          apiVersion: 'example.org/v1',
          kind: 'Stack',
          metadata: { name: 'east' },
          spec: spec as unknown as JsonObject,
        });
        const value = substituted(body, spec);
        const expected = {
          apiVersion: 'example.org/v1',
          kind: 'Anything',
          metadata: { name: 'east-it' },
          ...(value === undefined ? {} : { spec: { body: value } }),
        };
        expect(withheld.length > 0).toBe(isWithheld(body, spec));
        expect(resources.get('it')).toEqual(isWithheld(body, spec) ? undefined : expected);
      }),
      { numRuns: 500 },
    );
  });
});
