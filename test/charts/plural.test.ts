import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { pluralOf } from '../../charts/plural.ts';
import { providerCrdsFolder } from '../e2e/rig/provider/provider-crds.ts';

describe('plurals of kinds', () => {
  it.each([
    ['Instance', 'instances'],
    ['BucketPolicy', 'bucketpolicies'],
    ['SecurityGroupIngressRule', 'securitygroupingressrules'],
    ['Alias', 'aliases'],
    ['ContributorInsights', 'contributorinsights'],
    ['Proxy', 'proxies'],
    ['Key', 'keys'],
  ])('%s', (kind, plural) => {
    expect(pluralOf(kind)).toBe(plural);
  });

  const folder = providerCrdsFolder();
  if (folder === undefined) {
    process.stderr.write('Skipped: plurals of all kinds of the provider, whose CRDs are not here.\n');
  }
  (folder === undefined ? it.skip : it)('are those of the provider’s CRDs', () => {
    const wrong = readdirSync(folder ?? '').flatMap((file) => {
      const text = readFileSync(join(folder ?? '', file), 'utf8');
      const kind = /^ {4}kind: (\S+)$/m.exec(text)?.[1] ?? '';
      const plural = /^ {4}plural: (\S+)$/m.exec(text)?.[1];
      return pluralOf(kind) === plural ? [] : [`${kind} is ${plural}, not ${pluralOf(kind)}`];
    });
    expect(wrong).toEqual([]);
  });
});
