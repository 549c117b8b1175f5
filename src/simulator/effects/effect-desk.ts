import type { Site } from '../../api/site.ts';
import type { EffectKind, EffectOf, Look } from '../../failover/effect.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import type { Cloud } from '../cloud.ts';
import type { Life } from '../life.ts';
import type { Call, Network } from '../network.ts';

/** The region in which the operations cluster runs, and the witness. */
export const operationsRegion = 'eu-central-1';
/** Where Route 53 and the other global control planes are run. */
export const globalControlPlane = 'us-east-1';

/** How one kind of effect is looked at and done. */
export interface EffectSpec<Kind extends EffectKind> {
  readonly service: Call['service'];
  readonly where: (effect: EffectOf<Kind>) => string;
  /** @param staleMs how old what the service answers by may be. */
  readonly check: (effect: EffectOf<Kind>, staleMs: number) => Look['state'];
  readonly perform?: (effect: EffectOf<Kind>) => void;
}

/** Makes handlers of the toy cloud as one actor reaches it: every look and every act is a call. */
export class EffectDesk {
  readonly cloud: Cloud;
  readonly #network: Network;
  readonly #life: Life;

  constructor(cloud: Cloud, network: Network, life: Life) {
    this.cloud = cloud;
    this.#network = network;
    this.#life = life;
  }

  regionOf(site: Site): string {
    return this.cloud.sites[site].region;
  }

  handler<Kind extends EffectKind>(_kind: Kind, spec: EffectSpec<Kind>): EffectHandler<Kind> {
    const { perform } = spec;
    const look = async (effect: EffectOf<Kind>): Promise<Look> => {
      const state = await this.#ask(spec, effect, false, (staleMs) => spec.check(effect, staleMs));
      return { state, detail: `${effect.kind}: ${state}` };
    };
    if (perform === undefined) return { check: look };
    return { check: look, perform: (effect) => this.#ask(spec, effect, true, () => perform(effect)) };
  }

  #ask<Kind extends EffectKind, T>(
    { service, where }: EffectSpec<Kind>,
    effect: EffectOf<Kind>,
    writes: boolean,
    answer: (staleMs: number) => T,
  ): Promise<T> {
    const { actor } = this.#life;
    const operation = writes ? effect.kind : `check ${effect.kind}`;
    return this.#network.call(this.#life, { actor, region: where(effect), service, operation, writes }, answer);
  }
}

export function doneIf(isDone: boolean): Look['state'] {
  return isDone ? 'Done' : 'NotDone';
}
