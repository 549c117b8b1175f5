import type { DatabaseSlot as SwitchSlot } from '../../src/api/names.ts';
import type { StackFailover } from '../../src/api/regional-stack.ts';
import { otherSite, type Site } from '../../src/api/site.ts';
import type { Journal } from '../../src/failover/journal.ts';
import { mayBegin } from '../../src/failover/operation-state.ts';

type Switch = NonNullable<StackFailover['switch']>;
type SlotContent = NonNullable<Switch['a']>;

/** What has been seen of the checks that a site's records follow, or are to follow. */
export interface SettledChecks {
  /** Terms whose checks in this site's stack have been seen to say what they must. */
  readonly terms: readonly number[];
  /** The calculated check has been seen to say what it must. */
  readonly traffic: boolean;
}

/**
 * The slot that the checks of a term are in. Every re-pointing goes to the next term, so the two always differ, and a
 * cluster that was built anew finds the same one by the journal alone.
 */
export function switchSlotOf(term: number): SwitchSlot {
  return term % 2 === 1 ? 'a' : 'b';
}

/** The site that was active when the switch was pointed to a term. */
export function activeAt(journal: Journal, term: number): Site {
  const { activation } = journal;
  return activation.term === term ? activation.active : otherSite(activation.active);
}

/** The term that the switch is on its way to, where a reprotect has come that far; otherwise null. */
export function termAhead({ operation, switchTerm, activation }: Journal): number | null {
  if (operation?.action !== 'Reprotect' || switchTerm === activation.term) return null;
  return mayBegin(operation, 'repoint-switch') ? activation.term : null;
}

/**
 * The site's half of the switch. Pure. The checks that decide stay as they are; those of the next term stand beside them
 * until they have settled on both sites, are followed then, the active's first, and stay alone when the journal says so.
 *
 * @param current as it stands in the cluster.
 * @param settled of the site itself.
 * @param mayFollow the other site's checks are as far as the active's must be before the standby's are followed.
 */
export function switchOf(
  journal: Journal,
  site: Site,
  current: Switch | undefined,
  settled: SettledChecks,
  mayFollow: boolean,
): Switch {
  const { switchTerm } = journal;
  const ahead = termAhead(journal);
  const terms = ahead === null ? [switchTerm] : [switchTerm, ahead];
  const slots = Object.fromEntries(terms.map((term) => [switchSlotOf(term), contentOf(journal, site, term)]));
  const followed = followedTerm(journal, site, ahead, current, settled, mayFollow);
  if (followed === null) return slots;
  const role = activeAt(journal, followed) === site ? 'active' : 'standby';
  const follows = { slot: switchSlotOf(followed), role } as const;
  // Records that exist must not go because a look at a check failed.
  const ready = current?.ready === true || settled.traffic;
  return { ...slots, follows, ...(ready ? { ready } : {}) };
}

function followedTerm(
  { switchTerm }: Journal,
  _site: Site,
  ahead: number | null,
  current: Switch | undefined,
  { terms }: SettledChecks,
  mayFollow: boolean,
): number | null {
  const slot = current?.follows?.slot;
  if (ahead !== null && (slot === switchSlotOf(ahead) || (terms.includes(ahead) && mayFollow))) return ahead;
  if (slot !== undefined) return switchTerm;
  return terms.includes(switchTerm) ? switchTerm : null;
}

function contentOf(journal: Journal, site: Site, term: number): SlotContent {
  return activeAt(journal, term) === site
    ? { active: { term, takeoverTerm: term + 1 } }
    : { standby: { takeoverTerm: term + 1 } };
}
