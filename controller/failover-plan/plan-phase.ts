import type { PlanPhase } from '../../src/api/failover-plan-status.ts';
import { otherSite, type Site } from '../../src/api/site.ts';
import type { Reason } from '../../src/failover/assess.ts';
import type { Journal } from '../../src/failover/journal.ts';
import { lossToAccept } from '../../src/failover/loss-to-accept.ts';
import { isSettled, type Operation } from '../../src/failover/operation.ts';
import { spanText } from '../../src/failover/readiness/span-text.ts';
import { movesTheWriter } from '../../src/failover/steps/steps-of.ts';
import type { PlanView } from '../plan-runner/plan-view.ts';

/** One word for how safe the application is, and a sentence that says why and what would change it. */
export interface PhaseWords {
  readonly phase: PlanPhase;
  readonly message: string;
}

/** Pure: the same view gives the same words. The most urgent truth wins. */
export function phaseOf(view: PlanView): PhaseWords {
  const { journal, decided, trouble } = view;
  if (journal === null) return unknown(trouble?.message ?? 'The journal has not been read yet.');
  if (trouble !== null) return unknown(trouble.message);
  const { operation } = journal;
  if (operation !== null && operation.action !== 'Drill') {
    const phase = movesTheWriter(operation.action) ? 'FailingOver' : 'Reprotecting';
    return { phase, message: operationWords(operation) };
  }
  if (decided === null) {
    if (operation !== null) return unknown(operationWords(operation));
    return unknown('Neither site has been looked at yet.');
  }
  // Right after a takeover the latest look is one at the former active; the operation has just proven the present one.
  const verdict =
    decided.assessment.active.site === journal.activation.active ? decided.assessment.active.verdict : 'Up';
  const { active } = decided.assessment;
  if (verdict === 'Unknown')
    return unknown(`${at(view, active.site)} cannot be judged: ${reasonWords(active.reasons)}`);
  if (verdict !== 'Up') return { phase: 'Suspect', message: suspectWords(view) };
  const drill = operation === null ? '' : ` ${operationWords(operation)}`;
  const { phase, message } = calmPhase(view, journal);
  return { phase, message: `${message}${drill}` };
}

/** The active is well: is there anything to fail over to? */
function calmPhase(view: PlanView, journal: Journal): PhaseWords {
  const { active } = journal.activation;
  const standby = otherSite(active);
  const missing = protectionMissing(view, journal);
  if (missing !== null) {
    return { phase: 'Unprotected', message: `${at(view, active)} serves, and nothing can take over: ${missing}` };
  }
  const weak = weaknesses(view, journal);
  const can = `${at(view, active)} serves, and ${at(view, standby)} can take over`;
  const [first, ...others] = weak;
  if (first === undefined) return { phase: 'Protected', message: `${can}${expected(view)}.` };
  const more = others.length === 0 ? '' : ` And ${others.length} more: see findings.`;
  return { phase: 'Degraded', message: `${can}, but ${first}${more}` };
}

/** Why a failover could not succeed at all; null: it could. */
export function protectionMissing(view: PlanView, journal: Journal): string | null {
  const standby = otherSite(journal.activation.active);
  if (journal.switchTerm !== journal.activation.term) {
    return `no marker at ${standby} moves traffic since the last operation. Run: understudy reprotect ${view.plan.name}.`;
  }
  if (journal.fenced === standby) {
    return `${standby} is fenced since it was active. Run: understudy reprotect ${view.plan.name}.`;
  }
  if (journal.rebuilding?.site === standby && journal.operation === null) {
    return `the rebuilding of ${standby} was not finished. Run: understudy reprotect ${view.plan.name}.`;
  }
  const { standby: readiness } = view.decided?.assessment ?? {};
  if (readiness === undefined || readiness.ready) return null;
  return reasonWords(readiness.reasons);
}

/** Each as the end of a sentence that begins with "but". */
function weaknesses(view: PlanView, { suspended, mode, pendingFence, pendingUnfence }: Journal): string[] {
  const words: string[] = [];
  if (suspended) words.push('the plan is suspended: nobody fails it over. Set spec.suspended to false.');
  if (pendingFence !== null) words.push(`${pendingFence.site} is not proven fenced: ${pendingFence.reason}.`);
  if (pendingUnfence !== null) {
    words.push(`${pendingUnfence.site} has not got back all that an aborted operation took: ${pendingUnfence.reason}.`);
  }
  const lag = view.decided?.assessment.loss.observedLossSeconds ?? null;
  if (lag !== null && lag > view.plan.maxDataLossSeconds) {
    words.push(
      `it is ${spanText(lag * 1000)} behind, and ${spanText(view.plan.maxDataLossSeconds * 1000)} may be lost.`,
    );
  }
  const errors = (view.readiness?.findings ?? []).filter(({ severity }) => severity === 'Error');
  words.push(...errors.map(({ code, message, remedy }) => `${message} (${code}). ${remedy}`));
  const holds =
    view.decided?.decision.kind === 'Hold' && mode === 'Automatic' && !suspended ? view.decided.decision.reasons : [];
  words.push(...holds.map(({ message, clears }) => `a request waits: ${message}. What would change it: ${clears}.`));
  return words;
}

/** Not the lag: it moves all the time, and has a field of its own. */
function expected({ readiness }: PlanView): string {
  return readiness === null ? '' : ` in about ${spanText(readiness.predictedRto.totalMs)}`;
}

function suspectWords(view: PlanView): string {
  const { active, standby } = view.decided?.assessment ?? {};
  const { decision } = view.decided ?? {};
  if (active === undefined || standby === undefined) return '';
  const seen = `${at(view, active.site)} looks ${active.verdict === 'Down' ? 'down' : 'bad'}`;
  if (decision?.kind === 'Hold') return `${seen}, and nothing is done yet: ${reasonWords(decision.reasons)}`;
  return active.verdict === 'Down'
    ? `${seen} to enough of those who look, and a failover to ${at(view, standby.site)} begins.`
    : `${seen}: ${reasonWords(active.reasons)}`;
}

/** What an operation does now, or what it waits for and how to give it. */
export function operationWords(operation: Operation): string {
  const { id, action, from, to, phase } = operation;
  const moves = movesTheWriter(action) ? ` from ${from} to ${to}` : ` in ${to}`;
  const what = `${id}: ${action}${moves}`;
  switch (phase) {
    case 'WaitingForConsent': {
      const { words, toAccept } = lossToAccept(operation);
      return `${what} waits for consent to ${toAccept}: ${words}.`;
    }
    case 'Aborting':
      return `${what} is being called off: ${operation.abort.reason}.`;
    case 'WaitingForHuman':
    case 'Running': {
      const step = stepInHand(operation);
      const at =
        step === undefined ? 'is ending' : `is at ${step.name}${step.message === '' ? '' : `: ${step.message}`}`;
      return phase === 'Running'
        ? `${what} ${at}.`
        : `${what} waits for a person and ${at}. Put that right; it goes on by itself.`;
    }
  }
}

/** The step that people wait for: the first that has begun and is not settled, or else the first that is not. */
export function stepInHand({ steps }: Operation) {
  const open = steps.filter((step) => !isSettled(step));
  return open.find(({ phase }) => phase !== 'Pending') ?? open[0];
}

function reasonWords(reasons: readonly Reason[]): string {
  if (reasons.length === 0) return 'nobody says why.';
  return reasons.map(({ message, clears }) => `${message}. What would change it: ${clears}.`).join(' ');
}

function at({ plan }: PlanView, site: Site): string {
  return `${site} (${plan.sites[site].region})`;
}

function unknown(message: string): PhaseWords {
  return { phase: 'Unknown', message };
}
