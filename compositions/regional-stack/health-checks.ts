import { siteRecordName } from '../../src/api/dns-names.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import {
  regionalName,
  type DatabaseSlot as SwitchSlot,
  scopeOf,
  siteNames,
  stackName,
  databaseSlots as switchSlots,
  witnessBucketName,
} from '../../src/api/names.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { sites } from '../../src/api/site.ts';
import { openKey, switchSearchString, takeoverKey } from '../../src/api/switch-objects.ts';
import { route53 } from '../builder/aws-kinds.ts';
import { type CapabilityScope, capability } from '../builder/capability.ts';
import { format } from '../builder/format.ts';
import { required } from '../builder/policies.ts';
import type { Single, Source } from '../builder/source.ts';
import { inRegion } from '../in-region.ts';
import { ofTerm } from '../of-term.ts';
import { named, type StackCapability } from './stack.ts';

type Scope = CapabilityScope<typeof regionalStackSchema>;

/** How each kind of check is called among the resources of a stack. */
const checkNames = {
  open: (slot: SwitchSlot) => `check-open-${slot}`,
  noMarkerAtPeer: (slot: SwitchSlot) => `check-no-marker-at-peer-${slot}`,
  noMarkerAtWitness: (slot: SwitchSlot) => `check-no-marker-at-witness-${slot}`,
  marker: (slot: SwitchSlot) => `check-marker-${slot}`,
  markerAtWitness: (slot: SwitchSlot) => `check-marker-at-witness-${slot}`,
};

/** The check of the site itself, and the calculated one that the site's records follow. */
export const endpointCheck = 'check-endpoint';
export const trafficCheck = 'check-traffic';

/** An S3 object that a check looks for. */
interface Watched {
  readonly bucketHost: string | Source<'xr', string>;
  readonly key: (term: number) => string;
  readonly term: Single<'xr', number | undefined>;
  /** Results in a row that change a checker's mind. */
  readonly failureThreshold: number;
  /** Healthy while the object is *not* there. */
  readonly inverted: boolean;
}

/**
 * Health checks of one site. A site owns the check that its own records follow, and that check's children, whichever
 * region they look at. There are two sets of children, of which the calculated check follows one: to re-point the switch,
 * the other set is made, watched until it has settled, followed, and only then is the old one deleted, because an
 * attached check must never be disabled, deleted or recreated.
 *
 * The endpoint check is beside all that: evidence, alarms and the DNS vantage.
 *
 * @see docs/adr/0010-who-owns-the-switch.md
 */
export function healthChecks(app: MultiRegionApp): StackCapability {
  const { domain, traffic } = app.spec;
  return capability(regionalStackSchema, (scope) => {
    if (domain === 'none') {
      return;
    }
    endpoint(app, siteRecordName(domain, '<region>'), scope);
    if (traffic.follow === 'Marker') {
      for (const slot of switchSlots) {
        children(app, slot, scope);
      }
      calculated(app, scope);
    }
  });
}

/** By the site's own name and not by the load balancer's: the certificate is for that name. */
function endpoint(app: MultiRegionApp, host: string, { xr, resource }: Scope): void {
  const isTls = app.spec.certificate !== 'None';
  const check = resource(endpointCheck, route53.HealthCheck, {
    forProvider: {
      type: isTls ? 'HTTPS' : 'HTTP',
      port: isTls ? 443 : 80,
      enableSni: isTls,
      fqdn: inRegion(xr.spec.region, (region) => host.replace('<region>', region)),
      resourcePath: app.spec.instances.healthCheckPath,
      requestInterval: 10,
      failureThreshold: 3,
      tags: named(xr, regionalName(scopeOf(app), 'endpoint')),
    },
  });
  xr.status.healthChecks.endpoint.from(check.status.atProvider.id);
}

function children(app: MultiRegionApp, slot: SwitchSlot, { xr, resource }: Scope): void {
  const scope = scopeOf(app);
  const { witness } = app.spec;
  const { active, standby } = xr.spec.failover.switch[slot];
  const hostAt = (region: typeof xr.spec.region) =>
    inRegion(region, (each) => bucketHost(siteNames({ ...scope, region: each }).switchBucket, each));
  const check = (name: string, { bucketHost: fqdn, key, term, failureThreshold, inverted }: Watched): void => {
    resource(
      name,
      route53.HealthCheck,
      {
        forProvider: {
          type: 'HTTPS_STR_MATCH',
          port: 443,
          enableSni: true,
          fqdn,
          resourcePath: ofTerm(term, (each) => `/${key(each)}`),
          searchString: ofTerm(term, (each) => switchSearchString(scope.app, each)),
          requestInterval: 10,
          failureThreshold,
          invertHealthcheck: inverted,
          tags: named(xr, regionalName(scope, name.replace('check-', ''))),
        },
      },
      { labels: { 'understudy.dev/switch-slot': slot } },
    );
  };
  const own = hostAt(xr.spec.region);
  const takeover = (host: Watched['bucketHost'], term: Watched['term'], inverted: boolean): Watched => ({
    bucketHost: host,
    key: takeoverKey,
    term,
    failureThreshold: 1,
    inverted,
  });
  check(checkNames.open(slot), {
    bucketHost: own,
    key: openKey,
    term: active.term,
    failureThreshold: 3,
    inverted: false,
  });
  check(checkNames.noMarkerAtPeer(slot), takeover(hostAt(xr.spec.peerRegion), active.takeoverTerm, true));
  check(checkNames.marker(slot), takeover(own, standby.takeoverTerm, false));
  if (witness !== 'none') {
    const host = bucketHost(witnessBucketName({ ...scope, region: witness }), witness);
    check(checkNames.noMarkerAtWitness(slot), takeover(host, active.takeoverTerm, true));
    check(checkNames.markerAtWitness(slot), takeover(host, standby.takeoverTerm, false));
  }
}

/**
 * Active: all of its children. Standby: any of them. The children are referred to by name, and resolved at each look,
 * since a set that was resolved once would stay what it was.
 */
function calculated(app: MultiRegionApp, { xr, resource }: Scope): void {
  const { follows } = xr.spec.failover.switch;
  const hasWitness = app.spec.witness !== 'none';
  const childrenOf = (slot: SwitchSlot, role: 'active' | 'standby'): string[] =>
    role === 'active'
      ? [
          checkNames.open(slot),
          checkNames.noMarkerAtPeer(slot),
          ...(hasWitness ? [checkNames.noMarkerAtWitness(slot)] : []),
        ]
      : [checkNames.marker(slot), ...(hasWitness ? [checkNames.markerAtWitness(slot)] : [])];
  const cases = sites.flatMap((site) =>
    switchSlots.flatMap((slot) =>
      (['active', 'standby'] as const).map((role) => {
        const names = childrenOf(slot, role).map((name) => `${stackName(app.metadata.name, site)}-${name}`);
        return [
          `${site}/${slot}/${role}`,
          {
            childHealthchecksRefs: names.map((name) => ({ name, policy: { resolve: 'Always' as const } })),
            childHealthThreshold: role === 'active' ? names.length : 1,
          },
        ] as const;
      }),
    ),
  );
  const check = resource(
    trafficCheck,
    route53.HealthCheck,
    { forProvider: { type: 'CALCULATED', tags: named(xr, regionalName(scopeOf(app), 'traffic')) } },
    {
      waitsFor: [follows.slot, follows.role],
      variations: [
        { by: required(format`${xr.spec.site}/${follows.slot}/${follows.role}`), cases: Object.fromEntries(cases) },
      ],
    },
  );
  xr.status.healthChecks.traffic.from(check.status.atProvider.id);
}

/** S3's regional endpoint: no other region is needed to look at it. */
function bucketHost(bucket: string, region: string): string {
  return `${bucket}.s3.${region}.amazonaws.com`;
}
