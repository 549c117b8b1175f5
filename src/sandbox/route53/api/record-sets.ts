import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { AwsError } from '../../region/wire/aws-error.ts';
import { canonicalName, recordKey, type ZoneRecord } from '../record.ts';
import type { Route53 } from '../route53.ts';
import { recordOf, recordSetOf } from './record-set.ts';

/** Route 53 sorts by name with the labels reversed: `com.example.www`. */
function sortKey({ Name = '', Type, SetIdentifier = '' }: ResourceRecordSet): string {
  return [reversedLabels(Name), Type ?? '', SetIdentifier].join(' ');
}

function reversedLabels(name: string): string {
  return canonicalName(name).split('.').reverse().join('.');
}

/** The records from a name on, in Route 53's order. */
export function listRecordSets(route53: Route53, from: { readonly name?: string | undefined }): ResourceRecordSet[] {
  const start = from.name === undefined ? '' : reversedLabels(from.name);
  return route53
    .records()
    .map(recordSetOf)
    .filter((set) => sortKey(set) >= start)
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

/**
 * Changes all or nothing.
 *
 * Source: Amazon Route 53 API Reference, ChangeResourceRecordSets.
 * @throws AwsError InvalidChangeBatch, NoSuchHealthCheck
 */
export function changeRecordSets(route53: Route53, changes: readonly Change[]): void {
  const records = new Map(route53.records().map((record) => [recordKey(record), record]));
  for (const { Action, ResourceRecordSet: set } of changes) {
    const record = recordOf(set ?? { Name: undefined, Type: undefined });
    const key = recordKey(record);
    if (Action === 'CREATE' && records.has(key)) throw invalidBatch(`${key} already exists`);
    if (Action === 'DELETE' && !records.has(key)) throw invalidBatch(`${key} was not found`);
    if (record.healthCheckId !== undefined && route53.status(record.healthCheckId) === null) {
      throw new AwsError('NoSuchHealthCheck', `A health check with id ${record.healthCheckId} does not exist.`, 404);
    }
    if (Action === 'DELETE') records.delete(key);
    else records.set(key, record);
  }
  refuseTwins([...records.values()]);
  for (const record of route53.records()) if (!records.has(recordKey(record))) route53.deleteRecord(record);
  route53.upsert({ records: [...records.values()] });
}

/** Of a name and type there is one PRIMARY and one SECONDARY; two cannot be swapped one after the other. */
function refuseTwins(records: readonly ZoneRecord[]): void {
  const seen = new Set<string>();
  for (const { name, type, routing } of records) {
    if (routing.policy !== 'Failover') continue;
    const place = `${canonicalName(name)} ${type} ${routing.role}`;
    if (seen.has(place)) throw invalidBatch(`there is another ${routing.role} record of ${name} ${type}`);
    seen.add(place);
  }
}

function invalidBatch(message: string): AwsError {
  return new AwsError('InvalidChangeBatch', message);
}
