import type { Cluster } from '../cluster/cluster.ts';
import type { FailoverObject } from '../cluster/objects.ts';
import { exitCodes } from '../exit-codes.ts';
import { follow } from './follow.ts';
import { interruptible } from './interruption.ts';
import { nextCommand } from './operation-view.ts';
import { createStepTimeline } from './step-timeline.ts';

export interface SeeThroughOptions {
  readonly wait: boolean;
  readonly json: boolean;
  readonly timeoutMs: number | undefined;
  /** What was just done to the object, as its line says it: `created`. */
  readonly did: string;
}

/** What every command that changed an operation ends with: says so, and with --wait follows it to its end. */
export async function seeThrough(
  cluster: Cluster,
  changed: FailoverObject,
  { wait, json, timeoutMs, did }: SeeThroughOptions,
): Promise<number> {
  const { name, namespace } = changed.metadata;
  if (!wait) {
    console.log(json ? JSON.stringify(changed, null, 2) : `failover.understudy.dev/${name} ${did}`);
    if (!json) {
      console.error(`Follow it with: understudy status ${changed.spec.planRef.name} -n ${namespace} --watch`);
    }
    return exitCodes.success;
  }
  // What is printed for programs goes to standard output alone.
  const timeline = createStepTimeline(json ? 'stderr' : 'stdout', Date.now);
  timeline.note(`failover.understudy.dev/${name} ${did}`);
  try {
    const { failover, exitCode } = await interruptible((interrupted) =>
      follow(cluster, changed, timeline, { timeoutMs, interrupted }),
    );
    const next = exitCode === exitCodes.waitsForPerson ? nextCommand(failover) : null;
    if (next !== null) timeline.note(next);
    if (json) console.log(JSON.stringify(failover, null, 2));
    return exitCode;
  } finally {
    timeline.end();
  }
}
