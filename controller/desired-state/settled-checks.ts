import type { Site } from '../../src/api/site.ts';
import type { AwsClients } from '../../src/aws/clients.ts';
import { areSuccess, checkerReports } from '../../src/aws/health-check-reports.ts';
import { checkStates, healthMetricsRegion } from '../../src/aws/readiness/check-states.ts';
import { lookAt } from '../../src/aws/readiness/look-at.ts';
import type { Clock } from '../../src/failover/clock.ts';
import type { Journal } from '../../src/failover/journal.ts';
import type { Plan } from '../../src/failover/plan.ts';
import type { StackObject } from '../kinds.ts';
import { isComposed, isSynced, type ManagedResources } from './managed-resources.ts';
import { activeAt, type SettledChecks, switchSlotOf, termAhead } from './switch-slots.ts';

/** Of a calculated check that CloudWatch says nothing of: its state follows its children's at once. */
const calculatedSettlesMs = 60_000;

export interface SettledChecksOptions {
  readonly clients: AwsClients;
  readonly clock: Clock;
  readonly callMs: number;
  readonly managed: ManagedResources;
}

/** An S3 object that checkers look for, and whether they should find it; null: either is well. */
interface Expected {
  /** Name of the check among the resources of the stack. */
  readonly name: string;
  readonly found: boolean | null;
}

/**
 * Sees whether new health checks say what they must. A new check counts as healthy until data arrives, and an inverted
 * one as unhealthy, so a check that nobody has seen to settle must not decide anything.
 */
export class ChecksLook {
  readonly #options: SettledChecksOptions;
  /** Since when a calculated check is known, by its id, on the monotonic clock. */
  readonly #knownSince = new Map<string, number>();

  constructor(options: SettledChecksOptions) {
    this.#options = options;
  }

  /** Of all that the site's records follow or are to follow. What cannot be seen has not settled. */
  async settled(plan: Plan, journal: Journal, site: Site, stack: StackObject): Promise<SettledChecks> {
    const ahead = termAhead(journal);
    const { follows, ready } = stack.spec.failover?.switch ?? {};
    if (plan.dns === undefined || (ahead === null && follows !== undefined && ready === true)) {
      return { terms: [], traffic: false };
    }
    const terms: number[] = [];
    for (const term of ahead === null ? [journal.switchTerm] : [journal.switchTerm, ahead]) {
      if (await this.#areSettled(plan, journal, site, stack, term)) terms.push(term);
    }
    const traffic =
      follows !== undefined && terms.includes(journal.switchTerm) && (await this.#isTraffic(journal, site, stack));
    return { terms, traffic };
  }

  async #areSettled(plan: Plan, journal: Journal, site: Site, stack: StackObject, term: number): Promise<boolean> {
    const slot = switchSlotOf(term);
    if (stack.spec.failover?.switch?.[slot] === undefined) return false;
    const expected = expectedOf(plan, journal, site, term);
    // Where traffic follows the endpoints, a stack has no such checks at all.
    if (isSynced(stack) && !expected.some(({ name }) => isComposed(stack, name))) {
      return stack.status?.healthChecks?.endpoint !== undefined;
    }
    const states = await Promise.all(expected.map((each) => this.#isSettled(stack, each)));
    return states.every((is) => is);
  }

  async #isSettled(stack: StackObject, { name, found }: Expected): Promise<boolean> {
    const { clients, callMs, managed } = this.#options;
    const check = await managed.healthCheck(stack, name);
    const id = check?.status?.atProvider?.id;
    if (typeof id !== 'string' || id === '') return false;
    const reports = await lookAt(callMs, (limit) => checkerReports(clients.route53(), id, limit));
    if (!reports.known || reports.value.total === 0) return false;
    return found === null || areSuccess(reports.value) === found;
  }

  async #isTraffic(journal: Journal, site: Site, stack: StackObject): Promise<boolean> {
    const { clients, clock, callMs } = this.#options;
    const id = stack.status?.healthChecks?.traffic;
    // Where traffic follows the endpoints there is none.
    if (id === undefined) return isSynced(stack) && !isComposed(stack, 'check-traffic');
    const { monotonicMs, wallMs } = clock.now();
    const since = this.#knownSince.get(id) ?? monotonicMs;
    this.#knownSince.set(id, since);
    const client = clients.cloudWatch(healthMetricsRegion);
    const states = await lookAt(callMs, (limit) => checkStates(client, [id], wallMs, limit));
    const state = states.known ? states.value[id] : undefined;
    if (state === undefined) return monotonicMs - since >= calculatedSettlesMs;
    return (state === 'healthy') === (journal.activation.active === site);
  }
}

/** The checks of a term in the site's stack, and what their checkers must say. */
function expectedOf(plan: Plan, journal: Journal, site: Site, term: number): readonly Expected[] {
  const slot = switchSlotOf(term);
  const taken = journal.activation.term > term;
  const atWitness = (name: string): Expected[] =>
    // The marker there is written where it can be; the other one decides.
    plan.witness === undefined ? [] : [{ name: `check-${name}-at-witness-${slot}`, found: taken ? null : false }];
  return activeAt(journal, term) === site
    ? [
        { name: `check-open-${slot}`, found: taken ? null : true },
        { name: `check-no-marker-at-peer-${slot}`, found: taken },
        ...atWitness('no-marker'),
      ]
    : [{ name: `check-marker-${slot}`, found: taken }, ...atWitness('marker')];
}
