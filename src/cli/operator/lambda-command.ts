import type { FailoverAction } from '../../api/failover.ts';
import { otherSite, type Site } from '../../api/site.ts';
import type { PlanObject } from '../cluster/objects.ts';

export interface LambdaRequest {
  readonly action: FailoverAction;
  readonly reason: string;
  /** Duration. */
  readonly acceptUpTo?: string | undefined;
}

/**
 * The command that has the failover Lambda of the standby region carry an operation out, without any cluster. A plan that
 * Understudy's manifests did not make names no function: `FUNCTION` stands for it.
 *
 * The AWS CLI would take 60 s of silence for a failure and invoke again, so it is told to wait.
 *
 * @see https://docs.aws.amazon.com/cli/latest/reference/lambda/invoke.html
 */
export function lambdaCommand(plan: PlanObject, request: LambdaRequest): string {
  const site = standbyOf(plan);
  const { action, reason, acceptUpTo } = request;
  const payload = { action, reason, ...(acceptUpTo === undefined ? {} : { dataLoss: { acceptUpTo } }) };
  return [
    `aws lambda invoke --region ${plan.spec.sites[site].region} --function-name ${functionName(plan, site) ?? 'FUNCTION'} \\`,
    '    --cli-read-timeout 0 --cli-binary-format raw-in-base64-out \\',
    `    --payload ${shellQuoted(JSON.stringify(payload))} /dev/stdout`,
  ].join('\n');
}

/** The journal lives at the standby, and so does who acts there. */
function standbyOf({ status }: PlanObject): Site {
  return otherSite(status?.active ?? 'primary');
}

/** Every name of an application is `<app>-<resource>-<environment>`, so the journal's tells the function's. */
function functionName({ metadata: { name }, spec }: PlanObject, site: Site): string | undefined {
  const prefix = `${name}-journal-`;
  const { journalTable } = spec.sites[site];
  return journalTable.startsWith(prefix) ? `${name}-failover-${journalTable.slice(prefix.length)}` : undefined;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
