import type { FailoverObject } from '../cluster/objects.ts';
import type { Colors } from '../colors.ts';
import { hasEnded } from './phases.ts';
import { columns } from './texts.ts';

/** The controller has filled in what would be done, or why not. */
export function isAnswered(failover: FailoverObject): boolean {
  return hasEnded(failover) || (failover.status?.steps?.length ?? 0) > 0;
}

/** What would be done, in order, with budgets; and what stands in its way. */
export function dryRunLines({ spec, status }: FailoverObject, colors: Colors): string[] {
  const direction = status?.to === undefined ? '' : ` to ${status.to}`;
  const title = `${colors.bold(`${spec.action} of ${spec.planRef.name}${direction}`)}: nothing has been done`;
  const loss = status?.dataLoss;
  const lossLine =
    loss === undefined
      ? []
      : [`Expected loss: ${loss.observed ?? 'not measured'}; at worst ${loss.worstCase ?? 'unknown'}.`];
  const steps = (status?.steps ?? []).map((step, index) => [
    String(index + 1).padStart(2),
    step.phase === 'Skipped' ? colors.dim(step.name) : step.name,
    step.phase === 'Skipped' ? colors.dim('skipped') : `within ${step.budget ?? '?'}`,
    step.message ?? '',
  ]);
  const message = status?.message === undefined ? [] : [colors.yellow(status.message)];
  const conditions = (status?.conditions ?? []).map(({ type, status: is, message: why }) => `${type}=${is}  ${why}`);
  return [title, ...message, ...lossLine, ...columns(steps), ...conditions];
}
