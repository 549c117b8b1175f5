import type { Site } from '../../api/site.ts';
import type { EffectHandlers } from '../../failover/ports.ts';
import { doneIf, type EffectDesk, globalControlPlane, operationsRegion } from './effect-desk.ts';

type TrafficEffects = Pick<
  EffectHandlers,
  | 'close-traffic'
  | 'fence-database'
  | 'lift-fence'
  | 'entitle'
  | 'unfence'
  | 'prove-fence'
  | 'open-traffic'
  | 'mark-witness'
  | 'verify-traffic'
  | 'repoint-switch'
>;

/** Who may be reached: markers, network ACLs, and where the name leads. */
export function trafficEffects(desk: EffectDesk): TrafficEffects {
  const { cloud } = desk;
  const where = ({ site }: { readonly site: Site }): string => desk.regionOf(site);
  return {
    'close-traffic': desk.handler('close-traffic', {
      service: 's3',
      where,
      check: ({ site, activationTerm }) => doneIf(!cloud.sites[site].open.has(activationTerm)),
      perform: ({ site, activationTerm }) => cloud.closeTraffic(site, activationTerm),
    }),
    'fence-database': desk.handler('fence-database', {
      service: 'ec2',
      where,
      check: ({ site }) => doneIf(cloud.sites[site].denied),
      perform: ({ site }) => cloud.deny(site, true),
    }),
    'lift-fence': desk.handler('lift-fence', {
      service: 'ec2',
      where,
      check: ({ site }) => doneIf(!cloud.sites[site].denied),
      perform: ({ site }) => cloud.deny(site, false),
    }),
    entitle: desk.handler('entitle', {
      service: 's3',
      where,
      check: ({ site, activationTerm }) => doneIf(cloud.sites[site].open.has(activationTerm)),
      perform: ({ site, activationTerm }) => cloud.entitle(site, activationTerm),
    }),
    unfence: desk.handler('unfence', {
      service: 'ec2',
      where,
      check: ({ site, activationTerm }) =>
        doneIf(!cloud.sites[site].denied && cloud.sites[site].open.has(activationTerm)),
      perform: ({ site, activationTerm }) => cloud.unfence(site, activationTerm),
    }),
    'prove-fence': desk.handler('prove-fence', {
      service: 'database',
      where,
      check: ({ site, activationTerm }) => {
        const { open, denied } = cloud.sites[site];
        return doneIf(!open.has(activationTerm) && denied);
      },
    }),
    'open-traffic': desk.handler('open-traffic', {
      service: 's3',
      where,
      check: ({ site, activationTerm }) => doneIf(cloud.sites[site].takeover.has(activationTerm)),
      perform: ({ site, activationTerm }) => cloud.openTraffic(site, activationTerm),
    }),
    'mark-witness': desk.handler('mark-witness', {
      service: 's3',
      where: () => operationsRegion,
      check: ({ activationTerm }) => doneIf(cloud.witness.has(activationTerm)),
      perform: ({ activationTerm }) => cloud.markWitness(activationTerm),
    }),
    'verify-traffic': desk.handler('verify-traffic', {
      service: 'dns',
      where: () => operationsRegion,
      check: ({ site }) => (cloud.leadsTo === site ? 'Done' : 'NotYet'),
    }),
    'repoint-switch': desk.handler('repoint-switch', {
      service: 'route53',
      where: () => globalControlPlane,
      check: ({ active, activationTerm }) =>
        doneIf(cloud.route53.active === active && cloud.route53.term === activationTerm),
      perform: ({ active, activationTerm }) => cloud.repoint(active, activationTerm),
    }),
  };
}
