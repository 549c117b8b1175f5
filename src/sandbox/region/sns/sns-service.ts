import { randomUUID } from 'node:crypto';
import { CreateTopicCommand, ListTopicsCommand, PublishCommand } from '@aws-sdk/client-sns';
import { AwsError } from '../wire/aws-error.ts';
import { operation } from '../wire/operation.ts';
import { queryService } from '../wire/query-service.ts';
import type { Service } from '../wire/service.ts';

export interface Notification {
  readonly topicArn: string;
  readonly subject?: string;
  readonly message: string;
  readonly messageId: string;
}

export interface SnsOptions {
  readonly region: string;
  readonly accountId: string;
  /** Names. */
  readonly topics: readonly string[];
  readonly onNotification: (notification: Notification) => void;
}

/** Topics that pass each message to the world's owner in place of subscribers. */
export function snsService(options: SnsOptions): Service {
  const arnOf = (name: string) => `arn:aws:sns:${options.region}:${options.accountId}:${name}`;
  const topics = new Set(options.topics.map(arnOf));

  return queryService({
    signingName: 'sns',
    xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
    operations: [
      operation(CreateTopicCommand, ({ Name = '' }) => {
        topics.add(arnOf(Name));
        return { TopicArn: arnOf(Name) };
      }),
      operation(ListTopicsCommand, () => ({ Topics: [...topics].map((TopicArn) => ({ TopicArn })) })),
      operation(PublishCommand, ({ TopicArn = '', Subject, Message = '' }) => {
        if (!topics.has(TopicArn)) throw new AwsError('NotFound', 'Topic does not exist', 404);
        const messageId = randomUUID();
        options.onNotification({
          topicArn: TopicArn,
          message: Message,
          messageId,
          ...(Subject === undefined ? {} : { subject: Subject }),
        });
        return { MessageId: messageId };
      }),
    ],
  });
}
