import { UnderstudyError } from '../../api/errors.ts';
import { otherSite, type Site } from '../../api/site.ts';
import { takeoverKey } from '../../api/switch-objects.ts';
import type { AwsClients } from '../../aws/clients.ts';
import { DynamoDbJournal } from '../../aws/dynamodb-journal.ts';
import type { EffectContext } from '../../aws/effects/effect-context.ts';
import { Unfence } from '../../aws/effects/network-fence.ts';
import type { SwitchBucket } from '../../aws/switch-bucket.ts';
import type { Look } from '../../failover/effect.ts';
import type { Journal } from '../../failover/journal.ts';
import type { Plan } from '../../failover/plan.ts';
import { PortError } from '../../failover/port-error.ts';

/** What somebody at a keyboard can see, where a region may be dark. */
export type Seen<Value> =
  | { readonly dark: false; readonly value: Value }
  /** Nobody answers there. */
  | { readonly dark: true; readonly why: string };

/** A takeover marker, where it would be. */
export interface MarkerLook {
  readonly where: string;
  readonly isThere: Seen<boolean>;
}

/** All that says whether a site may have its database and its traffic back. */
export interface UnfenceEvidence {
  /** The document in each site's table; `null`: the table has none. */
  readonly journals: Readonly<Record<Site, Seen<Journal | null>>>;
  /** Of the other site, in its own region. */
  readonly marker: MarkerLook;
  /** Of the other site, in the witness's region; `null` where the plan has none. */
  readonly witness: MarkerLook | null;
  /** `Done`: the site has everything already. */
  readonly fence: Look;
}

/**
 * Looks, and changes nothing. A region that does not answer at all is dark; one that answers and does not say is no
 * evidence of anything.
 *
 * @param activationTerm that the site was active in.
 * @throws UnderstudyError US2010 where the site itself is dark, or an answer refuses to say.
 */
export async function lookBeforeUnfencing(
  context: EffectContext,
  site: Site,
  activationTerm: number,
): Promise<UnfenceEvidence> {
  const { plan, clients } = context;
  const key = takeoverKey(activationTerm + 1);
  const markerIn = async (bucket: SwitchBucket): Promise<MarkerLook> => ({
    where: `${bucket}/${key}`,
    isThere: await seen(`${bucket}/${key}`, async () => (await bucket.read(key, context.callLimit())) !== null),
  });
  const witnessBucket = context.witnessBucket();
  const journalAt = (each: Site) => readJournal(plan, clients, each, context.timing.callMs);
  const [primary, secondary, marker, witness, fence] = await Promise.all([
    journalAt('primary'),
    journalAt('secondary'),
    markerIn(context.switchBucket(otherSite(site))),
    witnessBucket === null ? null : markerIn(witnessBucket),
    seen(`the fence of ${site}`, () => new Unfence(context).check({ kind: 'unfence', site, activationTerm })),
  ]);
  if (fence.dark) throw cannotSee(`${plan.sites[site].region} does not answer: ${fence.why}`);
  return { journals: { primary, secondary }, marker, witness, fence: fence.value };
}

function readJournal(plan: Plan, clients: AwsClients, site: Site, callMs: number): Promise<Seen<Journal | null>> {
  const { region, journalTable: table } = plan.sites[site];
  const client = clients.dynamoDb(region);
  const journal = new DynamoDbJournal({ client, table, plan: plan.name, callMs, trouble: () => {} });
  return seen(`the journal in ${region}`, () => journal.read());
}

/** @throws UnderstudyError US2010 */
async function seen<Value>(what: string, look: () => Promise<Value>): Promise<Seen<Value>> {
  try {
    return { dark: false, value: await look() };
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    if (!isDark(error)) throw cannotSee(`${what}: ${error.message}`, error);
    return { dark: true, why: error.message };
  }
}

/** No answer, or one by which the service itself is down: nobody else has a better one. */
function isDark({ cause, kind }: PortError): boolean {
  if (kind === 'Refused') return false;
  if (isCredentialsError(cause)) return false;
  const status = statusOf(cause);
  return status === undefined || status >= 500;
}

/** The SDK never got as far as asking anybody. */
function isCredentialsError(cause: unknown): boolean {
  return cause instanceof Object && 'name' in cause && /^(Credentials|Token)ProviderError$/.test(String(cause.name));
}

function statusOf(cause: unknown): number | undefined {
  return (cause as { readonly $metadata?: { readonly httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
}

function cannotSee(message: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError('US2010', message, { cause });
}
