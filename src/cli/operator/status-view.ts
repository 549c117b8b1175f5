import type { FailoverObject, PlanObject } from '../cluster/objects.ts';
import type { Colors } from '../colors.ts';
import type { ControllerState } from './controller-state.ts';
import { operationsIn } from './find-plan.ts';
import { lambdaCommand } from './lambda-command.ts';
import { underWay } from './phases.ts';
import { planDetail } from './plan-detail.ts';
import { planTable } from './plan-table.ts';

/** Everything that `understudy status` shows, as it was read. */
export interface StatusPicture {
  readonly controller: ControllerState;
  readonly plans: readonly PlanObject[];
  readonly failovers: readonly FailoverObject[];
}

export interface StatusOptions {
  /** One plan in detail. */
  readonly plan: string | undefined;
  /** `null` is all of them. */
  readonly namespace: string | null;
  readonly nowMs: number;
}

/** As a person reads it. */
export function statusLines(picture: StatusPicture, options: StatusOptions, colors: Colors): string[] {
  const { controller, plans, failovers } = picture;
  const { plan: name, namespace, nowMs } = options;
  const plan = name === undefined ? undefined : plans.find(({ metadata }) => metadata.name === name);
  if (plan !== undefined) {
    return [
      ...controllerLines(controller, plan, colors),
      ...planDetail(plan, operationsIn(failovers, plan), colors, nowMs),
    ];
  }
  const where = namespace === null ? 'the cluster' : `namespace ${namespace}`;
  if (plans.length === 0) {
    const hint = namespace === null ? '' : ' Name another with -n, or look into all with -A.';
    return [...controllerLines(controller, undefined, colors), `There is no FailoverPlan in ${where}.${hint}`];
  }
  return [
    ...controllerLines(controller, undefined, colors),
    ...planTable(plans, failovers, colors, { withNamespace: namespace === null, nowMs }),
  ];
}

/** As programs read it. */
export function statusJson({ controller, plans, failovers }: StatusPicture): object {
  return {
    controller,
    plans: plans.map((plan) => ({
      namespace: plan.metadata.namespace,
      name: plan.metadata.name,
      generation: plan.metadata.generation,
      status: plan.status ?? null,
      operation: underWay(operationsIn(failovers, plan)) ?? null,
    })),
  };
}

function controllerLines(controller: ControllerState, plan: PlanObject | undefined, colors: Colors): string[] {
  if (controller.kind === 'Leads') return [];
  if (controller.kind === 'CannotTell')
    return [colors.dim(`Whether a controller acts cannot be told: ${controller.text}.`), ''];
  const lines = [
    colors.red(`No controller acts: ${controller.text}.`),
    'What follows is what it saw last. The Lambdas in both regions go on watching, and fail over by themselves in mode Automatic.',
  ];
  if (plan === undefined) return [...lines, ''];
  const request = { action: 'Failover', reason: 'asked for by a person' } as const;
  return [...lines, 'To have the standby take over now, without the cluster:', lambdaCommand(plan, request), ''];
}
