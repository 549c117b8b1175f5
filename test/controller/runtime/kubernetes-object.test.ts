import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromKey, keyOf } from '../../../controller/runtime/kubernetes-object.ts';

it('a key names an object, with or without a namespace', () => {
  const name = fc.stringMatching(/^[a-z0-9]([-.a-z0-9]{0,20}[a-z0-9])?$/);
  const metadata = fc.record({ name, namespace: name }, { requiredKeys: ['name'] });
  fc.assert(fc.property(metadata, (given) => expect(fromKey(keyOf({ metadata: given }))).toEqual({ ...given })));
});
