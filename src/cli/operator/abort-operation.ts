import { UnderstudyError } from '../../api/errors.ts';
import { Cluster } from '../cluster/cluster.ts';
import { exitCodes } from '../exit-codes.ts';
import { isConfirmed } from './confirm.ts';
import { findOperation } from './find-operation.ts';
import { operationName } from './operation-name.ts';
import { type ChangeArguments, durationOption, type OperatorSurroundings } from './options.ts';
import { isPastIntent, phaseOf } from './phases.ts';
import { seeThrough } from './see-through.ts';

export interface AbortArguments extends ChangeArguments {
  readonly name: string;
}

/** Asks, and has an operation called off. */
export async function abortOperation(
  given: AbortArguments,
  { setExitCode, terminal }: OperatorSurroundings,
): Promise<void> {
  const timeoutMs = given.timeout === undefined ? undefined : durationOption('timeout', given.timeout);
  const cluster = Cluster.open(given);
  const operation = await findOperation(cluster, given.name);
  const title = `${operationName(operation)} (${operation.spec.action}, ${phaseOf(operation)})`;
  if (isPastIntent(operation)) {
    throw new UnderstudyError('US1029', `${title} has written its intent and only goes forward`);
  }
  if (!given.yes) {
    console.error(
      'What it took from the active site is given back. If it passes its point of no return meanwhile, it goes on.',
    );
    if (!(await isConfirmed(terminal, { what: `abort ${title}` }))) {
      console.error('Nothing was done.');
      setExitCode(exitCodes.failure);
      return;
    }
  }
  const changed = await cluster.patchSpec('failovers', operation, { abort: true });
  setExitCode(await seeThrough(cluster, changed, { ...given, timeoutMs, did: 'is asked to abort' }));
}
