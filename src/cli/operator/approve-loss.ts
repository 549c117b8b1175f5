import { Cluster } from '../cluster/cluster.ts';
import { exitCodes } from '../exit-codes.ts';
import { isConfirmed } from './confirm.ts';
import { type AcceptedLoss, acceptedLoss, checkConsent, lossWords } from './consent.ts';
import { findOperation } from './find-operation.ts';
import { operationName } from './operation-name.ts';
import { type ChangeArguments, durationOption, type OperatorSurroundings } from './options.ts';
import { seeThrough } from './see-through.ts';

export interface ApproveArguments extends ChangeArguments {
  readonly name: string;
  readonly 'accept-loss': string;
}

/** Sees that a consent covers the measured loss, asks, and gives it. */
export async function approveLoss(
  given: ApproveArguments,
  { setExitCode, terminal }: OperatorSurroundings,
): Promise<void> {
  const acceptUpTo = acceptedLoss(given['accept-loss']);
  const timeoutMs = given.timeout === undefined ? undefined : durationOption('timeout', given.timeout);
  const cluster = Cluster.open(given);
  const operation = await findOperation(cluster, given.name);
  checkConsent(operation, acceptUpTo);
  if (!given.yes) {
    console.error(`Loss of ${operationName(operation)}: ${lossWords(operation)}.`);
    const what = `let ${operationName(operation)} lose ${lossText(acceptUpTo)}`;
    if (!(await isConfirmed(terminal, { what, typed: operation.spec.planRef.name }))) {
      console.error('Nothing was done.');
      setExitCode(exitCodes.failure);
      return;
    }
  }
  const changed = await cluster.patchSpec('failovers', operation, { dataLoss: { acceptUpTo } });
  setExitCode(await seeThrough(cluster, changed, { ...given, timeoutMs, did: `may lose ${lossText(acceptUpTo)}` }));
}

function lossText(accepted: AcceptedLoss): string {
  return accepted === 'any' ? 'any number of writes' : `up to ${accepted} of writes`;
}
