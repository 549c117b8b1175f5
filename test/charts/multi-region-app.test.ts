import { describe, expect, it } from '@jest/globals';
import { App, Chart } from 'cdk8s';
import { MultiRegionApp } from '../../charts/multi-region-app.ts';
import { UnderstudyError } from '../../src/api/errors.ts';
import { appOf } from '../compositions/regional-stack/rendered-site.ts';
import { allObjects, type Manifest, someBundles } from './synthesized.ts';

function chart(): Chart {
  return new Chart(new App(), 'own');
}

describe('the construct MultiRegionApp', () => {
  it('makes what a file makes', () => {
    const own = chart();
    new MultiRegionApp(own, 'trading', { namespace: 'trading', accountId: '111122223333', bundles: someBundles });
    const fromFile = allObjects([appOf()], someBundles);
    for (const object of own.toJson() as Manifest[]) {
      expect(fromFile).toContainEqual(object);
    }
    expect(own.toJson()).toHaveLength(2 + 6 + 3 + 2 + 1);
  });

  it('needs no props at all', () => {
    const own = chart();
    new MultiRegionApp(own, 'orders');
    expect((own.toJson() as Manifest[]).map(({ metadata }) => metadata.name)).toContain('orders-primary');
  });

  it('refuses props with every problem at once', () => {
    const refused = () => new MultiRegionApp(chart(), 'x', { primary: { vpcCidr: 'x' }, environment: 'Production!' });
    expect(refused).toThrow(UnderstudyError);
    expect(refused).toThrow(
      /spec\.environment[\s\S]*spec\.primary\.vpcCidr|spec\.primary\.vpcCidr[\s\S]*spec\.environment/,
    );
  });

  it('lives twice in one chart', () => {
    const own = chart();
    new MultiRegionApp(own, 'a', { name: 'trading', environment: 'dev' });
    new MultiRegionApp(own, 'b', { name: 'trading', environment: 'test', namespace: 'test' });
    const keys = (own.toJson() as Manifest[]).map(
      ({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`,
    );
    expect(keys).toHaveLength(new Set(keys).size);
  });
});
