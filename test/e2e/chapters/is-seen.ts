import { expect } from '@jest/globals';
import { kubectl } from '../rig/kubernetes/kubectl.ts';
import { namespace } from '../stage/operations-cluster.ts';
import { type Story, scenes } from '../stage/story.ts';

/** The two questions of whoever looks first, and what `kubectl get fplan,fo` answers: docs/guides/fail-over.md shows it. */
export function isSeen(told: () => Story, when: string, isSafe: RegExp, whatHappened: RegExp | null): void {
  const scene = scenes(told);

  scene(`by kubectl, ${when}`, async () => {
    const printed = await kubectl(told().operations.cluster, ['get', 'fplan,fo', '-n', namespace]);
    process.stdout.write(`kubectl get fplan,fo, ${when}:\n${printed}\n`);
    expect(printed).toMatch(/^NAME +ACTIVE +PHASE +LAG +READY +AGE$/m);
    expect(printed).toMatch(isSafe);
    if (whatHappened !== null) expect(printed).toMatch(whatHappened);
  });
}
