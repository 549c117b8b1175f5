import { formatDuration } from '../../api/duration.ts';
import type { FailoverAction } from '../../api/failover.ts';
import type { Site } from '../../api/site.ts';
import { Cluster } from '../cluster/cluster.ts';
import type { FailoverObject, PlanObject } from '../cluster/objects.ts';
import { colorsFor } from '../colors.ts';
import { exitCodes } from '../exit-codes.ts';
import { isConfirmed } from './confirm.ts';
import { acceptedLoss } from './consent.ts';
import { type ControllerState, controllerState } from './controller-state.ts';
import { dryRunLines, isAnswered } from './dry-run-view.ts';
import { findPlan, operationsOf } from './find-plan.ts';
import { lambdaCommand } from './lambda-command.ts';
import { newFailover } from './new-failover.ts';
import { type ChangeArguments, durationOption, type OperatorSurroundings } from './options.ts';
import { previewOf } from './preview.ts';
import { seeThrough } from './see-through.ts';
import { waitUntil } from './wait-until.ts';

export interface StartArguments extends ChangeArguments {
  readonly plan: string;
  readonly reason: string | undefined;
  readonly 'dry-run': boolean;
  readonly to?: Site | undefined;
  readonly 'accept-loss'?: string | undefined;
}

const colors = colorsFor(process.stderr);

/** How long a dry run waits for the controller's answer, milliseconds. */
const dryRunMs = 30_000;

/** Begins an operation on a plan: shows what it would do, asks, and creates the Failover that has it carried out. */
export async function startOperation(
  action: FailoverAction,
  given: StartArguments,
  { setExitCode, terminal }: OperatorSurroundings,
): Promise<void> {
  const acceptLoss = given['accept-loss'];
  // Both are read before anything is asked of anybody.
  const acceptUpTo = acceptLoss === undefined ? undefined : acceptedLoss(acceptLoss);
  const timeoutMs = given.timeout === undefined ? undefined : durationOption('timeout', given.timeout);
  const cluster = Cluster.open(given);
  const plan = await findPlan(cluster, given.plan);
  const controller = await controllerState(cluster, Date.now());
  const isDryRun = given['dry-run'];
  const failover = newFailover(
    plan,
    {
      action,
      reason: given.reason ?? `understudy ${action.toLowerCase()}`,
      dryRun: isDryRun,
      ...(given.to === undefined ? {} : { to: given.to }),
      ...(acceptUpTo === undefined ? {} : { dataLoss: { acceptUpTo } }),
    },
    Date.now(),
  );
  warnWithoutController(plan, failover, controller);
  if (isDryRun) {
    setExitCode(await dryRun(cluster, failover, timeoutMs ?? dryRunMs, given.json));
    return;
  }
  if (!given.yes) {
    const preview = previewOf(plan, failover.spec, await operationsOf(cluster, plan));
    for (const line of preview.lines) console.error(line);
    if (!(await isConfirmed(terminal, { what: preview.what, ...typedFor(action, plan) }))) {
      console.error('Nothing was done.');
      setExitCode(exitCodes.failure);
      return;
    }
  }
  const created = await cluster.create('failovers', failover);
  setExitCode(await seeThrough(cluster, created, { ...given, timeoutMs, did: 'created' }));
}

/** A promotion cannot be undone, so what may lose writes asks for more than a key press. */
function typedFor(action: FailoverAction, { metadata }: PlanObject): { readonly typed?: string } {
  return action === 'Failover' ? { typed: metadata.name } : {};
}

async function dryRun(
  cluster: Cluster,
  failover: Pick<FailoverObject, 'metadata' | 'spec'>,
  timeoutMs: number,
  json: boolean,
): Promise<number> {
  const created = await cluster.create('failovers', failover);
  const answered = await waitUntil(cluster, created, isAnswered, timeoutMs);
  if (answered === null) {
    console.error(
      `No controller has answered ${created.metadata.name} within ${formatDuration(timeoutMs)}; kubectl get fo ${created.metadata.name} -n ${created.metadata.namespace} -o yaml shows when one does.`,
    );
    return exitCodes.timedOut;
  }
  console.log(json ? JSON.stringify(answered, null, 2) : dryRunLines(answered, colorsFor(process.stdout)).join('\n'));
  return answered.status?.phase === 'Failed' || answered.status?.phase === 'Aborted'
    ? exitCodes.failure
    : exitCodes.success;
}

/** The object would lie there until a controller comes; the Lambda needs none. */
function warnWithoutController(
  plan: PlanObject,
  { spec }: Pick<FailoverObject, 'spec'>,
  controller: ControllerState,
): void {
  if (controller.kind !== 'Gone') return;
  const { action, reason, dataLoss } = spec;
  console.error(colors.yellow(`No controller acts now: ${controller.text}.`));
  console.error('The Failover would be served when one is back. To have the Lambda do it now, without the cluster:');
  console.error(`${lambdaCommand(plan, { action, reason, acceptUpTo: dataLoss?.acceptUpTo })}\n`);
}
