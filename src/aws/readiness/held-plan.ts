import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import { failoverPlanSchema } from '../../api/failover-plan.ts';
import { planOf } from '../../failover/plan.ts';
import { PortError } from '../../failover/port-error.ts';
import type { HeldPlanFacts } from '../../failover/readiness/facts.ts';
import { readCall } from '../bounded-call.ts';
import { planHash } from '../plan-hash.ts';

/**
 * The plan that a site's functions read at their start; `null` if there is no such parameter.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 * @throws PortError
 */
export async function heldPlanFacts(
  client: SSMClient,
  parameter: string,
  limit: AbortSignal,
): Promise<HeldPlanFacts | null> {
  try {
    const { Parameter } = await readCall(limit, (options) =>
      client.send(new GetParameterCommand({ Name: parameter }), options),
    );
    return { parameter, hash: hashOf(Parameter?.Value ?? '') };
  } catch (error) {
    if (error instanceof PortError && error.cause instanceof ParameterNotFound) return null;
    throw error;
  }
}

function hashOf(text: string): string | null {
  try {
    const plan = failoverPlanSchema.safeParse(JSON.parse(text));
    return plan.success ? planHash(planOf(plan.data)) : null;
  } catch {
    return null;
  }
}
