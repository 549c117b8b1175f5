import type { HealthCheck } from './health-check.ts';

/**
 * The status of a check as records see it: inversion, disablement and children included. A disabled check is healthy,
 * or unhealthy if it is inverted; a child or check that does not exist counts as healthy, as a new one would.
 *
 * Source: HealthThreshold, Inverted and Disabled in
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
 *
 * @param endpointIsHealthy what the checkers found for an endpoint check, before inversion.
 */
export function checkStatus(
  id: string,
  checks: ReadonlyMap<string, HealthCheck>,
  endpointIsHealthy: (id: string) => boolean,
): boolean {
  const check = checks.get(id);
  if (check === undefined) return true;
  const inverted = check.inverted ?? false;
  const measured = check.disabled === true || isHealthyByData(check, checks, endpointIsHealthy);
  return measured !== inverted;
}

function isHealthyByData(
  check: HealthCheck,
  checks: ReadonlyMap<string, HealthCheck>,
  endpointIsHealthy: (id: string) => boolean,
): boolean {
  switch (check.kind) {
    case 'Endpoint':
      return endpointIsHealthy(check.id);
    case 'Calculated': {
      const healthy = check.children.filter((child) => checkStatus(child, checks, endpointIsHealthy));
      return healthy.length >= check.healthThreshold;
    }
  }
}
