import { z } from 'zod';
import { journalFormat } from '../failover/journal.ts';
import { PortError } from '../failover/port-error.ts';

/** The JSON documents of the journal's table, read with suspicion: acting on half a document is worse than not acting. */

export function documentText(document: object): string {
  return JSON.stringify(document);
}

/**
 * @param what names the document in an error, such as `the journal of trading in trading-journal-prod`.
 * @throws PortError `Refused` if the text is missing, is no JSON, does not fit, or is of a later format.
 */
export function parseDocument<Schema extends z.ZodType>(
  text: string | undefined,
  schema: Schema,
  what: string,
): z.output<Schema> {
  const document = text === undefined ? undefined : jsonOf(text);
  if (document === undefined) {
    throw new PortError('Refused', 'JournalDamaged', `${what} is not JSON: restore it, or delete it by hand`);
  }
  const format = formatSchema.safeParse(document);
  if (format.success && format.data.format > journalFormat) {
    throw new PortError(
      'Refused',
      'JournalTooNew',
      `${what} has format ${format.data.format}, and this version of Understudy knows ${journalFormat}: run the version that wrote it`,
    );
  }
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined ? '' : `: ${issue.path.join('.')}: ${issue.message}`;
  throw new PortError('Refused', 'JournalDamaged', `${what} cannot be understood${where}`);
}

const formatSchema = z.object({ format: z.number() });

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
