import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { kindsInUse } from './rig/provider/kinds-in-use.ts';
import { permissiveCrd } from './rig/provider/permissive-crd.ts';
import { providerCrds, providerCrdsFolder } from './rig/provider/provider-crds.ts';

const folder = providerCrdsFolder();
const withProvider = folder === undefined ? describe.skip : describe;

describe('kindsInUse', () => {
  it("finds the provider's kinds at any depth, once each", () => {
    const base = { apiVersion: 'rds.aws.m.upbound.io/v1beta1', kind: 'Instance', spec: {} };
    const composition = {
      apiVersion: 'apiextensions.crossplane.io/v1',
      kind: 'Composition',
      spec: {
        pipeline: [
          { input: { apiVersion: 'pt.fn.crossplane.io/v1beta1', kind: 'Resources', resources: [{ base }, { base }] } },
        ],
      },
    };
    const config = { apiVersion: 'aws.m.upbound.io/v1beta1', kind: 'ProviderConfig' };
    expect(kindsInUse([composition, config])).toEqual([
      { apiVersion: 'rds.aws.m.upbound.io/v1beta1', kind: 'Instance' },
      { apiVersion: 'aws.m.upbound.io/v1beta1', kind: 'ProviderConfig' },
    ]);
  });
});

withProvider("the provider's own CRDs (UNDERSTUDY_PROVIDER_CRDS)", () => {
  it('are named and scoped as the permissive ones', () => {
    const differing = crdsIn(folder ?? '').flatMap((own) => {
      const apiVersion = `${own.spec.group}/v1beta1`;
      const permissive = permissiveCrd({ apiVersion, kind: own.spec.names.kind });
      const same = permissive.metadata.name === own.metadata.name && scopeOf(permissive) === own.spec.scope;
      return same
        ? []
        : [`${own.metadata.name} (${own.spec.scope}): ${permissive.metadata.name} (${scopeOf(permissive)})`];
    });
    expect(differing).toEqual([]);
  });

  it('are found by kind', async () => {
    const kind = { apiVersion: 'rds.aws.m.upbound.io/v1beta1', kind: 'Instance' };
    const { crds, areReal } = await providerCrds([kind]);
    expect(areReal).toBe(true);
    expect(crds.map((crd) => crd.metadata.name)).toEqual(['instances.rds.aws.m.upbound.io']);
  });

  it('lack a kind that nobody has', async () => {
    const kind = { apiVersion: 'rds.aws.m.upbound.io/v1beta1', kind: 'Instnace' };
    await expect(providerCrds([kind])).rejects.toThrow('Instnace.rds.aws.m.upbound.io: the provider has no such kind');
  });
});

interface Crd {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly group: string; readonly scope: string; readonly names: { readonly kind: string } };
}

/** Only the head of each file: the schemas are most of it, and nobody reads them here. */
function crdsIn(path: string): Crd[] {
  return readdirSync(path)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => parse(readFileSync(join(path, file), 'utf8').split('\n  versions:')[0] ?? '') as Crd);
}

function scopeOf(crd: object): string {
  return (crd as Crd).spec.scope;
}
