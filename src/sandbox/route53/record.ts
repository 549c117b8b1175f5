/** Types that the sandbox answers. */
type RecordType = 'A' | 'CNAME' | 'TXT';

/** How Route 53 chooses among records of one name and type. */
export type Routing =
  | { readonly policy: 'Simple' }
  | { readonly policy: 'Failover'; readonly role: 'Primary' | 'Secondary' }
  /** `weight` from 0 to 255, relative to the others'. */
  | { readonly policy: 'Weighted'; readonly weight: number };

type RecordData =
  | { readonly kind: 'Values'; readonly ttlSeconds: number; readonly values: readonly string[] }
  /** For a load balancer, or another name of the zone. */
  | { readonly kind: 'Alias'; readonly target: string; readonly evaluateTargetHealth: boolean };

/** A resource record set of Route 53. */
export interface ZoneRecord {
  /** Without a final dot. */
  readonly name: string;
  readonly type: RecordType;
  /** Tells records of one name and type apart; Route 53 wants it with every routing policy but Simple. */
  readonly setIdentifier?: string;
  readonly routing: Routing;
  readonly data: RecordData;
  /** Without one a record is always healthy, but for an alias that evaluates its target. */
  readonly healthCheckId?: string;
}

/** Two records with the same key replace one another. */
export function recordKey(record: Pick<ZoneRecord, 'name' | 'type' | 'setIdentifier'>): string {
  return `${canonicalName(record.name)} ${record.type} ${record.setIdentifier ?? ''}`;
}

/** DNS names compare without regard to case, and with or without the final dot. */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
