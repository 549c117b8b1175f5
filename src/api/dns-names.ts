/**
 * Names of an application in DNS. Route 53 cannot put a CNAME at the top of a zone, so there an alias is used, whose TTL
 * is the load balancer's and cannot be set.
 */
export interface AppDomain {
  readonly name: string;
  readonly zoneName: string;
}

/** Of the record that clients use, where it is a CNAME. */
const cnameTtlSeconds = 10;
/** Source: "Choosing between alias and non-alias records", Amazon Route 53 Developer Guide. */
const aliasTtlSeconds = 60;

/** TTL of the record that follows the writable database. */
export const databaseRecordTtlSeconds = 5;

export function isApex(domain: AppDomain): boolean {
  return domain.name === domain.zoneName;
}

/** Seconds for which a client may keep the answer of the application record. */
export function applicationTtlSeconds(domain: AppDomain): number {
  return isApex(domain) ? aliasTtlSeconds : cnameTtlSeconds;
}

/** `db.trading.example.com` follows the writable database. */
export function databaseRecordName(domain: AppDomain): string {
  return `db.${domain.name}`;
}

/** `_health.trading.example.com`: a TXT record in which Route 53's checkers say `up` or `down` of a site, and of which. */
export function healthRecordName(domain: AppDomain): string {
  return `_health.${domain.name}`;
}

/** `us-east-1.trading.example.com` is one site, whatever the switch says. */
export function siteRecordName(domain: AppDomain, region: string): string {
  return `${region}.${domain.name}`;
}

/** What {@link healthRecordName} answers: the checkers' word, and the region that it is about. */
export function healthText(word: 'up' | 'down', region: string): string {
  return `${word} ${region}`;
}

/** @returns null for any other text. */
export function parseHealthText(text: string): { readonly word: 'up' | 'down'; readonly region: string } | null {
  const match = /^(up|down) ([a-z0-9-]+)$/.exec(text);
  const [, word, region] = match ?? [];
  return (word === 'up' || word === 'down') && region !== undefined ? { word, region } : null;
}
