import { UnderstudyError } from '../../api/errors.ts';
import { failoverPlanSchema } from '../../api/failover-plan.ts';
import { apiVersion } from '../../api/object-meta.ts';
import { otherSite, type Site } from '../../api/site.ts';
import { openKey } from '../../api/switch-objects.ts';
import { AwsClients } from '../../aws/clients.ts';
import { EffectContext } from '../../aws/effects/effect-context.ts';
import { Unfence } from '../../aws/effects/network-fence.ts';
import { planOf } from '../../failover/plan.ts';
import { PortError } from '../../failover/port-error.ts';
import { defaultTiming } from '../../failover/timing.ts';
import { Cluster } from '../cluster/cluster.ts';
import type { PlanObject } from '../cluster/objects.ts';
import { colorsFor } from '../colors.ts';
import { exitCodes } from '../exit-codes.ts';
import { activationTermOf } from './activation-term.ts';
import { isConfirmed } from './confirm.ts';
import { findPlan, operationsOf } from './find-plan.ts';
import type { ClusterArguments, OperatorSurroundings } from './options.ts';
import { siteText } from './texts.ts';
import { lookBeforeUnfencing, type Seen, type UnfenceEvidence } from './unfence-evidence.ts';
import { checkUnfence } from './unfence-verdict.ts';

export interface UnfenceArguments extends ClusterArguments {
  readonly plan: string;
  readonly term: number | undefined;
  readonly 'dry-run': boolean;
  readonly yes: boolean;
}

/** A person waits, and a region that is gone shows by its silence: longer than the engine would. */
const timing = { ...defaultTiming, callMs: 10_000 };

const colors = colorsFor(process.stderr);

/** Gives the active site back what a switchover took whose journal has died with the standby. */
export async function unfencePlan(
  given: UnfenceArguments,
  { setExitCode, terminal }: OperatorSurroundings,
): Promise<void> {
  const cluster = Cluster.open(given);
  const plan = await findPlan(cluster, given.plan);
  const site = activeOf(plan);
  const activationTerm = await activationTermOf(cluster, plan, site, given.term);
  const clients = new AwsClients({ actor: 'cli', callMs: timing.callMs });
  try {
    const context = new EffectContext(planIn(plan), timing, clients);
    const evidence = await lookBeforeUnfencing(context, site, activationTerm);
    const result = { plan: plan.metadata.name, site, region: plan.spec.sites[site].region, activationTerm };
    const answer = (unfenced: boolean, detail: string): void =>
      console.log(given.json ? JSON.stringify({ ...result, unfenced, detail }, null, 2) : detail);
    if (evidence.fence.state === 'Done') {
      answer(false, `Nothing to do: ${evidence.fence.detail}.`);
      return;
    }
    checkUnfence(plan, site, evidence, await operationsOf(cluster, plan));
    for (const line of pictureOf(plan, site, activationTerm, evidence)) console.error(line);
    if (given['dry-run']) {
      answer(false, 'Nothing was done: --dry-run.');
      return;
    }
    const what = `give ${siteText(plan, site)} its database and its traffic back`;
    if (!given.yes && !(await isConfirmed(terminal, { what, typed: plan.metadata.name }))) {
      console.error('Nothing was done.');
      setExitCode(exitCodes.failure);
      return;
    }
    answer(true, `${await giveBack(context, site, activationTerm)}.`);
  } finally {
    clients.close();
  }
}

/** Who is active is the journal's to say; without it the controller's last word stands. */
function activeOf({ metadata, status }: PlanObject): Site {
  if (status?.active !== undefined) return status.active;
  throw new UnderstudyError('US1028', `nobody has said yet which site of ${metadata.name} is active`);
}

function planIn({ metadata: { name, namespace }, spec }: PlanObject) {
  return planOf(failoverPlanSchema.parse({ apiVersion, kind: 'FailoverPlan', metadata: { name, namespace }, spec }));
}

/** What was seen, what will be done, and what cannot be ruled out. */
function pictureOf(plan: PlanObject, site: Site, term: number, evidence: UnfenceEvidence): string[] {
  const { journals, marker, witness, fence } = evidence;
  const standby = otherSite(site);
  const { switchBucket, fencing } = plan.spec.sites[site];
  const markers = [marker, ...(witness === null ? [] : [witness])];
  return [
    colors.bold(`${plan.metadata.name}: ${siteText(plan, site)} is fenced`),
    `  ${fence.detail}`,
    ...([site, standby] as const).map(
      (each) => `  journal in ${plan.spec.sites[each].region}: ${seenText(journals[each], () => 'it has none there')}`,
    ),
    ...markers.map(({ where, isThere }) => `  ${where}: ${seenText(isThere, () => 'is not there')}`),
    ...(plan.status?.message === undefined ? [] : [`  the controller's last word: ${plan.status.message}`]),
    `It takes the deny entries out of ${fencing?.networkAcl ?? 'no network ACL, since the plan names none'}, and puts s3://${switchBucket}/${openKey(term)} back, so that Route 53 sends clients to ${siteText(plan, site)} again.`,
    colors.yellow(
      `An intent that nobody can see now may stand in ${siteText(plan, standby)}: when that region is back, the switchover would go on by itself, and what ${site} has written since would be lost. Do this only if that region is really gone, and not just from here.`,
    ),
  ];
}

function seenText<Value>(seen: Seen<Value>, text: (value: Value) => string): string {
  return seen.dark ? `no answer (${seen.why})` : text(seen.value);
}

/** @throws UnderstudyError US2010 */
async function giveBack(context: EffectContext, site: Site, activationTerm: number): Promise<string> {
  const unfence = new Unfence(context);
  const effect = { kind: 'unfence', site, activationTerm } as const;
  try {
    await unfence.perform(effect);
    const { state, detail } = await unfence.check(effect);
    if (state === 'Done') return detail;
    throw new UnderstudyError('US2010', `it was asked for, and ${detail}`, { remedy: 'Run the command again.' });
  } catch (cause) {
    if (!(cause instanceof PortError)) throw cause;
    throw new UnderstudyError('US2010', cause.message, { cause, remedy: 'Mend what it says, and run it again.' });
  }
}
