import type { DBInstance, Tag } from '@aws-sdk/client-rds';

/**
 * An instance's tags, for what is made of it or in its place. Those that AWS itself has set may not be given to anything.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html
 */
export function instanceTags({ TagList }: DBInstance): Tag[] {
  return (TagList ?? []).filter(({ Key }) => Key !== undefined && !Key.startsWith('aws:'));
}
