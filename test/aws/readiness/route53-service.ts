import type { HealthCheckConfig, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { AwsError, notImplemented } from '../../../src/sandbox/region/wire/aws-error.ts';
import type { Service, WireRequest, WireResponse } from '../../../src/sandbox/region/wire/service.ts';

/** What the double of Route 53's API answers from. */
export interface Route53Content {
  zones: { readonly id: string; readonly name: string; readonly isPrivate: boolean }[];
  records: ResourceRecordSet[];
  checks: Record<string, Partial<HealthCheckConfig>>;
  checkerRanges: string[];
}

const version = '/2013-04-01/';

/**
 * The few reads of Route 53 that readiness asks for, in its REST-XML.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations.html
 */
export function route53Service(content: () => Route53Content): Service {
  return {
    signingName: 'route53',
    throttled: new AwsError('Throttling', 'Rate exceeded', 400),
    async identify(request) {
      const path = request.url.pathname.replace(version, '');
      if (path === 'hostedzonesbyname') return { operation: 'ListHostedZonesByName', parameters: {} };
      const [, zone] = /^hostedzone\/([^/]+)\/rrset$/.exec(path) ?? [];
      if (zone !== undefined) return { operation: 'ListResourceRecordSets', parameters: { zone } };
      if (path === 'checkeripranges') return { operation: 'GetCheckerIpRanges', parameters: {} };
      const [, id] = /^healthcheck\/([^/]+)$/.exec(path) ?? [];
      if (id !== undefined) return { operation: 'GetHealthCheck', parameters: { id } };
      throw notImplemented('route53', `${request.method} ${path}`);
    },
    async perform(request, { operation, parameters }) {
      return xml(request, 200, bodyOf(operation, content(), request, parameters as { readonly id?: string }));
    },
    renderError({ code, message, httpStatus }, request) {
      const inner = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
      return xml(request, httpStatus, `<ErrorResponse xmlns="${namespace}">${inner}</ErrorResponse>`);
    },
  };
}

const namespace = 'https://route53.amazonaws.com/doc/2013-04-01/';

function bodyOf(
  operation: string,
  content: Route53Content,
  request: WireRequest,
  { id = '' }: { readonly id?: string },
): string {
  switch (operation) {
    case 'ListHostedZonesByName': {
      const from = `${request.url.searchParams.get('dnsname')}.`;
      const zones = content.zones.filter(({ name }) => name >= from || name === from);
      return response(operation, `<HostedZones>${zones.map(zoneXml).join('')}</HostedZones>`, paging);
    }
    case 'ListResourceRecordSets':
      return response(
        operation,
        `<ResourceRecordSets>${content.records.map(recordXml).join('')}</ResourceRecordSets>`,
        paging,
      );
    case 'GetCheckerIpRanges': {
      const members = content.checkerRanges.map((range) => `<member>${range}</member>`).join('');
      return response(operation, `<CheckerIpRanges>${members}</CheckerIpRanges>`);
    }
    default: {
      const check = content.checks[id];
      if (check === undefined) throw new AwsError('NoSuchHealthCheck', `no health check ${id}`, 404);
      return response('GetHealthCheck', checkXml(id, check));
    }
  }
}

const paging = '<IsTruncated>false</IsTruncated><MaxItems>20</MaxItems>';

function response(operation: string, ...parts: readonly string[]): string {
  return `<${operation}Response xmlns="${namespace}">${parts.join('')}</${operation}Response>`;
}

function zoneXml({ id, name, isPrivate }: Route53Content['zones'][number]): string {
  const config = `<Config><PrivateZone>${isPrivate}</PrivateZone></Config>`;
  return `<HostedZone><Id>/hostedzone/${id}</Id><Name>${name}</Name><CallerReference>x</CallerReference>${config}</HostedZone>`;
}

function recordXml(record: ResourceRecordSet): string {
  const { Name, Type, SetIdentifier, Failover, TTL, HealthCheckId, AliasTarget } = record;
  const target =
    AliasTarget === undefined
      ? ''
      : element('HostedZoneId', AliasTarget.HostedZoneId) +
        element('DNSName', AliasTarget.DNSName) +
        element('EvaluateTargetHealth', AliasTarget.EvaluateTargetHealth);
  const inner =
    element('Name', Name) +
    element('Type', Type) +
    element('SetIdentifier', SetIdentifier) +
    element('Failover', Failover) +
    element('TTL', TTL) +
    element('HealthCheckId', HealthCheckId) +
    (target === '' ? '' : `<AliasTarget>${target}</AliasTarget>`);
  return `<ResourceRecordSet>${inner}</ResourceRecordSet>`;
}

function checkXml(id: string, config: Partial<HealthCheckConfig>): string {
  const children = (config.ChildHealthChecks ?? []).map((child) => element('ChildHealthCheck', child)).join('');
  const inner =
    element('Type', config.Type) +
    element('ResourcePath', config.ResourcePath) +
    element('RequestInterval', config.RequestInterval) +
    element('FailureThreshold', config.FailureThreshold) +
    element('Disabled', config.Disabled) +
    (children === '' ? '' : `<ChildHealthChecks>${children}</ChildHealthChecks>`);
  const version = '<HealthCheckVersion>1</HealthCheckVersion>';
  return `<HealthCheck>${element('Id', id)}<CallerReference>x</CallerReference><HealthCheckConfig>${inner}</HealthCheckConfig>${version}</HealthCheck>`;
}

function element(name: string, value: string | number | boolean | undefined): string {
  return value === undefined ? '' : `<${name}>${value}</${name}>`;
}

function xml(request: WireRequest, status: number, body: string): WireResponse {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': request.requestId }, body };
}
