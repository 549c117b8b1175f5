import { sqs } from '../builder/aws-kinds.ts';
import type { CapabilityScope } from '../builder/capability.ts';
import type { CompositeSchema } from '../builder/composite-schema.ts';
import type { Tags, Text } from '../text.ts';

/** The longest that SQS keeps a message: long enough for somebody to come back from a holiday. */
const keptSeconds = 14 * 24 * 60 * 60;

/** The queue of what the functions of a region could not handle. */
export function deadLetterQueue<S extends CompositeSchema>(
  { resource }: Pick<CapabilityScope<S>, 'resource'>,
  { region, name, tags }: { readonly region: Text; readonly name: string; readonly tags: Tags },
): void {
  resource('dead-letter-queue', sqs.Queue, {
    forProvider: { region, name, messageRetentionSeconds: keptSeconds, sqsManagedSseEnabled: true, tags },
  });
}
