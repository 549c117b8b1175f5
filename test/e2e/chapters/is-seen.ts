import { expect } from '@jest/globals';
import { kubectl } from '../rig/kubernetes/kubectl.ts';
import { waitFor } from '../rig/process/wait-for.ts';
import { namespace } from '../stage/operations-cluster.ts';
import { patient, type Story, scenes } from '../stage/story.ts';

/** The two questions of whoever looks first, and what `kubectl get fplan,fo` answers: docs/guides/fail-over.md shows it. */
export function isSeen(told: () => Story, when: string, isSafe: RegExp, whatHappened: RegExp | null): void {
  const scene = scenes(told);

  scene(`by kubectl, ${when}`, async () => {
    const { cluster } = told().operations;
    // On a busy machine a look may fail, and the phase say so for a moment.
    const printed = await waitFor(
      'it is so',
      async () => {
        const text = await kubectl(cluster, ['get', 'fplan,fo', '-n', namespace]);
        return isSafe.test(text) && (whatHappened === null || whatHappened.test(text)) && text;
      },
      patient,
    );
    process.stdout.write(`kubectl get fplan,fo, ${when}:\n${printed}\n`);
    expect(printed).toMatch(/^NAME +ACTIVE +PHASE +LAG +READY +AGE$/m);
  });
}
