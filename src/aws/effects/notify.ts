import { PublishCommand } from '@aws-sdk/client-sns';
import { type Site, sites } from '../../api/site.ts';
import type { EffectOf, Look } from '../../failover/effect.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import { mutatingCall } from '../bounded-call.ts';
import type { EffectContext } from './effect-context.ts';

/**
 * Publishes to the SNS topics of both sites at once; one that accepts is enough, since one of the regions may be the
 * one that is gone. Nothing can be looked up about a message, so a handler remembers its own, and another actor may
 * send the same one again.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export class Notify implements EffectHandler<'notify'> {
  readonly #context: EffectContext;
  readonly #sent = new Set<string>();

  constructor(context: EffectContext) {
    this.#context = context;
  }

  async check(effect: EffectOf<'notify'>): Promise<Look> {
    if (this.#topics().length === 0) return { state: 'Done', detail: 'the plan names no topic' };
    return this.#sent.has(keyOf(effect))
      ? { state: 'Done', detail: 'published' }
      : { state: 'NotDone', detail: 'not published by this actor' };
  }

  async perform(effect: EffectOf<'notify'>): Promise<void> {
    const topics = this.#topics();
    if (topics.length === 0) return;
    try {
      await Promise.any(topics.map(({ site, arn }) => this.#publish(site, arn, effect)));
    } catch (error) {
      // All of them failed, each with a PortError; the first stands for all.
      throw error instanceof AggregateError ? error.errors[0] : error;
    }
    this.#sent.add(keyOf(effect));
  }

  async #publish(site: Site, arn: string, { subject, message }: EffectOf<'notify'>): Promise<void> {
    const client = this.#context.clients.sns(this.#context.region(site));
    const command = new PublishCommand({ TopicArn: arn, Subject: subjectLine(subject), Message: message });
    await mutatingCall(this.#context.callLimit(), (options) => client.send(command, options));
  }

  #topics(): { readonly site: Site; readonly arn: string }[] {
    return sites.flatMap((site) => {
      const arn = this.#context.plan.sites[site].topicArn;
      return arn === undefined ? [] : [{ site, arn }];
    });
  }
}

function keyOf({ subject, message }: EffectOf<'notify'>): string {
  return JSON.stringify([subject, message]);
}

/** SNS takes printable ASCII, at most 100 characters, and refuses the whole message otherwise. */
function subjectLine(subject: string): string {
  return subject.replaceAll(/[^ -~]/g, '?').slice(0, 100);
}
