import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { render } from '../../../src/render/render.ts';
import { stack } from './readme-example.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../../../compositions/builder/README.md');

function block(language: string): string {
  const [, code] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(readme) ?? [];
  return code ?? '';
}

describe('the builder’s README', () => {
  it('shows the example that is compiled and run here', () => {
    const example = read('./readme-example.ts').replaceAll('../../../compositions/builder/', './');
    expect(block('ts')).toBe(example);
  });

  it('shows what the example writes', () => {
    const database = stack.spec.pipeline[0].input.resources.find(({ name }) => name === 'database');
    expect(block('yaml')).toBe(stringify([database], { lineWidth: 0, aliasDuplicateObjects: false }));
  });

  it('says what waits, and for what', () => {
    const xr = {
      apiVersion: 'example.org/v1',
      kind: 'Stack',
      metadata: { name: 'east' },
      spec: { app: 'trading', environment: 'dev', region: 'eu-west-1', role: 'Active', tags: { Team: 'a' } },
    };
    const calm = render(stack, xr);
    expect([...calm.resources.keys()]).toEqual(['subnets']);
    expect(calm.withheld).toEqual([
      { resource: 'database', missing: 'spec.failover.term' },
      { resource: 'record', missing: 'spec.failover.endpoint' },
    ]);
    const active = render(stack, { ...xr, spec: { ...xr.spec, failover: { term: 1, endpoint: 'db.example.org' } } });
    expect(active.withheld).toEqual([]);
    expect(active.resources.get('database')).toMatchObject({
      metadata: { name: 'east-database', annotations: { 'understudy.dev/waits-for.spec.failover.term': '1' } },
      spec: {
        forProvider: {
          identifier: 'trading-db-dev',
          instanceClass: 'db.m7g.large',
          dbSubnetGroupNameRef: { name: 'east-subnets' },
          tags: { Team: 'a', App: 'trading', ManagedBy: 'understudy' },
        },
      },
    });
  });
});
