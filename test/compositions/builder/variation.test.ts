import { describe, expect, it } from '@jest/globals';
import { rds } from '../../../compositions/builder/aws-kinds.ts';
import { type CapabilityScope, capability, type ResourceOptions } from '../../../compositions/builder/capability.ts';
import { composition } from '../../../compositions/builder/composition.ts';
import { format, small } from '../../../compositions/builder/format.ts';
import type { JsonObject } from '../../../src/render/json.ts';
import { render } from '../../../src/render/render.ts';
import { stackSchema } from './stack-schema.ts';

type Scope = CapabilityScope<typeof stackSchema>;
type Options = ResourceOptions<
  { forProvider: { region: string; username?: string; multiAz?: boolean; tags?: object } },
  unknown
>;

function forProvider(options: (scope: Scope) => Options, spec: JsonObject): unknown {
  const body = capability(stackSchema, (scope) => {
    const { variations = [] } = options(scope);
    scope.resource('database', rds.Instance, { forProvider: { region: 'r', multiAz: true } }, { variations });
  });
  const composed = composition(stackSchema, { name: 'stack', capabilities: [body] });
  const xr = { apiVersion: 'example.org/v1', kind: 'Stack', metadata: { name: 'east' }, spec };
  const resource = render(composed, xr).resources.get('database');
  return (resource?.spec as JsonObject | undefined)?.forProvider;
}

describe('a variation', () => {
  const byRole = ({ xr }: Scope): Options => ({
    variations: [{ by: xr.spec.role, cases: { Active: { username: 'app' } }, otherwise: { tags: { a: 'b' } } }],
  });

  it('adds the fields of its case', () => {
    expect(forProvider(byRole, { role: 'Active' })).toEqual({ region: 'r', multiAz: true, username: 'app' });
  });

  it('adds other fields in all other cases', () => {
    expect(forProvider(byRole, { role: 'Standby' })).toEqual({ region: 'r', multiAz: true, tags: { a: 'b' } });
  });

  it('adds nothing while the text is absent', () => {
    const byNote = ({ xr }: Scope): Options => ({
      variations: [{ by: xr.spec.note, cases: { x: { username: 'x' } } }],
    });
    expect(forProvider(byNote, {})).toEqual({ region: 'r', multiAz: true });
    expect(forProvider(byNote, { note: 'x' })).toHaveProperty('username', 'x');
    expect(forProvider(byNote, { note: '' })).toEqual({ region: 'r', multiAz: true });
  });

  it('may not have a field that the body has', () => {
    const multiAz = ({ xr }: Scope): Options => ({
      variations: [{ by: xr.spec.role, cases: { Active: { multiAz: false } } }],
    });
    expect(() => forProvider(multiAz, { role: 'Active' })).toThrow(
      'database has multiAz in its body and in a variation',
    );
  });

  it('goes by several fields in one text', () => {
    const byBoth = ({ xr }: Scope): Options => ({
      variations: [
        { by: format`${xr.spec.role}/${small(xr.spec.port)}`, cases: { 'Active/1': { username: 'first' } } },
      ],
    });
    expect(forProvider(byBoth, { role: 'Active', port: 1 })).toHaveProperty('username', 'first');
    expect(forProvider(byBoth, { role: 'Active', port: 11 })).not.toHaveProperty('username');
    expect(forProvider(byBoth, { role: 'Standby', port: 1 })).not.toHaveProperty('username');
  });
});
