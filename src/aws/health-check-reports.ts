import { GetHealthCheckStatusCommand, type Route53Client } from '@aws-sdk/client-route-53';
import { readCall } from './bounded-call.ts';

/** What Route 53's checkers last said of one health check, each for itself. */
export interface CheckerReports {
  readonly total: number;
  /** That reached what they look for. Of an inverted check too: inverting comes after the checkers. */
  readonly successes: number;
}

/**
 * Asks what each checker saw. Not for calculated checks, of which Route 53 has no reports.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHealthCheckStatus.html
 * @throws PortError
 */
export async function checkerReports(client: Route53Client, id: string, limit: AbortSignal): Promise<CheckerReports> {
  const command = new GetHealthCheckStatusCommand({ HealthCheckId: id });
  const { HealthCheckObservations = [] } = await readCall(limit, (options) => client.send(command, options));
  const said = HealthCheckObservations.flatMap(({ StatusReport }) => StatusReport?.Status ?? []);
  return { total: said.length, successes: said.filter((status) => status.startsWith('Success')).length };
}

/**
 * Route 53 holds an endpoint for healthy when more than 18 % of its checkers do.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export function areSuccess({ total, successes }: CheckerReports): boolean {
  return total > 0 && successes / total > 0.18;
}
