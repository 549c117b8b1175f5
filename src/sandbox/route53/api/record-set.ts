import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { notImplemented } from '../../region/wire/aws-error.ts';
import { canonicalName, type Routing, type ZoneRecord } from '../record.ts';
import { invalid } from './health-check-config.ts';

/** Of every load balancer's alias; which region's one is no matter here. */
const aliasZoneId = 'Z35SXDOTRQ7X7K';

/** A record of the sandbox as Route 53 lists it. */
export function recordSetOf(record: ZoneRecord): ResourceRecordSet {
  const { data, setIdentifier, healthCheckId } = record;
  return {
    Name: `${canonicalName(record.name)}.`,
    Type: record.type,
    ...(setIdentifier === undefined ? {} : { SetIdentifier: setIdentifier }),
    ...routingFields(record.routing),
    ...(data.kind === 'Alias'
      ? {
          AliasTarget: {
            HostedZoneId: aliasZoneId,
            DNSName: `${canonicalName(data.target)}.`,
            EvaluateTargetHealth: data.evaluateTargetHealth,
          },
        }
      : {
          TTL: data.ttlSeconds,
          ResourceRecords: data.values.map((value) => ({ Value: record.type === 'TXT' ? `"${value}"` : value })),
        }),
    ...(healthCheckId === undefined ? {} : { HealthCheckId: healthCheckId }),
  };
}

/** @throws AwsError InvalidInput; NotImplemented for what the sandbox does not answer. */
export function recordOf(set: ResourceRecordSet): ZoneRecord {
  const { Name, Type, SetIdentifier, HealthCheckId } = set;
  if (Name === undefined) throw invalid('a record set needs a Name');
  if (Type !== 'A' && Type !== 'CNAME' && Type !== 'TXT') throw notImplemented('route53', `records of type ${Type}`);
  return {
    name: canonicalName(Name),
    type: Type,
    routing: routingOf(set),
    data: dataOf(set),
    ...(SetIdentifier === undefined ? {} : { setIdentifier: SetIdentifier }),
    ...(HealthCheckId === undefined ? {} : { healthCheckId: HealthCheckId }),
  };
}

function routingFields(routing: Routing): Partial<ResourceRecordSet> {
  switch (routing.policy) {
    case 'Simple':
      return {};
    case 'Failover':
      return { Failover: routing.role === 'Primary' ? 'PRIMARY' : 'SECONDARY' };
    case 'Weighted':
      return { Weight: routing.weight };
  }
}

function routingOf({ Failover, Weight, Region, GeoLocation, MultiValueAnswer }: ResourceRecordSet): Routing {
  if (Region !== undefined || GeoLocation !== undefined || MultiValueAnswer !== undefined) {
    throw notImplemented('route53', 'routing by latency, place or several values');
  }
  if (Failover !== undefined) return { policy: 'Failover', role: Failover === 'PRIMARY' ? 'Primary' : 'Secondary' };
  return Weight === undefined ? { policy: 'Simple' } : { policy: 'Weighted', weight: Weight };
}

function dataOf({ Type, AliasTarget, TTL, ResourceRecords }: ResourceRecordSet): ZoneRecord['data'] {
  if (AliasTarget !== undefined) {
    const { DNSName = '', EvaluateTargetHealth = false } = AliasTarget;
    return { kind: 'Alias', target: canonicalName(DNSName), evaluateTargetHealth: EvaluateTargetHealth };
  }
  if (TTL === undefined || !ResourceRecords?.length) throw invalid('a record set needs a TTL and values, or an alias');
  const values = ResourceRecords.map(({ Value = '' }) => (Type === 'TXT' ? Value.replace(/^"(.*)"$/, '$1') : Value));
  return { kind: 'Values', ttlSeconds: TTL, values };
}
