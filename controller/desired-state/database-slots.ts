import { databaseArn } from '../../src/api/arns.ts';
import { type DatabaseSlot, databaseSlots } from '../../src/api/names.ts';
import type { StackFailover } from '../../src/api/regional-stack.ts';
import { otherSite, type Site } from '../../src/api/site.ts';
import type { Journal } from '../../src/failover/journal.ts';
import type { Operation } from '../../src/failover/operation.ts';
import { mayBegin } from '../../src/failover/operation-state.ts';
import { type Plan, planNow } from '../../src/failover/plan.ts';
import { movesTheWriter } from '../../src/failover/steps/steps-of.ts';

type Databases = NonNullable<StackFailover['databases']>;

/** Where an instance lives in the templates of a stack. */
export interface SlotOfDatabase {
  readonly slot: DatabaseSlot;
  /** Counts the instances of the site. */
  readonly generation: number;
}

/** `trading-db-prod-b2` is in slot b, the second of its site; null for an instance that no stack has made. */
export function slotOf(identifier: string): SlotOfDatabase | null {
  const { slot, generation } = /-(?<slot>[ab])(?<generation>[1-9]\d*)$/.exec(identifier)?.groups ?? {};
  const found = databaseSlots.find((each) => each === slot);
  return found === undefined ? null : { slot: found, generation: Number(generation) };
}

/**
 * Which instances a site's stack is to have, and what each replicates. Pure.
 *
 * - A replica becomes a writer here only when AWS has said that it is one: told so earlier, the provider would promote it
 *   by itself, a second time.
 * - A former active stays a writer of its own, fenced, until a reprotect has put a replica beside it. Told that it were a
 *   replica, the provider would try to make one of it, which AWS never does.
 * - The instance that a reprotect replaces stays in its slot until its turn to be deleted comes, and is never put back: a
 *   slot that was cleared and filled again would be a new and empty database.
 *
 * @param current as it stands in the cluster.
 * @throws Error where the plan's identifiers are none of a stack's.
 */
export function databasesOf(
  plan: Plan,
  journal: Journal,
  site: Site,
  accountId: string,
  current: Databases | undefined,
): Databases {
  const inUse = planNow(plan, journal).sites[site].database.identifier;
  const { slot, generation } = neededSlot(inUse);
  const source = isReplica(journal, site) ? arnOfActive(plan, journal, site, accountId) : '';
  return { ...retiring(journal, site, current), [slot]: { generation, source } };
}

/** The instance that the site uses is, or is to be, a replica of the other's. */
export function isReplica(journal: Journal, site: Site): boolean {
  const { operation, activation, switchTerm, rebuilding } = journal;
  if (operation !== null && movesTheWriter(operation.action)) {
    return operation.to === site && !isPromoted(operation);
  }
  if (activation.active === site) return false;
  return rebuilding?.site === site || switchTerm === activation.term;
}

function isPromoted({ steps }: Operation): boolean {
  return steps.some(({ name, phase }) => name === 'promote' && phase === 'Done');
}

function arnOfActive(plan: Plan, journal: Journal, site: Site, accountId: string): string {
  const active = otherSite(site);
  const { region, database } = planNow(plan, journal).sites[active];
  return databaseArn({ app: '', environment: '', accountId, region }, database.identifier);
}

/** The slot of the instance that a rebuilding replaces, for as long as it is to stay. */
function retiring({ rebuilding, operation }: Journal, site: Site, current: Databases | undefined): Databases {
  if (rebuilding?.site !== site || current === undefined) return {};
  const old = slotOf(rebuilding.retired);
  const standing = old === null ? undefined : current[old.slot];
  if (old === null || standing?.generation !== old.generation) return {};
  return isRetirementDue(operation) ? {} : { [old.slot]: { generation: old.generation, source: '' } };
}

function isRetirementDue(operation: Operation | null): boolean {
  return operation?.action === 'Reprotect' && mayBegin(operation, 'retire-database');
}

/** The instances that must not be deleted: those in use, and one that a rebuilding replaces, before its turn. */
export function databasesToKeep(plan: Plan, journal: Journal): readonly string[] {
  const now = planNow(plan, journal);
  const inUse = [now.sites.primary.database.identifier, now.sites.secondary.database.identifier];
  const { rebuilding, operation } = journal;
  return rebuilding === null || isRetirementDue(operation) ? inUse : [...inUse, rebuilding.retired];
}

function neededSlot(identifier: string): SlotOfDatabase {
  const found = slotOf(identifier);
  if (found === null) throw new Error(`${identifier} is in no slot of a RegionalStack`);
  return found;
}
