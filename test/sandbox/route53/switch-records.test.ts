import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkStatus } from '../../../src/sandbox/route53/check-status.ts';
import { resolveQuestion } from '../../../src/sandbox/route53/resolve-question.ts';
import { type SwitchOptions, switchRecords } from '../../../src/sandbox/route53/switch-records.ts';

const site = (region: string) => ({
  region,
  bucket: `app-switch-${region}`,
  loadBalancer: `lb.${region}.elb.amazonaws.com`,
  databaseEndpoint: `db.${region}.rds.amazonaws.com`,
});

const options: SwitchOptions = {
  domain: 'trading.example.com',
  primary: site('us-east-1'),
  secondary: site('us-west-2'),
  active: 'primary',
  witness: { region: 'eu-west-1', bucket: 'app-witness' },
  term: 1,
  open: { key: 'open/1', content: 'trading term 1' },
  takeover: { key: 'takeover/2', content: 'trading term 2' },
};

/** `<region>/<key>`, such as `us-east-1/open/1`: what can be read from the buckets now, and which applications answer. */
interface World {
  readonly objects: readonly string[];
  readonly answering?: readonly string[];
}

function ask(name: string, type: string, world: World, switchOptions: SwitchOptions = options): string | undefined {
  const { healthChecks, records } = switchRecords(switchOptions);
  const checks = new Map(healthChecks.map((check) => [check.id, check]));
  const endpointIsHealthy = (id: string): boolean => {
    const check = checks.get(id);
    if (check?.kind !== 'Endpoint') throw new Error(`${id} is no endpoint check`);
    const [, region] = /\.s3\.(.+)\.amazonaws\.com$/.exec(check.hostname) ?? [];
    if (region === undefined) return world.answering?.includes(check.hostname.split('.')[0] ?? '') ?? false;
    return world.objects.includes(`${region}${check.path}`);
  };
  const { answers } = resolveQuestion(name, type, {
    records,
    isHealthy: (id) => checkStatus(id, checks, endpointIsHealthy),
    targetIsHealthy: () => true,
    addressOf: (hostname) => `address of ${hostname}`,
    random: () => 0.5,
  });
  return answers.at(-1)?.value;
}

const east = 'address of lb.us-east-1.elb.amazonaws.com';
const west = 'address of lb.us-west-2.elb.amazonaws.com';

const table = [
  { objects: ['us-east-1/open/1'], answer: east, why: 'calm' },
  { objects: [], answer: east, why: 'nothing can be read: primary, as good as any' },
  { objects: ['us-west-2/takeover/2'], answer: west, why: 'taken over, primary dark' },
  { objects: ['eu-west-1/takeover/2'], answer: west, why: 'taken over, then the standby bucket lost' },
  { objects: ['us-west-2/takeover/2', 'eu-west-1/takeover/2'], answer: west, why: 'taken over' },
  {
    objects: ['us-east-1/open/1', 'us-west-2/takeover/2', 'eu-west-1/takeover/2'],
    answer: west,
    why: 'the old region came back and is not fenced yet',
  },
  { objects: ['us-east-1/open/1', 'us-west-2/takeover/9'], answer: east, why: 'a marker of another term' },
];

describe.each(['Failover', 'Weighted'] as const)('the switch with %s routing', (routing) => {
  it.each(table)('$why: $answer', ({ objects, answer }) => {
    expect(ask('trading.example.com', 'A', { objects }, { ...options, routing })).toBe(answer);
  });

  it('moves the database name with the application name', () => {
    for (const { objects } of table) {
      const switchOptions = { ...options, routing };
      const application = ask('trading.example.com', 'A', { objects }, switchOptions);
      const database = ask('db.trading.example.com', 'A', { objects }, switchOptions);
      expect(database).toBe(
        application === east
          ? east.replace('lb.', 'db.').replace('elb', 'rds')
          : west.replace('lb.', 'db.').replace('elb', 'rds'),
      );
    }
  });
});

describe('the switch', () => {
  it('gives the standby nothing without a marker, and everything with one, whatever else is there', () => {
    const noise = fc.subarray(['us-east-1/open/1', 'us-east-1/takeover/2', 'us-west-2/open/1', 'us-east-1/open/2']);
    const markers = fc.subarray(['us-west-2/takeover/2', 'eu-west-1/takeover/2']);
    fc.assert(
      fc.property(noise, markers, fc.subarray(['us-east-1', 'us-west-2']), (others, held, answering) => {
        const answer = ask('trading.example.com', 'A', { objects: [...others, ...held], answering });
        expect(answer).toBe(held.length > 0 ? west : east);
      }),
    );
  });

  it('works without a witness', () => {
    const alone = { ...options, witness: null };
    expect(ask('trading.example.com', 'A', { objects: ['us-east-1/open/1'] }, alone)).toBe(east);
    expect(ask('trading.example.com', 'A', { objects: ['us-west-2/takeover/2'] }, alone)).toBe(west);
  });

  it('works with the secondary active', () => {
    const swapped: SwitchOptions = { ...options, active: 'secondary', term: 2 };
    expect(ask('trading.example.com', 'A', { objects: ['us-west-2/open/1'] }, swapped)).toBe(west);
    expect(ask('trading.example.com', 'A', { objects: ['us-east-1/takeover/2'] }, swapped)).toBe(east);
  });

  it('answers for each site by its own name, whatever the switch says', () => {
    expect(ask('us-west-2.trading.example.com', 'A', { objects: ['us-east-1/open/1'] })).toBe(west);
  });

  it.each([
    { answering: ['us-east-1', 'us-west-2'], answer: 'up us-east-1' },
    { answering: ['us-east-1'], answer: 'up us-east-1' },
    { answering: ['us-west-2'], answer: 'down us-east-1' },
    { answering: [], answer: 'down us-east-1' },
  ])('says $answer of the active site while $answering answer', ({ answering, answer }) => {
    expect(ask('_health.trading.example.com', 'TXT', { objects: [], answering })).toBe(answer);
  });

  it('makes checks of one term only share the per-site ids with those of another', () => {
    const ids = (term: number) => switchRecords({ ...options, term }).healthChecks.map(({ id }) => id);
    const shared = ids(1).filter((id) => ids(2).includes(id));
    expect(shared.sort()).toEqual([
      'endpoint@us-east-1',
      'endpoint@us-west-2',
      'traffic@us-east-1',
      'traffic@us-west-2',
    ]);
  });
});
