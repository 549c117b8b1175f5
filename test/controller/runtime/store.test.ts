import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keyOf } from '../../../controller/runtime/kubernetes-object.ts';
import { Store } from '../../../controller/runtime/store.ts';
import { type Widget, widget } from './widgets.ts';

const stored = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c'),
    size: fc.nat(3),
    uid: fc.constantFrom('u1', 'u2'),
    version: fc.nat(4),
  })
  .map(({ name, size, uid, version }): Widget => {
    const { metadata, ...rest } = widget(name, size);
    return { ...rest, metadata: { ...metadata, uid, resourceVersion: String(version) } };
  });
const listing = fc.uniqueArray(stored, { selector: keyOf });

describe('a store', () => {
  it('can be followed from its changes alone, and its indexes fit its objects', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(listing, stored)), (steps) => {
        const store = new Store<Widget>({ size: ({ spec }) => [String(spec.size)] });
        const followed = new Map<string, Widget>();
        for (const step of steps) {
          for (const change of Array.isArray(step) ? store.replace(step) : store.put(step)) {
            const key = keyOf(change.object);
            expect(followed.has(key)).toBe(change.type !== 'added');
            if (change.type === 'updated') expect(change.before).toBe(followed.get(key));
            if (change.type === 'deleted') followed.delete(key);
            else followed.set(key, change.object);
          }
          expect(new Map(store.list().map((object) => [keyOf(object), object]))).toEqual(followed);
          for (const size of ['0', '1', '2', '3']) {
            const expected = store.list().filter(({ spec }) => String(spec.size) === size);
            expect(new Set(store.byIndex('size', size))).toEqual(new Set(expected));
          }
        }
      }),
    );
  });

  it('takes an object with another uid for another object', () => {
    const store = new Store<Widget>();
    const one = { ...widget('a'), metadata: { ...widget('a').metadata, uid: 'u1', resourceVersion: '1' } };
    const other = { ...one, metadata: { ...one.metadata, uid: 'u2', resourceVersion: '2' } };
    store.put(one);
    expect(store.put(other).map(({ type }) => type)).toEqual(['deleted', 'added']);
  });
});
