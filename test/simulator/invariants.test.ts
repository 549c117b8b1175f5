import { describe, expect, it } from '@jest/globals';
import { firstJournal } from '../../src/failover/journal.ts';
import { judgeAftermath } from '../../src/simulator/aftermath.ts';
import { scenarioOf } from '../../src/simulator/generate-scenario.ts';
import { Breaches } from '../../src/simulator/invariants/breaches.ts';
import { PathRules } from '../../src/simulator/invariants/path-rules.ts';
import { epochMs } from '../../src/simulator/life.ts';
import type { Fault } from '../../src/simulator/network.ts';
import { World } from '../../src/simulator/world.ts';
import { begunJournal, operationIn } from '../failover/operations.ts';

/** The numbers of the invariants that a world has seen breached. */
function breached(world: World): number[] {
  return world.invariants.breaches.map((breach) => Number(breach.match(/^invariant (\d+)/)?.[1]));
}

/** What an engine with a defect would do; no engine of ours does it. */
describe('the invariants notice', () => {
  it.each<{ number: number; what: string; act: (world: World) => void }>([
    {
      number: 1,
      what: 'two holders of one lease term',
      act: (world) => {
        for (const holder of ['one', 'other']) {
          world.table.put((journal) => ({ ...journal, lease: { ...journal.lease, holder, term: 1 } }), holder);
        }
      },
    },
    {
      number: 3,
      what: 'traffic to a site that is not writable',
      act: (world) => world.cloud.openTraffic('secondary', 2),
    },
    {
      number: 4,
      what: 'an intent above the loss budget without consent',
      act: (world) => intend(world, 300),
    },
    { number: 5, what: 'a promotion without an intent', act: (world) => world.cloud.promote('secondary') },
    {
      number: 5,
      what: 'a promotion that is asked for before it is written down',
      act: (world) => {
        intend(world, 5);
        const call = { region: 'eu-north-1', service: 'rds', operation: 'promote', writes: true } as const;
        world.invariants.callLeaves({ actor: 'controller', ...call }, null);
      },
    },
    {
      number: 8,
      what: 'an abort after the intent',
      act: (world) => {
        intend(world, 5);
        world.table.put(
          (journal) => ({ ...journal, operation: { ...operationIn(journal), phase: 'Aborting' } }),
          'controller',
        );
      },
    },
    {
      number: 9,
      what: 'an operation inside the cooldown',
      act: (world) => {
        world.table.put((journal) => ({ ...journal, cooldownUntilMs: epochMs + 1e9 }), 'an earlier operation');
        begin(world, 5);
      },
    },
    {
      number: 14,
      what: 'an operation on a suspended plan',
      act: (world) => {
        world.table.put((journal) => ({ ...journal, suspended: true }), 'the plan');
        begin(world, 5);
      },
    },
    {
      number: 13,
      what: 'a former active that is given back what was taken',
      act: (world) => {
        intend(world, 5);
        world.cloud.unfence('primary', 1);
      },
    },
    {
      number: 11,
      what: 'an act that nothing in the journal explains',
      act: (world) => {
        const call = { region: 'eu-north-1', service: 'autoscaling', operation: 'scale', writes: true } as const;
        world.invariants.callLeaves({ actor: 'controller', ...call }, null);
      },
    },
    {
      number: 2,
      what: 'a former active that could take writes, and nobody knows it',
      act: (world) => {
        promoted(world);
        world.table.put(
          (journal) => ({ ...journal, epoch: 1, activation: { term: 2, active: 'secondary' } }),
          'nobody',
        );
        world.invariants.check();
      },
    },
    {
      number: 6,
      what: 'a call to a global control plane during a failover',
      act: (world) => {
        begin(world, 5);
        const call = { region: 'us-east-1', service: 'route53', operation: 'repoint-switch', writes: true } as const;
        world.invariants.callLeaves({ actor: 'controller', ...call }, null);
      },
    },
    {
      number: 12,
      what: 'a role that changes without an operation',
      act: (world) =>
        world.table.put((journal) => ({ ...journal, activation: { term: 2, active: 'secondary' } }), 'manifests'),
    },
  ])('$number: $what', ({ number, act }) => {
    const world = new World();
    act(world);
    expect(breached(world)).toContain(number);
  });

  it('7: an operation that nobody goes on with', async () => {
    const world = new World();
    begin(world, 5);
    world.invariants.succession.add({ name: 'sleeper', isUp: () => true, canDrive: () => true, boundMs: 20_000 });
    await world.startProbers(['dns']);
    await world.run(30_000);
    expect(breached(world)).toContain(7);
  });

  it('8: an outage that nobody acts upon', async () => {
    const world = new World();
    await world.startProbers(world.plan.vantages.map(({ name }) => name));
    world.invariants.succession.add({ name: 'sleeper', isUp: () => true, canDrive: () => true, boundMs: 20_000 });
    world.darken();
    await world.run(60_000);
    expect(breached(world)).toContain(8);
  });

  it('8: an operation that does not end though nothing is amiss', async () => {
    const world = new World();
    begin(world, 5);
    await judgeAftermath(world, { ...scenarioOf(1), outages: [], requests: [] });
    const found = expect.stringContaining('nothing is amiss, and orders#1 does not end by itself');
    expect(world.invariants.breaches).toContainEqual(found);
  });

  it('6: a failover that takes too long to its intent, unless a call that left just before it went wrong', () => {
    const { plan, timing, cloud } = new World();
    const calm = firstJournal(plan.name, plan.mode, plan.suspended);
    const begun = begunJournal(plan);
    const operation = operationIn(begun);
    const intent = { call: 'PromoteReadReplica' as const, database: '', epoch: 1, leaseTerm: 1, atMs: 0 };
    const foundAfter = (fault: Fault | null, restMs: number): readonly string[] => {
      let nowMs = 10_000;
      const breaches = new Breaches(() => nowMs);
      const rules = new PathRules(breaches, timing, cloud.pace, () => nowMs);
      const call = { actor: 'controller', region: 'eu-north-1', service: 'journal', operation: 'write' } as const;
      rules.callLeaves({ ...call, writes: true }, fault, calm, null);
      nowMs += restMs;
      rules.journalWritten(calm, begun);
      nowMs += 10_000;
      rules.journalWritten(begun, { ...begun, operation: { ...operation, intent } });
      return breaches.found;
    };
    expect(foundAfter(null, 1_000)).toHaveLength(1);
    expect(foundAfter({ kind: 'hang' }, timing.callMs + 1)).toHaveLength(1);
    expect(foundAfter({ kind: 'hang' }, 1_000)).toEqual([]);
  });

  it('10: an automatic decision soon after somebody outside the standby saw the active', async () => {
    const world = new World();
    await world.startProbers(['dns']);
    await world.run(30_000);
    world.darken();
    await world.run(10_000);
    const begun = begunJournal(world.plan);
    const decision = { ...operationIn(begun).decision, atMs: epochMs + world.timeline.nowMs };
    const operation = { ...operationIn(begun), decision };
    world.table.put(() => ({ ...begun, operation, version: 0 }), 'controller');
    expect(breached(world)).toContain(10);
  });
});

/** As an engine does it that needs no journal. */
function promoted(world: World): void {
  world.cloud.sites.secondary.database.becomeWriter();
}

function begin(world: World, lagSeconds: number): void {
  world.table.put((journal) => {
    const { operation, lease, epoch } = begunJournal(world.plan, lagSeconds);
    return { ...journal, operation, lease, epoch };
  }, 'controller');
}

function intend(world: World, lagSeconds: number): void {
  begin(world, lagSeconds);
  world.table.put((journal) => {
    const call = 'PromoteReadReplica' as const;
    const intent = { call, database: 'orders-secondary', epoch: 1, leaseTerm: 1, atMs: epochMs };
    return { ...journal, operation: { ...operationIn(journal), intent } };
  }, 'controller');
}
