import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { load } from '../../src/api/load.ts';
import { formatProblems, problemsToJson, throwOnErrors } from '../../src/api/problems.ts';

const header = `apiVersion: understudy.dev/v1alpha1
kind: MultiRegionApp
metadata: { name: trading }
spec:
  accountId: "111122223333"
`;

/** Problems of an application with these lines in its spec; the first of them is line 6. */
function problemsOf(...lines: string[]) {
  return load([{ path: 'app.yaml', text: header + lines.map((line) => `  ${line}\n`).join('') }]).problems;
}

describe('load', () => {
  it('accepts an empty spec, with a warning about the account', () => {
    const text = 'apiVersion: understudy.dev/v1alpha1\nkind: MultiRegionApp\nmetadata: { name: trading }\nspec: {}\n';
    const { objects, problems } = load([{ path: 'app.yaml', text }]);
    expect(objects).toHaveLength(1);
    expect(problems).toEqual([
      expect.objectContaining({ code: 'US1019', severity: 'warning', path: 'spec.accountId', line: 4 }),
    ]);
  });

  it('accepts a file without a spec', () => {
    const text = 'apiVersion: understudy.dev/v1alpha1\nkind: MultiRegionApp\nmetadata: { name: trading }\n';
    expect(load([{ path: 'app.yaml', text }]).objects).toHaveLength(1);
  });

  it('accepts the example without a problem', async () => {
    const path = 'examples/trading-rds.yaml';
    const { objects, problems } = load([{ path, text: await readFile(path, 'utf8') }]);
    expect(problems).toEqual([]);
    expect(objects.map(({ object }) => object.metadata.name)).toEqual(['trading']);
  });

  it.each([
    // [lines of the spec, code, line, path, what the message says]
    [['environmnt: dev'], 'US1005', 6, 'spec.environmnt', 'did you mean environment?'],
    [['primary:', '  vpcCIDR: 10.0.0.0/16'], 'US1005', 7, 'spec.primary.vpcCIDR', 'did you mean vpcCidr?'],
    [['vpcCidr: 10.0.0.0/16'], 'US1005', 6, 'spec.vpcCidr', 'did you mean spec.primary.vpcCidr?'],
    [['colour: red'], 'US1005', 6, 'spec.colour', 'valid here: environment, accountId'],
    [['domain: { nmae: a.example.com }'], 'US1005', 6, 'spec.domain.nmae', 'did you mean name?'],
    [
      ['tables:', '  - name: a', '    partitionKey: k', '    sortkey: s'],
      'US1005',
      9,
      'spec.tables[0].sortkey',
      'sortKey',
    ],
    [['domain: {}'], 'US1006', 6, 'spec.domain.name', 'is missing'],
    [['tables:', '  - name: a'], 'US1006', 7, 'spec.tables[0].partitionKey', 'is missing'],
    [['instances: { count: two }'], 'US1007', 6, 'spec.instances.count', '"two" is not a number'],
    [['instances: { count: 0 }'], 'US1007', 6, 'spec.instances.count', '0 is too small: at least 1'],
    [['instances: { port: 70000 }'], 'US1007', 6, 'spec.instances.port', '70000 is too large: at most 65535'],
    [['instances: { healthCheckPath: healthz }'], 'US1007', 6, 'spec.instances.healthCheckPath', 'starts with /'],
    [['database: { version: 16 }'], 'US1007', 6, 'spec.database.version', '16 is a number, expected text'],
    [['failover:'], 'US1007', 6, 'spec.failover', 'is empty, expected a group of keys'],
    [['tables: sessions'], 'US1007', 6, 'spec.tables', 'is not a list'],
    [['objectives: { rto: 5 minutes }'], 'US1007', 6, 'spec.objectives.rto', 'not a duration'],
    [['primary: { vpcCidr: 10.0.0.0/99 }'], 'US1007', 6, 'spec.primary.vpcCidr', 'not an IPv4 range'],
    [['notifications:', '  emails:', '    - ops'], 'US1007', 8, 'spec.notifications.emails[0]', 'not an e-mail'],
    [['detection: { interval: 10ms }'], 'US1007', 6, 'spec.detection.interval', 'at least 1s'],
    [['routing: failovr'], 'US1008', 6, 'spec.routing', 'did you mean failover?'],
    [['witness: nnone'], 'US1008', 6, 'spec.witness', 'did you mean none?'],
    [['certificate: Manged'], 'US1008', 6, 'spec.certificate', 'did you mean Managed?'],
    [['primary: { vpcCidr: 10.0.1.0/16 }'], 'US1009', 6, 'spec.primary.vpcCidr', 'does not start'],
    [['primary: { vpcCidr: 8.8.0.0/16 }'], 'US1009', 6, 'spec.primary.vpcCidr', 'not private'],
    [['primary: { vpcCidr: 10.0.0.0/24 }'], 'US1009', 6, 'spec.primary.vpcCidr', 'too small'],
    [['primary: { vpcCidr: 10.128.0.0/9 }'], 'US1009', 6, 'spec.primary.vpcCidr', 'too large'],
    [
      ['instances: { count: 60 }', 'primary: { vpcCidr: 10.0.0.0/23 }'],
      'US1009',
      7,
      'spec.primary.vpcCidr',
      'room for 54',
    ],
    [['secondary: { vpcCidr: 10.0.128.0/20 }'], 'US1010', 6, 'spec.secondary.vpcCidr', 'overlaps with 10.0.0.0/16'],
    [['primary: { region: us-eest-1 }'], 'US1011', 6, 'spec.primary.region', 'did you mean us-east-1?'],
    [['witness: eu-west-9'], 'US1011', 6, 'spec.witness', 'not a known AWS region'],
    [['secondary: { region: us-east-1 }'], 'US1012', 6, 'spec.secondary.region', "is the primary's region too"],
    [['witness: us-west-2'], 'US1012', 6, 'spec.witness', 'must survive both sites'],
    [['secondary: { zones: [a, z] }'], 'US1013', 6, 'spec.secondary.zones', 'no us-west-2z'],
    [['secondary: { zones: [a, b, c] }'], 'US1013', 6, 'spec.secondary.zones', 'network.zones is 2'],
    [['secondary: { region: us-west-1 }', 'network: { zones: 3 }'], 'US1013', 6, 'spec.secondary.zones', '2 zones'],
    [
      ['tables:', `  - name: ${'a'.repeat(250)}`, '    partitionKey: k'],
      'US1014',
      7,
      'spec.tables[0].name',
      "AWS's 255",
    ],
    [['database: { version: "9.6" }'], 'US1015', 6, 'spec.database.version', 'postgres 9.6 is not one of'],
    [['database: { engine: mysql, version: "16" }'], 'US1015', 6, 'spec.database.version', 'mysql 16 is not one of'],
    [['database: { instanceClass: db.t2.micro }'], 'US1016', 6, 'spec.database.instanceClass', 'no longer offers'],
    [['operations: { region: us-east-1 }'], 'US1018', 6, 'spec.operations.region', 'with us-east-1 dark'],
    [['secondary: { region: mx-central-1 }'], 'US1033', 6, 'spec.secondary.region', 'no certificate authority'],
    [['detection: { witness: true }', 'witness: none'], 'US1021', 6, 'spec.detection.witness', 'no witness'],
    [
      ['detection: { witness: true }', 'operations: { region: us-east-2 }'],
      'US1021',
      6,
      'spec.detection.witness',
      'both are one vote',
    ],
    [['secondary: { zones: [a, a] }'], 'US1020', 6, 'spec.secondary.zones', 'a is listed twice'],
    [['notifications:', '  emails: [a@b.co,', '    a@b.co]'], 'US1020', 8, 'spec.notifications.emails[1]', 'twice'],
    [['instances: { maxCount: 1 }'], 'US1021', 6, 'spec.instances.maxCount', 'a site is to have 2 instances'],
    [['failover: { maxDataLoss: 2m }'], 'US1021', 6, 'spec.failover.maxDataLoss', 'more than the objective of 1m'],
    [['certificate: Managed'], 'US1021', 6, 'spec.certificate', 'needs a domain'],
    [['traffic: { follow: Endpoint }'], 'US1021', 6, 'spec.traffic.follow', 'cannot be written'],
    [
      ['domain: { name: a.example.com, zoneName: b.example.com }'],
      'US1022',
      6,
      'spec.domain.zoneName',
      'not in the zone',
    ],
  ])('reports %j as %s on line %d', (lines, code, line, path, message) => {
    expect(problemsOf(...lines)).toEqual([
      expect.objectContaining({ code, line, path, message: expect.stringContaining(message) }),
    ]);
  });

  it('counts the vote of a witness among those that could agree', () => {
    expect(problemsOf('operations: { region: us-east-1 }', 'detection: { witness: true }')).toEqual([]);
  });

  it('shows the sum when the recovery time objective cannot be met', () => {
    expect(problemsOf('domain: { name: a.example.com }', 'objectives: { rto: 4m }')).toEqual([
      expect.objectContaining({
        code: 'US1017',
        line: 7,
        path: 'spec.objectives.rto',
        message: '30s detection + 5s decision + 3m promotion + 10s health check + 1m DNS TTL = 4m45s, more than 4m',
      }),
    ]);
  });

  it('accepts a recovery time objective that is just met', () => {
    expect(problemsOf('domain: { name: a.example.com }', 'objectives: { rto: 4m45s }')).toEqual([]);
    expect(problemsOf('objectives: { rto: 3m35s }')).toEqual([]);
  });

  it('accepts a site with exactly as many instances as its subnets have room for', () => {
    const primary = 'primary: { vpcCidr: 10.0.0.0/23 }';
    expect(problemsOf('instances: { count: 27, maxCount: 54 }', primary)).toEqual([]);
    expect(problemsOf('instances: { count: 27, maxCount: 55 }', primary).map(({ code }) => code)).toEqual(['US1009']);
  });

  it('reports a certificate of another region', () => {
    const arn = (region: string) => `arn:aws:acm:${region}:111122223333:certificate/x`;
    const problems = problemsOf('certificate:', `  primary: ${arn('us-east-1')}`, `  secondary: ${arn('us-east-1')}`);
    expect(problems).toEqual([
      expect.objectContaining({ code: 'US1023', line: 8, path: 'spec.certificate.secondary' }),
    ]);
  });

  it('reports keys of a table that contradict each other', () => {
    const problems = problemsOf(
      'tables:',
      '  - { name: a, partitionKey: k, sortKey: k }',
      '  - { name: b, partitionKey: k, attributeTypes: { other: N } }',
      '  - { name: c, partitionKey: k, timeToLive: k }',
      '  - { name: c, partitionKey: k }',
      '  - { name: journal, partitionKey: k }',
    );
    expect(problems.map(({ code, line, path }) => [code, line, path])).toEqual([
      ['US1024', 7, 'spec.tables[0].sortKey'],
      ['US1024', 8, 'spec.tables[1].attributeTypes.other'],
      ['US1024', 9, 'spec.tables[2].timeToLive'],
      ['US1020', 10, 'spec.tables[3].name'],
      ['US1020', 11, 'spec.tables[4].name'],
    ]);
  });

  it('reports everything at once, rules across fields included, and nothing that follows from another problem', () => {
    const problems = problemsOf(
      'environmnt: dev',
      'domain: { nmae: a.example.com }',
      'primary: { region: us-eest-1, vpcCidr: nonsense }',
      'secondary: { vpcCidr: 10.0.0.0/16 }',
      'database: { engine: postgress, version: "9.6", instanceClass: db.t2.micro }',
    );
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'US1005 spec.environmnt',
      'US1005 spec.domain.nmae',
      'US1007 spec.primary.vpcCidr',
      'US1011 spec.primary.region',
      'US1008 spec.database.engine',
      'US1016 spec.database.instanceClass',
    ]);
  });

  it.each([
    ['', 'US1003', 1],
    ['# a comment\n', 'US1003', 1],
    ['---\n---\n', 'US1003', 1],
    ['a: [1,\nb: 2\n', 'US1002', 2],
    ['a: 1\na: 2\n', 'US1002', 2],
    ['kind: MultiRegionApp\n', 'US1004', 1],
    ['- 1\n', 'US1004', 1],
    ['apiVersion: understudy.dev/v1\nkind: MultiRegionApp\nmetadata: { name: a }\n', 'US1004', 1],
    ['apiVersion: understudy.dev/v1alpha1\nkind: MultiRegionAp\nmetadata: { name: a }\n', 'US1004', 2],
  ])('reports %j as %s', (text, code, line) => {
    const { objects, problems } = load([{ path: 'app.yaml', text }]);
    expect(objects).toEqual([]);
    expect(problems[0]).toMatchObject({ code, line, file: 'app.yaml' });
  });

  it('reads several documents, each with its own lines', () => {
    const text = `${header}---\n${header}  environmnt: dev\n`;
    const { objects, problems } = load([{ path: 'app.yaml', text }]);
    expect(objects).toHaveLength(1);
    expect(problems).toEqual([expect.objectContaining({ code: 'US1005', line: 12 })]);
  });

  it('reports an object that another file has too', () => {
    const { problems } = load([
      { path: 'a.yaml', text: header },
      { path: 'b.yaml', text: header },
    ]);
    expect(problems).toEqual([
      expect.objectContaining({ code: 'US1020', file: 'b.yaml', message: expect.stringContaining('a.yaml:1') }),
    ]);
  });

  it('reports a plan that has the name of an application, which makes one of its own', () => {
    const site = (region: string) =>
      `{ region: ${region}, targetGroup: tg, database: { kind: Instance, identifier: db }, switchBucket: bucket, journalTable: journal }`;
    const plan = `apiVersion: understudy.dev/v1alpha1
kind: FailoverPlan
metadata: { name: trading }
spec:
  sites:
    primary: ${site('us-east-1')}
    secondary: ${site('us-west-2')}
`;
    expect(load([{ path: 'plan.yaml', text: plan }]).problems).toEqual([]);
    const { problems } = load([
      { path: 'a.yaml', text: header },
      { path: 'plan.yaml', text: plan },
    ]);
    expect(problems).toEqual([expect.objectContaining({ code: 'US1020', file: 'plan.yaml', path: 'metadata.name' })]);
  });

  it('reports applications of two namespaces that would share AWS names', () => {
    const text = header.replace('name: trading', 'name: trading, namespace: other');
    const { problems } = load([
      { path: 'a.yaml', text: header },
      { path: 'b.yaml', text },
    ]);
    expect(problems).toEqual([expect.objectContaining({ code: 'US1020', file: 'b.yaml' })]);
  });

  it('lets the same application exist in two environments of two namespaces', () => {
    const text = `${header.replace('name: trading', 'name: trading, namespace: prod')}  environment: prod\n`;
    expect(
      load([
        { path: 'a.yaml', text: header },
        { path: 'b.yaml', text },
      ]).problems,
    ).toEqual([]);
  });

  it('never throws, whatever the text', () => {
    for (const text of ['\0', '&a [*a]', '*nope', '!!binary x', '{', '%', `${header}  ? [a]\n  : b\n`, '"\\x']) {
      expect(() => load([{ path: 'app.yaml', text }])).not.toThrow();
    }
  });
});

describe('formatProblems', () => {
  const problems = problemsOf('environmnt: dev');

  it('begins with a place that editors can open, and ends with what to do', () => {
    expect(formatProblems(problems)).toBe(
      'app.yaml:6  spec.environmnt  no such key; did you mean environment?\n' +
        '  error US1005: Use the key that the message suggests, or remove it; docs/reference lists all of them.',
    );
  });

  it('has the same as JSON', () => {
    expect(JSON.parse(problemsToJson(problems))).toEqual(problems);
  });

  it('is the message of the exception, whose code and place are those of the first error', () => {
    expect(() => throwOnErrors(problems)).toThrow(
      expect.objectContaining({
        code: 'US1005',
        message: expect.stringContaining('app.yaml:6'),
        location: expect.objectContaining({ file: 'app.yaml', line: 6, path: 'spec.environmnt' }),
      }),
    );
  });

  it('warnings alone are no exception', () => {
    expect(() => throwOnErrors(problemsOf('traffic: { follow: Endpoint }'))).not.toThrow();
  });
});
