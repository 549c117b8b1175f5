import { createHash } from 'node:crypto';
import { sns } from './builder/aws-kinds.ts';
import type { CapabilityScope } from './builder/capability.ts';
import type { CompositeSchema } from './builder/composite-schema.ts';
import { ref } from './builder/references.ts';
import { externalName } from './external-name.ts';
import type { Tags, Text } from './text.ts';

export interface TopicProps {
  readonly region: Text;
  readonly name: string;
  readonly emails: readonly string[];
  readonly tags: Tags;
}

/**
 * An SNS topic that mails what it is told. Each address confirms once, by a link that AWS sends. It is not encrypted with
 * AWS's own key for SNS, under which CloudWatch's alarms would not arrive.
 *
 * Source: "Amazon SNS data encryption" and its list of AWS services that need a key of one's own, Amazon SNS Developer
 * Guide.
 *
 * @param key names the topic in the composition.
 */
export function topic<S extends CompositeSchema>(
  { resource }: Pick<CapabilityScope<S>, 'resource'>,
  key: string,
  { region, name, emails, tags }: TopicProps,
) {
  const made = resource(key, sns.Topic, { forProvider: { region, tags } }, { annotations: externalName(name) });
  for (const endpoint of emails) {
    resource(`${key}-${slugOf(endpoint)}`, sns.TopicSubscription, {
      forProvider: { region, topicArnRef: ref(made), protocol: 'email', endpoint },
    });
  }
  return made;
}

/** The same for the same address, wherever in the list it stands: an address that moves is no new subscription. */
function slugOf(email: string): string {
  const [name = ''] = email.toLowerCase().split('@');
  const readable = name.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
  return `${readable}-${createHash('sha256').update(email).digest('hex').slice(0, 6)}`.replace(/^-/, '');
}
