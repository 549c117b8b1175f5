import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openKey, switchObjectBody, takeoverKey } from '../../../src/api/switch-objects.ts';
import { CloseTraffic } from '../../../src/aws/effects/close-traffic.ts';
import { DatabaseAccess } from '../../../src/aws/effects/database-access.ts';
import { EffectContext } from '../../../src/aws/effects/effect-context.ts';
import { NetworkFence, Unfence } from '../../../src/aws/effects/network-fence.ts';
import { markWitness, openTraffic } from '../../../src/aws/effects/takeover-marker.ts';
import { defaultTiming } from '../../../src/failover/timing.ts';
import { defaultEntries } from '../../../src/sandbox/region/ec2/network-acl.ts';
import { examplePlan } from '../example-plan.ts';
import { type LocalAws, startLocalAws } from '../local-aws.ts';

let aws: LocalAws;
let context: EffectContext;
let activationTerm = 0;
/** Without RDS: the entries are all that there is of a fence. */
const fenceOf = (own: EffectContext): NetworkFence => {
  const credentialsOf = async () => ({ user: 'trading', password: 'x', database: 'trading', tls: false }) as const;
  const access = new DatabaseAccess(own, credentialsOf, { addresses: async (host) => [host] }, 'controller/1');
  return new NetworkFence(own, access, () => 'trading-db');
};

beforeAll(async () => {
  aws = await startLocalAws();
  context = new EffectContext(examplePlan(), defaultTiming, aws.clients);
});
afterAll(() => aws.close());
beforeEach(() => {
  aws.faults.clear();
  aws.acl.replace(defaultEntries);
  // A term of its own keeps each test's objects apart.
  activationTerm += 1;
});

/** What Route 53's checkers are shown: an anonymous read. */
async function anonymously(bucket: string, key: string): Promise<{ status: number; body: string }> {
  const response = await fetch(`${aws.endpoint}/${bucket}/${key}`);
  return { status: response.status, body: await response.text() };
}

describe('open-traffic and mark-witness', () => {
  it.each([
    ['open-traffic', 'switch-west'],
    ['mark-witness', 'witness-ohio'],
  ] as const)('%s puts the marker that health checks look for into %s', async (kind, bucket) => {
    const effect = { kind, site: 'secondary', activationTerm } as const;
    const handler = kind === 'open-traffic' ? openTraffic(context) : markWitness(context);
    const { check, perform } = {
      check: () => handler.check(effect as never),
      perform: () => handler.perform?.(effect as never),
    };
    expect(await check()).toMatchObject({ state: 'NotDone' });
    await perform();
    expect(await check()).toMatchObject({ state: 'Done' });
    const seen = await anonymously(bucket, takeoverKey(activationTerm));
    expect(seen).toEqual({ status: 200, body: switchObjectBody('trading', activationTerm) });
    await perform();
    expect(await check()).toMatchObject({ state: 'Done' });
  });

  it('takes a marker of another content for none', async () => {
    await context.switchBucket('secondary').write(takeoverKey(activationTerm), '{}', context.callLimit());
    const effect = { kind: 'open-traffic', site: 'secondary', activationTerm } as const;
    expect(await openTraffic(context).check(effect)).toMatchObject({ state: 'NotDone' });
  });

  it('has nothing to do for a plan without a witness', async () => {
    const { witness: _witness, ...plan } = examplePlan();
    const without = new EffectContext({ ...plan, witness: undefined }, defaultTiming, aws.clients);
    const effect = { kind: 'mark-witness', site: 'secondary', activationTerm } as const;
    expect(await markWitness(without).check(effect)).toMatchObject({ state: 'Done' });
  });

  it('says that the marker may stand when the answer is lost', async () => {
    aws.faults.add({ service: 's3', operation: 'PutObject', kind: 'LostReply', count: 1 });
    const effect = { kind: 'open-traffic', site: 'secondary', activationTerm } as const;
    const handler = openTraffic(context);
    await expect(handler.perform?.(effect)).rejects.toMatchObject({ kind: 'OutcomeUnknown' });
    expect(await handler.check(effect)).toMatchObject({ state: 'Done' });
  });

  it('refuses a bucket that does not exist', async () => {
    const lost = new EffectContext(examplePlan({ site: { switchBucket: 'nowhere' } }), defaultTiming, aws.clients);
    const effect = { kind: 'open-traffic', site: 'secondary', activationTerm } as const;
    await expect(openTraffic(lost).check(effect)).rejects.toMatchObject({ kind: 'Refused', code: 'NoSuchBucket' });
  });
});

describe('close-traffic', () => {
  it('takes the entitlement away, and is done where there is none', async () => {
    const effect = { kind: 'close-traffic', site: 'primary', activationTerm } as const;
    const handler = new CloseTraffic(context);
    expect(await handler.check(effect)).toMatchObject({ state: 'Done' });
    await context.switchBucket('primary').write(openKey(activationTerm), 'x', context.callLimit());
    expect(await handler.check(effect)).toMatchObject({ state: 'NotDone' });
    await handler.perform(effect);
    expect(await handler.check(effect)).toMatchObject({ state: 'Done' });
    expect((await anonymously('switch-east', openKey(activationTerm))).status).toBe(404);
  });

  it('gives up on a region that hangs within the time for fencing', async () => {
    const impatient = new EffectContext(examplePlan(), { ...defaultTiming, fenceMs: 50 }, aws.clients);
    aws.faults.add({ service: 's3', operation: '*', kind: 'Delay', delayMs: 1_000, count: 1 });
    const effect = { kind: 'close-traffic', site: 'primary', activationTerm } as const;
    await expect(new CloseTraffic(impatient).check(effect)).rejects.toMatchObject({ kind: 'Retryable' });
  });
});

describe('fence-database and unfence', () => {
  const fence = { kind: 'fence-database', site: 'primary' } as const;
  const denied = () => !aws.acl.permits(5432, 50_000);

  it.each([['trading-db-acl'], ['acl-0a1b2c3d']])(
    'cuts the application from the database, ACL %s',
    async (networkAcl) => {
      const fencing = { networkAcl, applicationCidrs: ['10.0.10.0/24', '10.0.11.0/24'] };
      const own = new EffectContext(examplePlan({ site: { fencing } }), defaultTiming, aws.clients);
      const handler = fenceOf(own);
      const unfence = new Unfence(own);
      const undo = { kind: 'unfence', site: 'primary', activationTerm } as const;

      expect(await handler.check(fence)).toMatchObject({ state: 'NotDone' });
      expect(denied()).toBe(false);
      await handler.perform(fence);
      expect(await handler.check(fence)).toMatchObject({ state: 'Done' });
      expect(denied()).toBe(true);
      expect(aws.acl.permits(443, 50_000)).toBe(true);
      await handler.perform(fence);
      expect(await unfence.check(undo)).toMatchObject({ state: 'NotDone' });

      await unfence.perform(undo);
      expect(await unfence.check(undo)).toMatchObject({ state: 'Done' });
      expect(denied()).toBe(false);
      expect(await anonymously('switch-east', openKey(activationTerm))).toMatchObject({
        body: switchObjectBody('trading', activationTerm),
      });
    },
  );

  it('completes a fence of which half stands', async () => {
    const handler = fenceOf(context);
    aws.faults.add({ service: 'ec2', operation: 'CreateNetworkAclEntry', kind: 'Throttle', count: 1 });
    await expect(handler.perform(fence)).rejects.toMatchObject({ kind: 'Retryable' });
    expect(await handler.check(fence)).toMatchObject({ state: 'NotDone' });
    await handler.perform(fence);
    expect(await handler.check(fence)).toMatchObject({ state: 'Done' });
  });

  it('does not overwrite an entry that is not its own', async () => {
    aws.acl.replace([
      ...defaultEntries,
      { ruleNumber: 1, egress: false, action: 'allow', protocol: '-1', cidr: '10.0.0.0/8' },
    ]);
    const handler = fenceOf(context);
    await expect(handler.check(fence)).rejects.toMatchObject({ kind: 'Refused', code: 'RuleNumberTaken' });
  });

  it('refuses an ACL that does not exist', async () => {
    const fencing = { networkAcl: 'nobody', applicationCidrs: ['10.0.10.0/24'] };
    const lost = new EffectContext(examplePlan({ site: { fencing } }), defaultTiming, aws.clients);
    await expect(fenceOf(lost).check(fence)).rejects.toMatchObject({ code: 'NetworkAclNotFound' });
  });
});
