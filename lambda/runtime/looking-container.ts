import { UnderstudyError } from '../../src/api/errors.ts';
import type { Vantage as PlannedVantage } from '../../src/api/failover-plan.ts';
import type { EngineEvent } from '../../src/failover/events.ts';
import type { Ports } from '../../src/failover/ports.ts';
import { logEngineEvent } from './event-line.ts';
import type { Invocation } from './invocation.ts';
import type { Log } from './log.ts';
import { type Connections, connect, currentPlan, type SiteEngine, siteEngine } from './site-engine.ts';
import { vantagesOf } from './vantage-names.ts';

export interface LookingFunctionOptions {
  /** In its log, and with the region its name in CloudTrail. */
  readonly name: string;
  /** Kind of the plan's vantage that it looks for. */
  readonly kind: PlannedVantage['kind'];
}

/** What an invocation works with. */
export interface OpenedEngine {
  readonly engine: SiteEngine;
  readonly connections: Connections;
  readonly planHash: string;
  readonly log: Log;
}

/** What a container of a looking function keeps between invocations: connections, and the vantages with their memory. */
export class LookingContainer {
  readonly #options: LookingFunctionOptions;
  #connections: Connections | undefined;
  #engine: SiteEngine | undefined;
  #planHash = '';
  #report: Ports['report'] = () => {};

  constructor(options: LookingFunctionOptions) {
    this.#options = options;
  }

  /** @throws UnderstudyError if there is no plan that can be used, or if it has no vantage of this kind in this region. */
  async engine({ settings, log }: Invocation): Promise<OpenedEngine> {
    const { name, kind } = this.#options;
    const actor = `${name}/${settings.region}`;
    this.#connections ??= connect(settings, actor);
    const sitePlan = await currentPlan(this.#connections);
    if (this.#engine === undefined || this.#planHash !== sitePlan.hash) {
      const vantages = vantagesOf(sitePlan, kind, settings.region);
      if (vantages.length === 0) {
        const message = `the plan has no vantage of kind ${kind} in the domain ${settings.region}`;
        throw new UnderstudyError('US2005', message);
      }
      const report = (event: EngineEvent): void => this.#report(event);
      this.#engine = siteEngine({ settings, connections: this.#connections, sitePlan, actor, vantages, report });
      this.#planHash = sitePlan.hash;
    }
    const about = log.with({ plan: this.#engine.plan.name, planHash: sitePlan.hash });
    this.#report = (event) => logEngineEvent(about, event);
    return { engine: this.#engine, connections: this.#connections, planHash: sitePlan.hash, log: about };
  }
}
