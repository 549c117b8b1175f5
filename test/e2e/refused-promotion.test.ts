import { expect, it } from '@jest/globals';
import { loadApp } from '../../src/cli/load-app.ts';
import { untilCalm } from '../../src/sandbox/scenarios/calm.ts';
import { databaseOf, readDatabase } from '../../src/sandbox/scenarios/database-content.ts';
import { markersInPlace, nameLeadsTo, promotedOnce, promotionCalls } from '../../src/sandbox/scenarios/facts.ts';
import { strike, untilOperationEnds, untilServed } from '../../src/sandbox/scenarios/fail-over.ts';
import { loseController } from '../../src/sandbox/scenarios/no-controller.ts';
import { everyStepLogged, outageInMetrics, peopleTold } from '../../src/sandbox/scenarios/record-facts.ts';
import { withStage } from '../../src/sandbox/scenarios/stage.ts';
import { startWorld, type World } from '../../src/sandbox/world/world.ts';

/**
 * The function alone, with a smaller standby, and without the one permission that the promotion needs: it asks for a
 * person, opens nothing, and goes on from there when the permission is back.
 */
const limitMs = 10 * 60_000;

/** Subjects of the messages that the standby's topic was given. */
function subjects(world: World): readonly string[] {
  return world
    .region('secondary')
    .calls.filter(({ operation, result }) => operation === 'Publish' && result === 'OK')
    .map(({ parameters }) => (parameters as { readonly Subject: string }).Subject);
}

it(
  'waits for a person while AWS refuses the promotion, and finishes once it no longer does',
  async () => {
    const example = await loadApp('examples/trading-rds.yaml');
    const instances = { ...example.spec.instances, count: 2, standbyCount: 1 };
    const app = { ...example, spec: { ...example.spec, instances } };
    const { signal } = new AbortController();
    const story = { entry: () => undefined, status: () => undefined };
    const world = await startWorld({ app, speed: 10, signal, onProgress: () => undefined });
    const standby = world.region('secondary');
    try {
      await withStage(world, story, signal, async (stage) => {
        const { journal, events, until } = stage;
        await untilCalm(stage);
        await loseController(stage);
        await standby.addFault({ service: 'rds', operation: 'PromoteReadReplica', kind: 'AccessDenied' });
        const outageAtMs = await strike(stage, 'primary');
        const asked = () => subjects(world).find((subject) => subject.includes('waits for a person: promote'));
        await until('a person to be asked for', 300_000, () => asked() !== undefined);

        // A clear record, and nothing half done: the intent stands, and neither database nor traffic has moved.
        const { operation, activation } = await journal.read();
        expect(operation).toMatchObject({ phase: 'WaitingForHuman', intent: { call: 'PromoteReadReplica' } });
        expect(activation.active).toBe('primary');
        expect(operation?.steps.find(({ name }) => name === 'promote')?.message).toMatch(/not authorized to perform/);
        expect(promotionCalls(world, 'secondary').filter(({ result }) => result === 'OK')).toEqual([]);
        expect((await readDatabase(world, 'secondary', await databaseOf(stage, 'secondary'))).inRecovery).toBe(true);
        expect(standby.calls.filter(({ operation: name }) => name === 'PutObject')).toEqual([]);
        const help = events.filter((event) => event.kind === 'Trouble').map(({ message }) => message);
        expect(help).toContainEqual(expect.stringMatching(/AWS refuses promote: .* goes on by itself/));

        await standby.clearFaults();
        await untilServed(stage, outageAtMs);
        await untilOperationEnds(stage, outageAtMs);
        const [finished] = await journal.history();
        const facts = [
          promotedOnce(world, 'secondary'),
          nameLeadsTo(world, 'secondary'),
          markersInPlace(world),
          everyStepLogged(stage, finished),
          peopleTold(stage, finished, 'secondary'),
          await outageInMetrics(stage, outageAtMs, 'secondary'),
        ];
        expect(facts.filter(({ held }) => !held)).toEqual([]);
        // The standby has the capacity of an active site now.
        const scaled = standby.calls.filter(({ operation: name }) => name === 'SetDesiredCapacity');
        expect(scaled.map(({ parameters, result }) => ({ parameters, result }))).toEqual([
          { parameters: expect.objectContaining({ DesiredCapacity: 2 }), result: 'OK' },
        ]);
        expect(finished?.steps.find(({ name }) => name === 'scale')).toMatchObject({ phase: 'Done' });
      });
    } finally {
      await world.close();
    }
  },
  limitMs,
);
