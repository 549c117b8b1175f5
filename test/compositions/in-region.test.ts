import { describe, expect, it } from '@jest/globals';
import { dynamodb } from '../../compositions/builder/aws-kinds.ts';
import { capability } from '../../compositions/builder/capability.ts';
import { composition } from '../../compositions/builder/composition.ts';
import { inRegion } from '../../compositions/in-region.ts';
import { render } from '../../src/render/render.ts';
import { stackSchema } from './builder/stack-schema.ts';

function written(write: (region: string) => string): unknown {
  const table = capability(stackSchema, ({ xr, resource }) => {
    resource('table', dynamodb.Table, { forProvider: { region: 'r', hashKey: inRegion(xr.spec.region, write) } });
  });
  const xr = { apiVersion: 'example.org/v1', kind: 'Stack', metadata: { name: 'x' }, spec: { region: 'eu-west-1' } };
  const { resources } = render(composition(stackSchema, { name: 'stack', capabilities: [table] }), xr);
  const spec = resources.get('table')?.spec as { forProvider: { hashKey: unknown } } | undefined;
  return spec?.forProvider.hashKey;
}

describe('inRegion', () => {
  it.each<[string, (region: string) => string]>([
    ['at the end', (region) => `trading-dev-${region}`],
    ['alone', (region) => region],
    [
      'several times, in text with quotes and percent signs',
      (region) => JSON.stringify({ a: `100% of "${region}"`, b: region }),
    ],
  ])('puts the region where it belongs: %s', (_, write) => {
    expect(written(write)).toBe(write('eu-west-1'));
  });

  it('refuses text that needs no patch', () => {
    expect(() => written(() => 'trading-dev')).toThrow('trading-dev does not name the region');
  });
});
