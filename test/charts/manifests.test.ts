import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { appOf } from '../compositions/regional-stack/rendered-site.ts';
import { allObjects, type Manifest, someBundles, synthesize } from './synthesized.ts';

const domain = { name: 'trading.example.com', existingZoneId: 'Z0123456789' };
/** As large as a file can make it. */
const largest = appOf({
  network: { zones: 4 },
  domain,
  deletion: 'Protected',
  instances: { targetCpuPercent: 50, userData: 'x'.repeat(1000) },
  notifications: { emails: ['a@example.com', 'b@example.com', 'c@example.com'] },
  tags: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`tag-${index}`, 'x'.repeat(100)])),
});

function keyOf({ apiVersion, kind, metadata }: Manifest): string {
  return `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

describe('manifests', () => {
  it('come in the order in which they are applied', () => {
    const charts = synthesize([appOf()]);
    const kinds = Object.fromEntries(
      [...charts].map(([id, objects]) => [id, [...new Set(objects.map((o) => o.kind))]]),
    );
    expect(kinds).toEqual({
      '0000-packages': [
        'CustomResourceDefinition',
        'DeploymentRuntimeConfig',
        'Provider',
        'Function',
        'ManagedResourceActivationPolicy',
        'ClusterProviderConfig',
      ],
      '0001-controller': [
        'Namespace',
        'ServiceAccount',
        'ClusterRole',
        'ClusterRoleBinding',
        'Role',
        'RoleBinding',
        'ValidatingAdmissionPolicy',
        'ValidatingAdmissionPolicyBinding',
        'Deployment',
        'PodDisruptionBudget',
        'Service',
        'NetworkPolicy',
      ],
      '0001-platform': [
        'CompositeResourceDefinition',
        'ValidatingAdmissionPolicy',
        'ValidatingAdmissionPolicyBinding',
        'Namespace',
        'Composition',
      ],
      '0002-trading-dev': ['RegionalStack', 'GlobalServices', 'Role', 'RoleBinding', 'FailoverPlan'],
    });
  });

  it('never hold what the controller decides', () => {
    for (const object of allObjects([appOf({ domain }), appOf({ deletion: 'Protected' }, 'other')])) {
      expect({ object: keyOf(object), failover: object.spec?.failover }).toEqual({
        object: keyOf(object),
        failover: undefined,
      });
    }
  });

  it('hold no secret, only the names of secrets', () => {
    const objects = allObjects([appOf({ domain, operations: { credentials: { source: 'Secret' } } })], someBundles);
    const secretive = /"kind":"Secret"|"password":"|aws_secret_access_key|AKIA[A-Z0-9]{16}|PRIVATE KEY/;
    expect(objects.filter((object) => secretive.test(JSON.stringify(object))).map(keyOf)).toEqual([]);
    expect(objects.find(({ kind }) => kind === 'ClusterProviderConfig')?.spec.credentials).toEqual({
      source: 'Secret',
      secretRef: { namespace: 'crossplane-system', name: 'aws-credentials', key: 'credentials' },
    });
  });

  it('stay below what a client-side apply can hold', () => {
    const sizes = allObjects([largest], someBundles).map((object) => [keyOf(object), JSON.stringify(object).length]);
    expect(sizes.filter(([, size]) => Number(size) > 262_144)).toEqual([]);
  });

  it('install and activate just the kinds that are composed', () => {
    const objects = allObjects([appOf({ domain })]);
    const composed = objects
      .filter(({ kind }) => kind === 'Composition')
      .flatMap(({ spec }) => spec.pipeline[0].input.resources as { base: Manifest }[])
      .map(({ base }) => `${base.kind}.${base.apiVersion}`);
    const policy = objects.find(({ kind }) => kind === 'ManagedResourceActivationPolicy');
    const providers = objects.filter(({ kind }) => kind === 'Provider').map(({ metadata }) => metadata.name);
    const activated: string[] = policy?.spec.activate;
    expect(activated).toContain('instances.rds.aws.m.upbound.io');
    expect(activated).toContain('objects.s3.aws.m.upbound.io');
    // The code's objects are of this kind, and no composition has them.
    expect(activated).toHaveLength(new Set([...composed, 'Object.s3.aws.m.upbound.io/v1beta1']).size);
    expect(activated.some((name) => name.includes('*'))).toBe(false);
    const services = new Set(activated.map((name) => `provider-aws-${name.split('.')[1]}`));
    expect(new Set(providers)).toEqual(new Set([...services, 'crossplane-contrib-provider-family-aws']));
  });

  it('tie each composite to its own composition', () => {
    const objects = allObjects([appOf(), appOf({ environment: 'test' }, 'orders')]);
    const names = objects.filter(({ kind }) => kind === 'Composition').map(({ metadata }) => metadata.name);
    const referred = objects
      .filter(({ kind }) => kind === 'RegionalStack' || kind === 'GlobalServices')
      .map(({ spec }) => spec.crossplane.compositionRef.name as string);
    expect(new Set(referred)).toEqual(new Set(names));
  });

  it('are the same each time', () => {
    expect(JSON.stringify(allObjects([largest], someBundles))).toBe(JSON.stringify(allObjects([largest], someBundles)));
  });

  it('of several applications and environments do not collide', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);
    const app = fc.record({ name, environment: fc.constantFrom('dev', 'test', 'prod') });
    const apps = fc.uniqueArray(app, {
      minLength: 1,
      maxLength: 3,
      selector: ({ name: each, environment }) => `${each}-${environment}`,
    });
    fc.assert(
      fc.property(apps, (chosen) => {
        const made = chosen.map(({ name: each, environment }): MultiRegionApp => {
          const { metadata, ...rest } = appOf({ environment }, each);
          return { ...rest, metadata: { ...metadata, namespace: `${each}-${environment}` } };
        });
        const keys = allObjects(made).map(keyOf);
        expect(keys).toHaveLength(new Set(keys).size);
      }),
      { numRuns: 10 },
    );
  });
});

describe('code of the Lambda functions', () => {
  it('is an object in the code bucket of each site, under the key that the site names', () => {
    const objects = synthesize([appOf()], someBundles).get('0002-trading-dev') ?? [];
    const code = objects.filter(({ kind }) => kind === 'Object');
    const placed = code.map(({ spec }) => `${spec.forProvider.bucket}/${spec.forProvider.key}`);
    expect(placed.sort()).toEqual(
      ['us-east-1', 'us-west-2'].flatMap((region) =>
        ['failover', 'prober', 'validator'].map(
          (name) => `trading-code-dev-111122223333-${region}/${name}-0123456789ab.zip`,
        ),
      ),
    );
    const stacks = objects.filter(({ kind }) => kind === 'RegionalStack');
    expect(stacks.map(({ spec }) => spec.code)).toEqual(
      [0, 1].map(() => ({
        prober: 'prober-0123456789ab.zip',
        failover: 'failover-0123456789ab.zip',
        validator: 'validator-0123456789ab.zip',
      })),
    );
  });

  it('is in the witness’s region too where the file wants it to look', () => {
    const objects = synthesize([appOf({ detection: { witness: true } })], someBundles).get('0002-trading-dev') ?? [];
    const [code, ...others] = objects.filter(
      ({ kind, spec }) => kind === 'Object' && spec.forProvider.region === 'us-east-2',
    );
    expect(others).toEqual([]);
    expect(code).toMatchObject({
      metadata: { name: 'trading-global-code-witness-0123456789ab' },
      spec: { forProvider: { bucket: 'trading-code-dev-111122223333-us-east-2', key: 'witness-0123456789ab.zip' } },
    });
    const services = objects.find(({ kind }) => kind === 'GlobalServices');
    expect(services?.spec.code).toEqual({ witness: 'witness-0123456789ab.zip' });
  });

  it('is left out altogether where it has not been built', () => {
    const objects = synthesize([appOf({ detection: { witness: true } })]).get('0002-trading-dev') ?? [];
    expect(objects.filter(({ kind }) => kind === 'Object')).toEqual([]);
    expect(objects.filter(({ spec }) => spec?.code !== undefined)).toEqual([]);
  });
});

describe('deletion: Protected', () => {
  const charts = synthesize([appOf({ deletion: 'Protected' })]);

  it('refuses to delete the composites and their namespace', () => {
    const kept = [...charts.values()]
      .flat()
      .filter(({ kind }) => kind.endsWith('Usage'))
      .map(({ kind, spec }) => `${kind} ${spec.of.kind}/${spec.of.resourceRef.name}`);
    expect(kept.sort()).toEqual([
      'ClusterUsage Namespace/trading',
      'Usage GlobalServices/trading-global',
      'Usage RegionalStack/trading-primary',
      'Usage RegionalStack/trading-secondary',
    ]);
  });

  it('is not the default', () => {
    expect(allObjects([appOf()]).filter(({ kind }) => kind.endsWith('Usage'))).toEqual([]);
  });
});
