import { GetCheckerIpRangesCommand, type Route53Client } from '@aws-sdk/client-route-53';
import { readCall } from '../bounded-call.ts';

/**
 * The ranges that Route 53's health checkers come from now.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetCheckerIpRanges.html
 * @throws PortError
 */
export async function currentCheckerRanges(client: Route53Client, limit: AbortSignal): Promise<readonly string[]> {
  const { CheckerIpRanges = [] } = await readCall(limit, (options) =>
    client.send(new GetCheckerIpRangesCommand({}), options),
  );
  return CheckerIpRanges;
}
