import type { Site } from '../api/site.ts';
import type { Effect, EffectKind, EffectOf, Look } from '../failover/effect.ts';
import type { EffectHandler, EffectHandlers, StandbyReader } from '../failover/ports.ts';
import type { Cloud } from './cloud.ts';
import type { Life } from './life.ts';
import type { Call, Network } from './network.ts';

/** The region in which the operations cluster runs. */
export const operationsRegion = 'eu-central-1';

/**
 * The engine's effects on the toy cloud, as one actor reaches it.
 *
 * @param onKubernetes whether it has means there; a Lambda has none.
 */
export function effectsOn(cloud: Cloud, network: Network, life: Life, onKubernetes = true): EffectHandlers {
  const region = (site: Site): string => cloud.sites[site].region;

  function handler<Kind extends EffectKind>(
    _kind: Kind,
    service: Call['service'],
    where: (effect: EffectOf<Kind>) => string,
    check: (effect: EffectOf<Kind>) => Look['state'],
    perform?: (effect: EffectOf<Kind>) => void,
  ): EffectHandler<Kind> {
    const ask = <T>(effect: EffectOf<Kind>, writes: boolean, answer: () => T): Promise<T> =>
      network.call(
        life,
        {
          actor: life.actor,
          region: where(effect),
          service,
          operation: writes ? effect.kind : `check ${effect.kind}`,
          writes,
        },
        answer,
      );
    const look = (effect: EffectOf<Kind>): Promise<Look> =>
      ask(effect, false, () => {
        const state = check(effect);
        return { state, detail: `${effect.kind}: ${state}` };
      });
    return perform === undefined
      ? { check: look }
      : { check: look, perform: (effect) => ask(effect, true, () => perform(effect)) };
  }

  const atSite = (effect: Extract<Effect, { site: Site }>): string => region(effect.site);
  const done = (yes: boolean): Look['state'] => (yes ? 'Done' : 'NotDone');

  return {
    'close-traffic': handler(
      'close-traffic',
      's3',
      atSite,
      ({ site, activationTerm }) => done(!cloud.sites[site].open.has(activationTerm)),
      ({ site, activationTerm }) => cloud.closeTraffic(site, activationTerm),
    ),
    'fence-database': handler(
      'fence-database',
      'ec2',
      atSite,
      ({ site }) => done(cloud.sites[site].denied),
      ({ site }) => {
        cloud.sites[site].denied = true;
      },
    ),
    unfence: handler(
      'unfence',
      'ec2',
      atSite,
      ({ site, activationTerm }) => done(!cloud.sites[site].denied && cloud.sites[site].open.has(activationTerm)),
      ({ site, activationTerm }) => cloud.unfence(site, activationTerm),
    ),
    // Not in the toy world yet.
    'verify-replayed': null,
    'resume-reconciliation': null,
    'lift-fence': null,
    snapshot: null,
    'create-replica': null,
    'verify-replica': null,
    'repoint-switch': null,
    'retire-database': null,
    entitle: handler(
      'entitle',
      's3',
      atSite,
      ({ site, activationTerm }) => done(cloud.sites[site].open.has(activationTerm)),
      ({ site, activationTerm }) => {
        cloud.sites[site].open.add(activationTerm);
      },
    ),
    'prove-fence': handler('prove-fence', 'database', atSite, ({ site }) => (cloud.serves(site) ? 'NotYet' : 'Done')),
    'pause-reconciliation': onKubernetes
      ? handler(
          'pause-reconciliation',
          'kubernetes',
          () => operationsRegion,
          ({ site }) => done(cloud.sites[site].paused),
          ({ site }) => {
            cloud.sites[site].paused = true;
          },
        )
      : null,
    promote: handler(
      'promote',
      'rds',
      atSite,
      ({ site }) => {
        const { database } = cloud.sites[site];
        if (database.source === null) return 'Done';
        if (database.status === 'modifying') return 'Called';
        return database.status === 'available' ? 'NotDone' : 'NotYet';
      },
      ({ site }) => cloud.promote(site),
    ),
    scale: handler(
      'scale',
      'autoscaling',
      atSite,
      ({ site, desired }) => {
        const state = cloud.sites[site];
        if (state.desired < desired) return 'NotDone';
        return state.running < desired ? 'Called' : 'Done';
      },
      ({ site, desired }) => cloud.scale(site, desired),
    ),
    'verify-writable': handler('verify-writable', 'database', atSite, ({ site }) =>
      cloud.sites[site].database.role === 'writer' ? 'Done' : 'NotYet',
    ),
    'open-traffic': handler(
      'open-traffic',
      's3',
      atSite,
      ({ site, activationTerm }) => done(cloud.sites[site].takeover.has(activationTerm)),
      ({ site, activationTerm }) => cloud.openTraffic(site, activationTerm),
    ),
    'mark-witness': handler(
      'mark-witness',
      's3',
      () => operationsRegion,
      ({ activationTerm }) => done(cloud.witness.has(activationTerm)),
      ({ activationTerm }) => {
        cloud.witness.add(activationTerm);
      },
    ),
    'verify-traffic': handler(
      'verify-traffic',
      'dns',
      () => operationsRegion,
      ({ site }) => (cloud.leadsTo === site ? 'Done' : 'NotYet'),
    ),
    'update-desired-state': onKubernetes
      ? handler(
          'update-desired-state',
          'kubernetes',
          () => operationsRegion,
          ({ site }) => done(cloud.desiredActive === site),
          ({ site }) => {
            cloud.desiredActive = site;
          },
        )
      : null,
    notify: handler(
      'notify',
      'sns',
      () => region('secondary'),
      ({ subject }) => done(cloud.notifications.includes(subject)),
      ({ subject }) => {
        cloud.notifications.push(subject);
      },
    ),
  };
}

export function standbyReaderOn(cloud: Cloud, network: Network, life: Life): StandbyReader {
  return {
    look: (_identifier, region) =>
      network.call(
        life,
        { actor: life.actor, region, service: 'rds', operation: 'describe standby', writes: false },
        () => {
          const site = region === cloud.sites.primary.region ? cloud.sites.primary : cloud.sites.secondary;
          const { status, source } = site.database;
          return { database: { status, source } };
        },
      ),
  };
}
