import { z } from 'zod';
import { openKey, takeoverKey } from '../../api/switch-objects.ts';

const oneOrMany = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

/** What of a bucket policy's statement decides who may read. */
const statementSchema = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.unknown(),
  Action: oneOrMany.optional(),
  Resource: oneOrMany.optional(),
  Condition: z.record(z.string(), z.record(z.string(), oneOrMany)).optional(),
});
const policySchema = z.object({ Statement: z.union([statementSchema, z.array(statementSchema)]) });

type Statement = z.output<typeof statementSchema>;

const everywhere = '0.0.0.0/0';
/** A term that no activation has: only a wildcard covers its keys. */
const anyTerm = 987_654_321;

/**
 * The ranges from which anybody may read both kinds of the switch's objects, by a bucket's policy. Only plain statements
 * are understood: allowing everybody, with no condition but on the address. Whatever else stands there counts as not
 * allowing, and a denial of everybody as denying everywhere.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html
 * @throws Error if the text is no policy.
 */
export function rangesThatMayRead(policy: string, bucket: string): readonly string[] {
  const { Statement } = policySchema.parse(JSON.parse(policy));
  const statements = [Statement].flat().filter((statement) => isForEverybody(statement) && isOfReading(statement));
  const keys = [openKey(anyTerm), takeoverKey(anyTerm)];
  const [open = [], takeover = []] = keys.map((key) => rangesFor(statements, `arn:aws:s3:::${bucket}/${key}`));
  if (open.includes(everywhere)) return takeover;
  return takeover.includes(everywhere) ? open : open.filter((range) => takeover.includes(range));
}

function rangesFor(statements: readonly Statement[], object: string): readonly string[] {
  const ours = statements.filter(({ Resource = [] }) => Resource.some((pattern) => matches(pattern, object)));
  const isDenied = ours.some(({ Effect, Condition }) => Effect === 'Deny' && Condition === undefined);
  return isDenied ? [] : ours.filter(({ Effect }) => Effect === 'Allow').flatMap(addressesOf);
}

function addressesOf({ Condition = {} }: Statement): readonly string[] {
  const conditions = Object.entries(Condition);
  if (conditions.length === 0) return [everywhere];
  const [operator, values] = conditions[0] ?? [];
  const [key, ranges = []] = Object.entries(values ?? {})[0] ?? [];
  const isPlain = conditions.length === 1 && Object.keys(values ?? {}).length === 1;
  return isPlain && operator === 'IpAddress' && key?.toLowerCase() === 'aws:sourceip' ? ranges : [];
}

function isForEverybody({ Principal }: Statement): boolean {
  const everybody = z.union([z.literal('*'), z.object({ AWS: z.union([z.literal('*'), z.tuple([z.literal('*')])]) })]);
  return everybody.safeParse(Principal).success;
}

function isOfReading({ Action = [] }: Statement): boolean {
  return Action.some((pattern) => matches(pattern.toLowerCase(), 's3:getobject'));
}

/** IAM's wildcards: `*` for any text, `?` for one character. */
function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(text);
}
