import type { FailoverPlanCondition } from '../../src/api/failover-plan-status.ts';
import { sites } from '../../src/api/site.ts';
import { ifKnown } from '../../src/failover/readiness/fact.ts';
import type { RolesReport } from '../desired-state/roles-report.ts';
import type { PlanView } from '../plan-runner/plan-view.ts';
import type { NewCondition } from '../runtime/conditions.ts';
import { type PhaseWords, protectionMissing } from './plan-phase.ts';

type Said = Pick<NewCondition, 'status' | 'reason' | 'message'>;

/**
 * All conditions of a plan, in the order in which people ask.
 *
 * @param roles what came of writing the roles where Crossplane reads them; undefined before it was tried.
 */
export function planConditions(
  view: PlanView,
  words: PhaseWords,
  roles: RolesReport | undefined,
): readonly (Said & { readonly type: FailoverPlanCondition })[] {
  return [
    { type: 'Ready', ...ready(words) },
    { type: 'StandbyReady', ...standbyReady(view) },
    { type: 'Protected', ...protection(view) },
    { type: 'Automatic', ...automatic(view) },
    { type: 'Agreed', ...agreed(view) },
    { type: 'FencePending', ...fencePending(view) },
    { type: 'RolesWritten', ...rolesWritten(roles) },
  ];
}

/** Whether a failover would succeed now. */
function ready({ phase, message }: PhaseWords): Said {
  switch (phase) {
    case 'Protected':
    case 'Degraded':
      return yes(phase, message);
    case 'Unknown':
      return untold(phase, message);
    case 'Suspect':
    case 'FailingOver':
    case 'Unprotected':
    case 'Reprotecting':
      return no(phase, message);
  }
}

function standbyReady({ decided }: PlanView): Said {
  const { standby } = decided?.assessment ?? {};
  if (standby === undefined) return untold('NotLookedAt', 'The standby has not been looked at yet.');
  const [first] = standby.reasons;
  if (first === undefined) return yes('ReplicaAvailable', `The database of ${standby.site} is an available replica.`);
  const message = standby.reasons.map((reason) => `${reason.message}: ${reason.clears}`).join('; ');
  return first.code === 'StandbyUnreadable' ? untold(first.code, message) : no(first.code, message);
}

function protection(view: PlanView): Said {
  const { journal } = view;
  if (journal === null) return untold('NoJournal', 'The journal has not been read yet.');
  const missing = protectionMissing(view, journal);
  if (missing === null) return yes('StandbyCanTakeOver', 'A replica and the switch to it are in place.');
  return no('NothingCanTakeOver', missing);
}

function automatic({ journal }: PlanView): Said {
  if (journal === null) return untold('NoJournal', 'The journal has not been read yet.');
  if (journal.suspended) return no('Suspended', 'Every actor holds, since the plan is suspended.');
  return journal.mode === 'Automatic'
    ? yes('Automatic', 'An outage starts a failover.')
    : no('Manual', 'An outage alerts, and a person starts the failover.');
}

/** Whether the functions of all regions work by the same plan. */
function agreed({ readiness, planHash, spec }: PlanView): Said {
  if (readiness === null) return untold('NotLookedAt', 'The functions of the sites have not been looked at yet.');
  const unknown: string[] = [];
  const other: string[] = [];
  const same: string[] = [];
  const { facts } = readiness;
  const places = [
    ...sites.map((site) => ({ who: site, region: spec.sites[site].region, fact: facts.sites[site].heldPlan })),
    ...(spec.witness === undefined ? [] : [{ who: 'witness', region: spec.witness.region, fact: facts.witnessPlan }]),
  ];
  for (const { who, region, fact } of places) {
    const held = ifKnown(fact);
    if (!fact.known) unknown.push(`${who}: ${fact.why}`);
    if (held === null) continue;
    if (held.hash === planHash) same.push(region);
    else other.push(`${held.parameter} in ${region} has ${held.hash ?? 'no plan'}, the controller ${planHash}`);
  }
  if (other.length > 0) {
    return no('AnotherPlan', `${other.join('; ')}. Apply the manifests of one synth, plan and stacks together.`);
  }
  if (unknown.length > 0) return untold('CannotTell', unknown.join('; '));
  return same.length === 0
    ? yes('NoFunctions', 'No function acts on this plan.')
    : yes('SamePlan', `The functions in ${same.join(', ')} work by plan ${planHash}.`);
}

function fencePending({ journal }: PlanView): Said {
  if (journal === null) return untold('NoJournal', 'The journal has not been read yet.');
  const { pendingFence, fenced } = journal;
  if (pendingFence !== null) {
    const { site, reason } = pendingFence;
    return yes('NotProven', `${site} was active before and is not proven to take no writes: ${reason}.`);
  }
  return fenced === null
    ? no('NothingToFence', 'No former active is left to be fenced.')
    : no('Fenced', `${fenced} was active before and is proven to take no writes.`);
}

function rolesWritten(report: RolesReport | undefined): Said {
  if (report === undefined) return untold('NotYet', 'Nothing has been written yet.');
  const { reason, message } = report;
  switch (report.state) {
    case 'Written':
      return yes(reason, message);
    case 'Waiting':
      return no(reason, message);
    case 'CannotTell':
      return untold(reason, message);
  }
}

function yes(reason: string, message: string): Said {
  return { status: 'True', reason, message };
}

function no(reason: string, message: string): Said {
  return { status: 'False', reason, message };
}

function untold(reason: string, message: string): Said {
  return { status: 'Unknown', reason, message };
}
