import { healthText } from '../../api/dns-names.ts';
import type { CalculatedCheck, EndpointCheck, HealthCheck } from './health-check.ts';
import type { Routing, ZoneRecord } from './record.ts';

/** One of the two sites, as the switch needs to know it. */
export interface SwitchSite {
  readonly region: string;
  /** Its bucket for `open/*` and `takeover/*`. */
  readonly bucket: string;
  /** DNS name of its load balancer. */
  readonly loadBalancer: string;
  /** DNS name of its database endpoint. */
  readonly databaseEndpoint: string;
}

/** An S3 object that a health check looks for: present, and saying what it should. */
interface SwitchObject {
  readonly key: string;
  /** Must be found in the object's first 5,120 bytes. */
  readonly content: string;
}

export interface SwitchOptions {
  /** The application's name; no apex, so a CNAME can stand there. */
  readonly domain: string;
  /** Designated sites. They do not change places: Route 53 refuses to swap primary and secondary records. */
  readonly primary: SwitchSite;
  readonly secondary: SwitchSite;
  /** Who serves in this term. */
  readonly active: 'primary' | 'secondary';
  /** A bucket in a third region; null means none. */
  readonly witness: Pick<SwitchSite, 'region' | 'bucket'> | null;
  /** Changes whenever a site is activated or the switch is re-pointed; part of the term's checks' ids. */
  readonly term: number;
  /** Entitles the active site to traffic; in its bucket. */
  readonly open: SwitchObject;
  /** Entitles the standby; in its bucket and in the witness's. */
  readonly takeover: SwitchObject;
  /** @default Failover */
  readonly routing?: 'Failover' | 'Weighted';
  /** @default /healthz */
  readonly healthPath?: string;
  /** @default 10 */
  readonly applicationTtlSeconds?: number;
  /** @default 5 */
  readonly databaseTtlSeconds?: number;
}

/** Ids of the checks that scenarios and observers ask about. */
export const switchCheckIds = {
  open: (region: string, term: number) => `open@${region}/${term}`,
  marker: (region: string, term: number) => `marker@${region}/${term}`,
  noMarker: (region: string, term: number) => `no-marker@${region}/${term}`,
  /** Calculated: whether the site's records are healthy. */
  traffic: (region: string) => `traffic@${region}`,
  /** Whether the site's application answers. */
  endpoint: (region: string) => `endpoint@${region}`,
};

/**
 * Everything in Route 53 that decides who gets traffic in one activation term. The active site's records are healthy
 * while its `open` object is there and no takeover marker is; the standby's as soon as any takeover marker is. So
 * writing the marker turns both at once, and losing the standby's bucket later does not give the old site its traffic
 * back, because the witness still holds the marker.
 *
 * Endpoint checks stand beside that, as evidence: `_health.<domain>` answers `up <region>` while the active site's application
 * does, so Route 53's checkers all over the world can be asked by plain DNS.
 */
export function switchRecords(options: SwitchOptions): { healthChecks: HealthCheck[]; records: ZoneRecord[] } {
  const { primary, secondary, witness, term, open, takeover } = options;
  const [active, standby] = options.active === 'primary' ? [primary, secondary] : [secondary, primary];
  const markerHolders = witness === null ? [standby] : [standby, witness];

  const openCheck = objectCheck(switchCheckIds.open(active.region, term), active, open, 3);
  const markers = markerHolders.map((holder) =>
    objectCheck(switchCheckIds.marker(holder.region, term), holder, takeover, 1),
  );
  const noMarkers = markerHolders.map((holder) => ({
    ...objectCheck(switchCheckIds.noMarker(holder.region, term), holder, takeover, 1),
    inverted: true,
  }));
  const endpoints = [primary, secondary].map((site) => endpointCheck(site, options));
  const healthChecks = [
    openCheck,
    ...markers,
    ...noMarkers,
    ...endpoints,
    allOf(switchCheckIds.traffic(active.region), [openCheck, ...noMarkers]),
    anyOf(switchCheckIds.traffic(standby.region), markers),
  ];
  return { healthChecks, records: recordsOf(options, active) };
}

function objectCheck(
  id: string,
  place: Pick<SwitchSite, 'region' | 'bucket'>,
  object: SwitchObject,
  failureThreshold: number,
): EndpointCheck {
  return {
    kind: 'Endpoint',
    id,
    hostname: `${place.bucket}.s3.${place.region}.amazonaws.com`,
    path: `/${object.key}`,
    searchString: object.content,
    intervalSeconds: 10,
    failureThreshold,
  };
}

function endpointCheck(site: SwitchSite, { domain, healthPath = '/healthz' }: SwitchOptions): EndpointCheck {
  return {
    kind: 'Endpoint',
    id: switchCheckIds.endpoint(site.region),
    hostname: `${site.region}.${domain}`,
    path: healthPath,
    intervalSeconds: 10,
    failureThreshold: 3,
  };
}

function allOf(id: string, children: readonly HealthCheck[]): CalculatedCheck {
  return { kind: 'Calculated', id, children: children.map((child) => child.id), healthThreshold: children.length };
}

function anyOf(id: string, children: readonly HealthCheck[]): CalculatedCheck {
  return { ...allOf(id, children), healthThreshold: 1 };
}

function recordsOf(options: SwitchOptions, active: SwitchSite): ZoneRecord[] {
  const { domain, primary, secondary, applicationTtlSeconds = 10, databaseTtlSeconds = 5 } = options;
  const cname = (name: string, ttlSeconds: number, target: string) =>
    ({ name, type: 'CNAME', data: { kind: 'Values', ttlSeconds, values: [target] } }) as const;
  const perSite = ([site, routing]: readonly [SwitchSite, Routing]): ZoneRecord[] => {
    const chosen = { setIdentifier: site.region, routing, healthCheckId: switchCheckIds.traffic(site.region) };
    return [
      { ...cname(domain, applicationTtlSeconds, site.loadBalancer), ...chosen },
      { ...cname(`db.${domain}`, databaseTtlSeconds, site.databaseEndpoint), ...chosen },
      { ...cname(`${site.region}.${domain}`, applicationTtlSeconds, site.loadBalancer), routing: { policy: 'Simple' } },
    ];
  };
  const health = { name: `_health.${domain}`, type: 'TXT' } as const;
  return [
    ...perSite([primary, routingOf('Primary', options)]),
    ...perSite([secondary, routingOf('Secondary', options)]),
    {
      ...health,
      setIdentifier: 'up',
      routing: { policy: 'Failover', role: 'Primary' },
      healthCheckId: switchCheckIds.endpoint(active.region),
      data: { kind: 'Values', ttlSeconds: databaseTtlSeconds, values: [healthText('up', active.region)] },
    },
    {
      ...health,
      setIdentifier: 'down',
      routing: { policy: 'Failover', role: 'Secondary' },
      data: { kind: 'Values', ttlSeconds: databaseTtlSeconds, values: [healthText('down', active.region)] },
    },
  ];
}

function routingOf(role: 'Primary' | 'Secondary', { routing = 'Failover', active }: SwitchOptions): Routing {
  if (routing === 'Failover') return { policy: 'Failover', role };
  return { policy: 'Weighted', weight: role.toLowerCase() === active ? 100 : 0 };
}
