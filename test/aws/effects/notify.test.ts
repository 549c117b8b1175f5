import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EffectContext } from '../../../src/aws/effects/effect-context.ts';
import { Notify } from '../../../src/aws/effects/notify.ts';
import { defaultTiming } from '../../../src/failover/timing.ts';
import { examplePlan } from '../example-plan.ts';
import { type LocalAws, startLocalAws } from '../local-aws.ts';

let aws: LocalAws;
let context: EffectContext;
beforeAll(async () => {
  aws = await startLocalAws();
  context = new EffectContext(examplePlan(), defaultTiming, aws.clients);
});
afterAll(() => aws.close());
beforeEach(() => aws.faults.clear());

const notice = (subject: string) => ({ kind: 'notify', subject, message: 'secondary is active' }) as const;

describe('notify', () => {
  it('publishes, and knows that it has', async () => {
    const handler = new Notify(context);
    expect(await handler.check(notice('one'))).toMatchObject({ state: 'NotDone' });
    await handler.perform(notice('one'));
    expect(await handler.check(notice('one'))).toMatchObject({ state: 'Done' });
    expect(await handler.check(notice('another'))).toMatchObject({ state: 'NotDone' });
    expect(aws.notifications).toContainEqual(
      expect.objectContaining({ subject: 'one', message: 'secondary is active' }),
    );
  });

  it('is content with one topic of two', async () => {
    const handler = new Notify(context);
    aws.faults.add({ service: 'sns', operation: 'Publish', kind: 'InternalError', count: 1 });
    await handler.perform(notice('half'));
    expect(await handler.check(notice('half'))).toMatchObject({ state: 'Done' });
  });

  it('fails, and is not done, when neither topic takes it', async () => {
    const handler = new Notify(context);
    aws.faults.add({ service: 'sns', operation: 'Publish', kind: 'Throttle' });
    await expect(handler.perform(notice('none'))).rejects.toMatchObject({ kind: 'Retryable' });
    expect(await handler.check(notice('none'))).toMatchObject({ state: 'NotDone' });
  });

  it('cuts a subject to what SNS takes', async () => {
    await new Notify(context).perform(notice(`ünï\n${'x'.repeat(200)}`));
    const subjects = aws.notifications.map(({ subject }) => subject ?? '');
    expect(subjects).toContain(`?n??${'x'.repeat(96)}`);
  });

  it('has nothing to do for a plan without topics', async () => {
    const plan = examplePlan();
    const { topicArn: _one, ...primary } = plan.sites.primary;
    const { topicArn: _other, ...secondary } = plan.sites.secondary;
    const quiet = new EffectContext({ ...plan, sites: { primary, secondary } }, defaultTiming, aws.clients);
    expect(await new Notify(quiet).check(notice('x'))).toMatchObject({ state: 'Done' });
  });
});
