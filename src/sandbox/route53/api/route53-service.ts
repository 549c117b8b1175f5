import {
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHealthCheckCommand,
  DeleteHealthCheckCommand,
  GetHealthCheckCommand,
  GetHealthCheckStatusCommand,
  ListHealthChecksCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand,
  UpdateHealthCheckCommand,
} from '@aws-sdk/client-route-53';
import { AwsError, notImplemented } from '../../region/wire/aws-error.ts';
import { operation } from '../../region/wire/operation.ts';
import { restXmlService } from '../../region/wire/rest-xml-service.ts';
import type { Service } from '../../region/wire/service.ts';
import { canonicalName } from '../record.ts';
import type { Route53 } from '../route53.ts';
import { invalid } from './health-check-config.ts';
import { HealthChecks } from './health-checks.ts';
import { changeRecordSets, listRecordSets } from './record-sets.ts';

/** The one hosted zone of a world. */
const zoneId = 'Z0SANDBOX000000000001';

/**
 * Route 53's control plane over a world's records and checks. Changes take effect at once, where Route 53 takes up to a
 * minute to spread them.
 *
 * Source: Amazon Route 53 API Reference, each action's own page and errors.
 *
 * @param zoneName of the hosted zone, without a dot at the end.
 */
export function route53Service(route53: Route53, zoneName: string): Service {
  const checks = new HealthChecks(route53);
  const requireZone = (id: string | undefined): void => {
    if (id === zoneId) return;
    throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, 404);
  };

  return restXmlService({
    signingName: 'route53',
    xmlNamespace: 'https://route53.amazonaws.com/doc/2013-04-01/',
    operations: [
      operation(ListHostedZonesByNameCommand, ({ DNSName = '', MaxItems = 100 }) => {
        // Zones from that name on, by their labels in reverse.
        const reversed = (name: string): string => canonicalName(name).split('.').reverse().join('.');
        const isListed = DNSName === '' || reversed(zoneName) >= reversed(DNSName);
        const zone = {
          Id: `/hostedzone/${zoneId}`,
          Name: `${zoneName}.`,
          CallerReference: 'sandbox',
          Config: { PrivateZone: false },
          ResourceRecordSetCount: route53.records().length,
        };
        return { HostedZones: isListed ? [zone] : [], IsTruncated: false, MaxItems };
      }),
      operation(ListResourceRecordSetsCommand, (input) => {
        requireZone(input.HostedZoneId);
        const { StartRecordName: name, StartRecordType, StartRecordIdentifier, MaxItems = 300 } = input;
        if (StartRecordType !== undefined || StartRecordIdentifier !== undefined) {
          throw notImplemented('route53', 'ListResourceRecordSets from a type or set identifier on');
        }
        const found = listRecordSets(route53, { name });
        const [next] = found.slice(MaxItems);
        return {
          ResourceRecordSets: found.slice(0, MaxItems),
          IsTruncated: next !== undefined,
          MaxItems,
          ...(next === undefined ? {} : { NextRecordName: next.Name, NextRecordType: next.Type }),
        };
      }),
      operation(ChangeResourceRecordSetsCommand, ({ HostedZoneId, ChangeBatch }) => {
        requireZone(HostedZoneId);
        changeRecordSets(route53, ChangeBatch?.Changes ?? []);
        return { ChangeInfo: { Id: '/change/C0SANDBOX', Status: 'INSYNC' as const, SubmittedAt: new Date() } };
      }),
      operation(CreateHealthCheckCommand, ({ CallerReference, HealthCheckConfig }) => {
        if (!CallerReference || HealthCheckConfig === undefined) throw invalid('CallerReference and config are needed');
        const created = checks.create(CallerReference, HealthCheckConfig);
        return { HealthCheck: created, Location: `https://route53.amazonaws.com/2013-04-01/healthcheck/${created.Id}` };
      }),
      operation(GetHealthCheckCommand, ({ HealthCheckId = '' }) => ({ HealthCheck: checks.get(HealthCheckId) })),
      operation(ListHealthChecksCommand, ({ Marker = '', MaxItems = 100 }) => {
        const all = checks.list();
        const first = Marker === '' ? 0 : all.findIndex(({ Id }) => Id === Marker);
        const next = all[first + MaxItems];
        return {
          HealthChecks: all.slice(first, first + MaxItems),
          Marker,
          IsTruncated: next !== undefined,
          ...(next === undefined ? {} : { NextMarker: next.Id }),
          MaxItems,
        };
      }),
      operation(UpdateHealthCheckCommand, ({ HealthCheckId = '', HealthCheckVersion, ResetElements, ...changes }) => {
        if (ResetElements?.length) throw notImplemented('route53', 'UpdateHealthCheck with ResetElements');
        return { HealthCheck: checks.update(HealthCheckId, HealthCheckVersion, changes) };
      }),
      operation(DeleteHealthCheckCommand, ({ HealthCheckId = '' }) => {
        checks.delete(HealthCheckId);
        return {};
      }),
      operation(GetHealthCheckStatusCommand, ({ HealthCheckId = '' }) => {
        if (checks.get(HealthCheckId).HealthCheckConfig?.Type === 'CALCULATED') {
          throw invalid('The status of a calculated health check cannot be asked for.');
        }
        const observations = route53.observations(HealthCheckId);
        return {
          HealthCheckObservations: observations.map(({ region, address, text, atMs }) => ({
            Region: region,
            IPAddress: address,
            StatusReport: { Status: text, CheckedTime: new Date(atMs) },
          })),
        };
      }),
      operation(ChangeTagsForResourceCommand, ({ ResourceType, ResourceId = '', AddTags = [], RemoveTagKeys = [] }) => {
        requireHealthCheck(ResourceType);
        checks.tag(ResourceId, AddTags, RemoveTagKeys);
        return {};
      }),
      operation(ListTagsForResourceCommand, ({ ResourceType, ResourceId = '' }) => {
        requireHealthCheck(ResourceType);
        const tags = Object.entries(checks.tags(ResourceId)).map(([Key, Value]) => ({ Key, Value }));
        return { ResourceTagSet: { ResourceType: 'healthcheck' as const, ResourceId, Tags: tags } };
      }),
    ],
  });
}

function requireHealthCheck(type: string | undefined): void {
  if (type !== 'healthcheck') throw notImplemented('route53', `tags of a ${type}`);
}
