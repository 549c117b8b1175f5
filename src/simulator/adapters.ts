import type { EffectHandlers, StandbyReader } from '../failover/ports.ts';
import type { Cloud } from './cloud.ts';
import { databaseEffects } from './effects/database-effects.ts';
import { doneIf, EffectDesk, operationsRegion } from './effects/effect-desk.ts';
import { trafficEffects } from './effects/traffic-effects.ts';
import type { Life } from './life.ts';
import type { Network } from './network.ts';

/**
 * The engine's effects on the toy cloud, as one actor reaches it.
 *
 * @param onKubernetes whether it has means there; a Lambda has none.
 */
export function effectsOn(cloud: Cloud, network: Network, life: Life, onKubernetes = true): EffectHandlers {
  const desk = new EffectDesk(cloud, network, life);
  return {
    ...trafficEffects(desk),
    ...databaseEffects(desk),
    ...(onKubernetes ? kubernetesEffects(desk) : beyondLambda),
    scale: desk.handler('scale', {
      service: 'autoscaling',
      where: ({ site }) => desk.regionOf(site),
      check: ({ site, desired }) => {
        const state = cloud.sites[site];
        if (state.desired < desired) return 'NotDone';
        return state.running < desired ? 'Called' : 'Done';
      },
      perform: ({ site, desired }) => cloud.scale(site, desired),
    }),
    notify: desk.handler('notify', {
      service: 'sns',
      where: () => desk.regionOf('secondary'),
      check: ({ subject }) => doneIf(cloud.notifications.includes(subject)),
      perform: ({ subject }) => {
        cloud.notifications.push(subject);
      },
    }),
  };
}

type KubernetesEffects = Pick<
  EffectHandlers,
  'pause-reconciliation' | 'resume-reconciliation' | 'update-desired-state'
>;

/** A Lambda has no means on Kubernetes, and builds nothing that the manifests own. */
const beyondLambda = {
  'pause-reconciliation': null,
  'resume-reconciliation': null,
  'update-desired-state': null,
  'create-replica': null,
  'retire-database': null,
  'repoint-switch': null,
} as const;

function kubernetesEffects(desk: EffectDesk): KubernetesEffects {
  const { cloud } = desk;
  const where = (): string => operationsRegion;
  return {
    'pause-reconciliation': desk.handler('pause-reconciliation', {
      service: 'kubernetes',
      where,
      check: ({ site }) => doneIf(cloud.sites[site].paused),
      perform: ({ site }) => {
        cloud.sites[site].paused = true;
      },
    }),
    'resume-reconciliation': desk.handler('resume-reconciliation', {
      service: 'kubernetes',
      where,
      check: ({ site }) => doneIf(!cloud.sites[site].paused),
      perform: ({ site }) => {
        cloud.sites[site].paused = false;
      },
    }),
    'update-desired-state': desk.handler('update-desired-state', {
      service: 'kubernetes',
      where,
      check: ({ site }) => doneIf(cloud.desiredActive === site),
      perform: ({ site }) => {
        cloud.desiredActive = site;
      },
    }),
  };
}

export function standbyReaderOn(cloud: Cloud, network: Network, life: Life): StandbyReader {
  return {
    look: (identifier, region) =>
      network.call(
        life,
        { actor: life.actor, region, service: 'rds', operation: 'describe standby', writes: false },
        (staleMs) => {
          const site = region === cloud.sites.primary.region ? cloud.sites.primary : cloud.sites.secondary;
          const database = site.named(identifier)?.view(staleMs) ?? null;
          return { database };
        },
      ),
  };
}
