import type { FailoverObject } from '../cluster/objects.ts';

/** `trading#7`, or the object's name while it has no number. */
export function operationName({ metadata, status }: FailoverObject): string {
  return status?.operationId ?? metadata.name;
}
