import type { EngineEvent } from '../failover/events.ts';
import type { Journal } from '../failover/journal.ts';
import type { Operation, Step } from '../failover/operation.ts';

/** Which states of the journal the scenarios came through: one that no seed reaches is one that nothing checks. */
export class Coverage {
  readonly reached: Set<string>;

  constructor(reached: Iterable<string> = []) {
    this.reached = new Set(reached);
  }

  /** Takes in a journal as it was written. */
  see(before: Journal | null, journal: Journal): void {
    const { operation, last } = journal;
    this.#seePlan(before, journal);
    if (last !== null && before?.last !== last) this.reached.add(`${last.action}: ${last.outcome}`);
    if (operation !== null && before?.operation !== operation) this.#seeOperation(before?.operation ?? null, operation);
  }

  /** Takes in what an actor tells of itself. */
  hear(event: EngineEvent): void {
    switch (event.kind) {
      case 'FencePending':
      case 'Fenced':
      case 'UnfencePending':
      case 'Unfenced':
      case 'CleanedUp':
      case 'LeaseLost':
        this.reached.add(`event: ${event.kind}`);
    }
  }

  #seePlan(before: Journal | null, journal: Journal): void {
    if (before?.pendingFence !== journal.pendingFence && journal.pendingFence !== null) this.#saw('pendingFence');
    if (before?.pendingUnfence !== journal.pendingUnfence && journal.pendingUnfence !== null)
      this.#saw('pendingUnfence');
    if (before?.requested !== journal.requested && journal.requested !== null) this.#saw('requested');
    if (before?.fenced !== journal.fenced && journal.fenced !== null) this.#saw(`fenced ${journal.fenced}`);
    if (before?.rebuilding !== journal.rebuilding && journal.rebuilding !== null) this.#saw('rebuilding');
    if (before?.rehearsal !== journal.rehearsal && journal.rehearsal !== null) this.#saw('rehearsal');
    if (before?.home !== journal.home) this.#saw(`home ${journal.home}`);
    if (before?.switchTerm !== journal.switchTerm) this.#saw('switchTerm');
    if (before?.activation.active !== journal.activation.active) this.#saw(`active ${journal.activation.active}`);
    if (journal.cleanups.length > 0) this.#saw('cleanups');
    if (journal.leftToController.length > 0) this.#saw('leftToController');
    if (Object.keys(journal.databases).length > 0) this.#saw('databases');
  }

  #saw(field: string): void {
    this.reached.add(`journal: ${field}`);
  }

  #seeOperation(before: Operation | null, operation: Operation): void {
    const { action, phase, actors } = operation;
    this.reached.add(`${action}: ${phase}`);
    if (actors.length > 1 && before?.actors.length !== actors.length) {
      const [from, to] = [actors.at(-2)?.actor ?? '', actors.at(-1)?.actor ?? ''];
      this.reached.add(`${action}: taken over`);
      this.reached.add(`taken over: ${kindOf(to)} from ${kindOf(from)}`);
    }
    operation.steps.forEach((step, index) => {
      if (before?.steps[index] !== step) this.#seeStep(action, step);
    });
  }

  #seeStep(action: Operation['action'], { name, phase, calls }: Step): void {
    this.reached.add(`${action}/${name}: ${phase}`);
    for (const { result } of calls) this.reached.add(`${action}/${name}: call ${result}`);
  }

  add(other: Coverage): void {
    for (const state of other.reached) this.reached.add(state);
  }
}

/** Invocations of a Lambda are named after it. */
function kindOf(actor: string): 'Lambda' | 'controller' {
  return actor.startsWith('lambda') ? 'Lambda' : 'controller';
}
