import type { HealthCheckConfig, HealthCheckType } from '@aws-sdk/client-route-53';
import { AwsError, notImplemented } from '../../region/wire/aws-error.ts';
import type { HealthCheck } from '../health-check.ts';

/** A check of the sandbox as Route 53 describes it: what looks for a string in a bucket does so by TLS there. */
export function configOf(check: HealthCheck): HealthCheckConfig {
  const common = { Inverted: check.inverted ?? false, Disabled: check.disabled ?? false };
  if (check.kind === 'Calculated') {
    const { children, healthThreshold } = check;
    return { Type: 'CALCULATED', ChildHealthChecks: [...children], HealthThreshold: healthThreshold, ...common };
  }
  const isMatch = check.searchString !== undefined;
  return {
    Type: isMatch ? 'HTTPS_STR_MATCH' : 'HTTP',
    Port: isMatch ? 443 : 80,
    FullyQualifiedDomainName: check.hostname,
    ResourcePath: check.path,
    ...(isMatch ? { SearchString: check.searchString, EnableSNI: true } : {}),
    RequestInterval: check.intervalSeconds,
    FailureThreshold: check.failureThreshold,
    ...common,
  };
}

const endpointTypes: ReadonlySet<HealthCheckType> = new Set(['HTTP', 'HTTPS', 'HTTP_STR_MATCH', 'HTTPS_STR_MATCH']);

/**
 * What a described check does here: plain HTTP stands in for TLS, and ports are the world's.
 *
 * @throws AwsError InvalidInput; NotImplemented for kinds of checks that the sandbox does not have.
 */
export function checkOf(id: string, config: HealthCheckConfig): HealthCheck {
  const { Type, Inverted: inverted = false, Disabled: disabled = false } = config;
  const common = { id, ...(inverted ? { inverted } : {}), ...(disabled ? { disabled } : {}) };
  if (Type === 'CALCULATED') {
    const { ChildHealthChecks: children = [], HealthThreshold } = config;
    return { kind: 'Calculated', children, healthThreshold: HealthThreshold ?? children.length, ...common };
  }
  if (Type === undefined || !endpointTypes.has(Type)) throw notImplemented('route53', `health checks of type ${Type}`);
  const { FullyQualifiedDomainName: hostname, SearchString, RequestInterval = 30, FailureThreshold = 3 } = config;
  if (hostname === undefined) throw notImplemented('route53', 'health checks of an IP address');
  if (RequestInterval !== 10 && RequestInterval !== 30) throw invalid('RequestInterval must be 10 or 30');
  if (Type.endsWith('_STR_MATCH') !== (SearchString !== undefined))
    throw invalid(`SearchString and ${Type} do not fit`);
  return {
    kind: 'Endpoint',
    hostname,
    path: config.ResourcePath ?? '/',
    ...(SearchString === undefined ? {} : { searchString: SearchString }),
    intervalSeconds: RequestInterval,
    failureThreshold: FailureThreshold,
    ...common,
  };
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidInput', message);
}
