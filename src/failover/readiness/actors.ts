import { findingOf } from '../../api/findings.ts';
import { type Site, sites } from '../../api/site.ts';
import { type Outcome, type ReadinessContext, type Rule, whenKnown } from './context.ts';
import type { Fact } from './fact.ts';
import type { HeldPlanFacts, ReadinessFacts } from './facts.ts';

/** So long an alarm may go without data before that is strange: it is what a new one does. */
const settledAfterMs = 15 * 60_000;
const mostAlarmsNamed = 5;

/** Who acts: by one plan, with the permissions, over a journal that lasts, woken by alarms that ring. */
export const actors: Rule = (context) => [...sites.flatMap((site) => ofSite(context, site)), ...heldByWitness(context)];

function ofSite(context: ReadinessContext, site: Site): readonly Outcome[] {
  return [
    ...heldPlan(context, site),
    ...permissions(context, site),
    ...journalTable(context, site),
    ...alarms(context, site),
    ...transport(context, site),
  ];
}

function heldPlan({ plan, facts }: ReadinessContext, site: Site): readonly Outcome[] {
  return samePlan(facts, facts.sites[site].heldPlan, plan.sites[site].region, site);
}

function heldByWitness({ plan: { witness }, facts }: ReadinessContext): readonly Outcome[] {
  return witness === undefined ? [] : samePlan(facts, facts.witnessPlan, witness.region, undefined);
}

function samePlan(
  { planHash: own }: ReadinessFacts,
  found: Fact<HeldPlanFacts | null>,
  region: string,
  site: Site | undefined,
): readonly Outcome[] {
  return whenKnown(found, `which plan the functions in ${region} hold`, site, (held) => {
    if (held === null || held.hash === own) return [];
    const { parameter, hash } = held;
    return [findingOf('PlanDiffers', { parameter, region, held: hash ?? '(not a plan)', own }, site)];
  });
}

function permissions({ plan, facts }: ReadinessContext, site: Site): readonly Outcome[] {
  const { region } = plan.sites[site];
  const { actor } = facts;
  return facts.sites[site].permissions.flatMap(({ action, refusal }) =>
    whenKnown(refusal, `whether ${actor} may ${action} in ${region}`, site, (reason) =>
      reason === null ? [] : [findingOf('PermissionMissing', { actor, action, region, reason }, site)],
    ),
  );
}

function journalTable({ plan, facts }: ReadinessContext, site: Site): readonly Outcome[] {
  const { region, journalTable: table } = plan.sites[site];
  return whenKnown(facts.sites[site].journalTable, `whether table ${table} in ${region} is kept`, site, (found) => {
    if (found === null) return [findingOf('JournalMissing', { table, region, site }, site)];
    return found.isRecoverable ? [] : [findingOf('JournalNotRecoverable', { table, region }, site)];
  });
}

function alarms({ plan, facts, nowMs }: ReadinessContext, site: Site): readonly Outcome[] {
  const { region, topicArn } = plan.sites[site];
  if (topicArn === undefined) return [];
  return whenKnown(facts.sites[site].alarms, `the alarms in ${region}`, site, (found) => {
    const mute = found.filter(
      ({ state, sinceMs }) => state === 'INSUFFICIENT_DATA' && sinceMs !== null && nowMs - sinceMs > settledAfterMs,
    );
    if (mute.length === 0) return [];
    const names = mute.map(({ name }) => name).sort();
    const more = names.length - mostAlarmsNamed;
    const named = names.slice(0, mostAlarmsNamed).join(', ') + (more > 0 ? ` and ${more} more` : '');
    const values = { region, count: mute.length, minutes: settledAfterMs / 60_000, alarms: named };
    return [findingOf('AlarmsWithoutData', values, site)];
  });
}

/** Without a URL the site is asked by its load balancer, over HTTP. */
function transport({ plan }: ReadinessContext, site: Site): readonly Outcome[] {
  const url = plan.sites[site].endpointUrl ?? 'the load balancer over HTTP';
  return url.startsWith('https:') ? [] : [findingOf('WithoutTls', { site, url }, site)];
}
