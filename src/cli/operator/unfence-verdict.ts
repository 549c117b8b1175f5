import { UnderstudyError } from '../../api/errors.ts';
import { type Site, sites } from '../../api/site.ts';
import type { Journal } from '../../failover/journal.ts';
import type { FailoverObject, PlanObject } from '../cluster/objects.ts';
import { operationName } from './operation-name.ts';
import { hasEnded, isPastIntent } from './phases.ts';
import type { UnfenceEvidence } from './unfence-evidence.ts';

/**
 * Refuses to give a site back what was taken from it wherever it can be seen that the other one has taken over, will, or
 * has somebody who sees to it.
 *
 * @param operations of the plan, as the controller last saw them.
 * @throws UnderstudyError US1031, US1032 or US2010
 */
export function checkUnfence(
  { metadata: { name } }: PlanObject,
  site: Site,
  evidence: UnfenceEvidence,
  operations: readonly FailoverObject[],
): void {
  const recorded = operations.find((operation) => !hasEnded(operation) && isPastIntent(operation));
  if (recorded !== undefined) {
    throw new UnderstudyError(
      'US1031',
      `the intent of ${operationName(recorded)} is written, as the controller saw it`,
    );
  }
  for (const look of [evidence.marker, evidence.witness]) {
    if (look !== null && !look.isThere.dark && look.isThere.value) {
      throw new UnderstudyError('US1031', `${look.where} is there: traffic has been given to the other site`);
    }
  }
  const journal = reachable(evidence);
  if (journal !== null) refuseByJournal(name, site, journal);
  // The other region may be dark; then the witness is where a takeover would show.
  const telling = evidence.witness ?? evidence.marker;
  if (telling.isThere.dark) {
    const message = `${telling.where} cannot be read, where a takeover would show: ${telling.isThere.why}`;
    throw new UnderstudyError('US2010', message);
  }
}

function refuseByJournal(name: string, site: Site, { operation, activation, fenced }: Journal): void {
  if (operation?.intent != null) {
    const { call, database } = operation.intent;
    throw new UnderstudyError('US1031', `the intent of ${operation.id} is written: ${call} ${database}`);
  }
  if (activation.active !== site) {
    throw new UnderstudyError('US1031', `by the journal ${activation.active} is active, and ${site} is to stay fenced`);
  }
  const doing = operation === null ? 'no operation runs' : `${operation.id} runs and may be aborted`;
  throw new UnderstudyError(
    'US1032',
    `the journal of ${name} answers: ${doing}${fenced === null ? '' : `, ${fenced} is fenced`}`,
  );
}

/**
 * The document that actors go by: the live one, which stands in the table of its home. If both tables answer and neither
 * copy is live, it is between the two: the later is what the next actor goes on from.
 */
function reachable({ journals }: UnfenceEvidence): Journal | null {
  const read = sites.flatMap((site) => {
    const found = journals[site];
    return found.dark || found.value === null ? [] : [{ site, journal: found.value }];
  });
  const live = read.find(({ site, journal }) => journal.home === site);
  if (live !== undefined) return live.journal;
  if (sites.some((site) => journals[site].dark)) return null;
  return read.map(({ journal }) => journal).sort((one, other) => other.version - one.version)[0] ?? null;
}
