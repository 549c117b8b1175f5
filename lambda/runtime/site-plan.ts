import { UnderstudyError } from '../../src/api/errors.ts';
import { type FailoverPlan, failoverPlanSchema } from '../../src/api/failover-plan.ts';
import { apiVersion } from '../../src/api/object-meta.ts';
import type { Parameters } from '../../src/aws/parameters.ts';
import { planHash } from '../../src/aws/plan-hash.ts';
import { planOf } from '../../src/failover/plan.ts';

/** The plan as the functions of a site have it. */
export interface SitePlan {
  readonly resource: FailoverPlan;
  /** As `planHash` gives it: two actors with the same hash work by the same plan. */
  readonly hash: string;
}

/**
 * Reads the plan from its SSM parameter.
 *
 * @throws UnderstudyError US2004 if there is none, US2005 if this version cannot use it.
 * @throws PortError if SSM cannot be asked.
 */
export async function readSitePlan(parameters: Parameters): Promise<SitePlan> {
  const name = parameters.nameOf('plan');
  const text = await parameters.read('plan');
  if (text === null) throw new UnderstudyError('US2004', `there is no SSM parameter ${name}`);
  const resource = planIn(text, name);
  return { resource, hash: planHash(planOf(resource)) };
}

function planIn(text: string, name: string): FailoverPlan {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new UnderstudyError('US2005', `the SSM parameter ${name} is no JSON`, { cause });
  }
  const version = versionOf(document);
  if (version !== apiVersion) {
    throw new UnderstudyError('US2005', `the plan in ${name} is of ${version}, and this function knows ${apiVersion}`);
  }
  const parsed = failoverPlanSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined ? '' : `: ${issue.path.join('.')}: ${issue.message}`;
  throw new UnderstudyError('US2005', `the plan in ${name} cannot be understood${where}`);
}

function versionOf(document: unknown): unknown {
  return typeof document === 'object' && document !== null && 'apiVersion' in document
    ? document.apiVersion
    : 'no version';
}
