import { setTimeout as pause } from 'node:timers/promises';
import { InvokeCommand, LambdaClient, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { it } from '@jest/globals';
import { functionSettings } from '../../../src/api/function-settings.ts';
import { scopeOf, siteNames } from '../../../src/api/names.ts';
import { type Site, sites } from '../../../src/api/site.ts';
import { AwsClients } from '../../../src/aws/clients.ts';
import { isSettled, type Operation } from '../../../src/failover/operation.ts';
import { callsOf } from '../../../src/sandbox/scenarios/facts.ts';
import { type JournalDesk, openJournalDesk } from '../../../src/sandbox/scenarios/journal-desk.ts';
import { internetLocation } from '../../../src/sandbox/world/locations.ts';
import type { World } from '../../../src/sandbox/world/world.ts';
import { isTrue } from '../rig/kubernetes/conditions.ts';
import { waitFor } from '../rig/process/wait-for.ts';
import type { ApiCall } from './audit-log.ts';
import type { ControllerProcess } from './controller-process.ts';
import {
  type FailoverObject,
  namespace,
  type OperationsCluster,
  startExampleWorld,
  startOperationsCluster,
} from './operations-cluster.ts';
import { understudy } from './understudy.ts';

/** A busy machine of two cores; nothing here takes that long on a quiet one. */
export const patient = { limitMs: 240_000 };

const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };

/** A test that begins where the one before it ended. */
export function scenes(told: () => Story): (name: string, scene: () => Promise<void>) => void {
  return (name, scene) => {
    it(name, () => told().play(name, scene));
  };
}

/** One application over time, which the chapters of a test file go through in order. */
export class Story {
  readonly world: World;
  readonly journal: JournalDesk;
  readonly #person: AwsClients;
  #operations: OperationsCluster;
  #controller: ControllerProcess | undefined;
  #broken: string | undefined;
  /** By API servers that are no more. */
  readonly #recorded: ApiCall[] = [];

  private constructor(world: World, operations: OperationsCluster) {
    this.world = world;
    this.#operations = operations;
    const endpoint = world.switchboard.awsEndpointUrl(internetLocation);
    this.#person = new AwsClients({ actor: 'person', callMs: 5_000, endpoint, credentials });
    this.journal = openJournalDesk(world, this.#person);
  }

  /** Both regions, and a cluster that has never heard of them. */
  static async begin(): Promise<Story> {
    const world = await startExampleWorld();
    try {
      return new Story(world, await startOperationsCluster(world));
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  get operations(): OperationsCluster {
    return this.#operations;
  }

  /** The replica that was started last. */
  get controller(): ControllerProcess {
    if (this.#controller === undefined) throw new Error('no controller was started');
    return this.#controller;
  }

  async startController(): Promise<ControllerProcess> {
    this.#controller = await this.#operations.startController();
    return this.#controller;
  }

  /** Plays a scene, unless one before it did not end well: then there is nothing to go on from. */
  async play(name: string, scene: () => Promise<void>): Promise<void> {
    if (this.#broken !== undefined) throw new Error(`the story broke off at: ${this.#broken}`);
    this.#broken = name;
    await scene();
    this.#broken = undefined;
  }

  /** The cluster is lost with everything in it, and another one is installed in its place. */
  async loseCluster(): Promise<OperationsCluster> {
    const lost = this.#operations;
    await lost.stop();
    this.#recorded.push(...lost.audit.calls());
    this.#operations = await startOperationsCluster(this.world);
    return lost;
  }

  async end(): Promise<void> {
    await this.#operations.stop();
    this.#person.close();
    await this.world.close();
  }

  /** Has the command line begin an operation. */
  async order(...args: readonly string[]): Promise<void> {
    const { code, out, err } = await understudy(this.#operations.cluster, ...args, 'trading', '-n', namespace, '--yes');
    if (code !== 0) throw new Error(`understudy ${args.join(' ')} ended with ${code}: ${out}${err}`);
  }

  async isPhase(phase: string): Promise<boolean> {
    return (await this.#operations.plan())?.status?.phase === phase;
  }

  /** Waits until the plan has a phase, and the provider sees no difference from the roles. */
  async untilSettled(phase: string): Promise<void> {
    await waitFor(`the plan is ${phase}`, () => this.isPhase(phase), patient);
    const agreed = async () => isTrue(await this.#operations.plan(), 'RolesWritten');
    await waitFor('the provider agrees with the roles', agreed, patient);
  }

  /** Waits for a moment of the operation that runs. */
  async untilOperation(what: string, is: (operation: Operation) => boolean): Promise<Operation> {
    const look = async () => {
      const { operation } = await this.journal.read();
      return operation !== null && is(operation) && operation;
    };
    return waitFor(what, look, { ...patient, everyMs: 50 });
  }

  /** Waits until an operation is over by the journal, and returns what the history keeps of it. */
  async untilEnded(epoch: number) {
    const id = `trading#${epoch}`;
    const isOver = async () => {
      const { operation, last } = await this.journal.read();
      return operation === null && last?.id === id;
    };
    await waitFor(`${id} has ended`, isOver, patient);
    const record = (await this.journal.history()).find((each) => each.id === id);
    if (record === undefined) throw new Error(`the history has no ${id}`);
    return record;
  }

  /** Waits for the Failover of an operation to have ended, whoever made the object. */
  async untilRecorded(epoch: number): Promise<FailoverObject> {
    const isIt = ({ status }: FailoverObject) => status?.epoch === epoch && status.completedAt !== undefined;
    const find = async () => (await this.#operations.failovers()).find(isIt);
    return waitFor(`trading#${epoch} is recorded`, find, patient);
  }

  /** Who promoted an instance, call by call that AWS accepted. */
  promotions(site: Site, identifier: string): readonly string[] {
    return callsOf(this.world, site, 'PromoteReadReplica', identifier).map(({ caller }) => caller);
  }

  /** What the controller asked of API servers. */
  recordedCalls(): readonly ApiCall[] {
    return [...this.#recorded, ...this.#operations.audit.calls()];
  }

  /** Calls by which somebody changed a database, in the order in which each region accepted them. */
  databaseChanges(): readonly string[] {
    return sites.flatMap((site) =>
      this.world
        .region(site)
        .calls.filter(({ service, result }) => service === 'rds' && result === 'OK')
        .filter(({ operation }) => !operation.startsWith('Describe'))
        .map(({ operation, caller, number }) => `${site} ${number}: ${operation} by ${caller}`),
    );
  }

  /** `aws lambda invoke` of a site's failover function. */
  async invokeFunction(site: Site, event: object): Promise<void> {
    const { lambda, functionName } = this.#functionOf(site);
    const Payload = JSON.stringify(event);
    await lambda.send(new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload }));
    lambda.destroy();
  }

  /**
   * Halts the failover functions, as people do it: with `aws lambda put-function-concurrency` and 0 nobody but the
   * controller is left to act.
   */
  async haltFunctions(): Promise<void> {
    await this.#reserve(0);
  }

  async resumeFunctions(): Promise<void> {
    await this.#reserve(functionSettings.failover.reservedConcurrency ?? 1);
  }

  async #reserve(ReservedConcurrentExecutions: number): Promise<void> {
    for (const site of sites) {
      const { lambda, functionName } = this.#functionOf(site);
      const input = { FunctionName: functionName, ReservedConcurrentExecutions };
      await lambda.send(new PutFunctionConcurrencyCommand(input));
      lambda.destroy();
    }
  }

  #functionOf(site: Site) {
    const { region } = this.world.app.spec[site];
    const endpoint = this.world.switchboard.awsEndpointUrl(internetLocation);
    const lambda = new LambdaClient({ region, endpoint, credentials, maxAttempts: 1 });
    return { lambda, functionName: siteNames({ ...scopeOf(this.world.app), region }).functions.failover };
  }

  /**
   * Kills the controller at every boundary of a step, and starts another, until the operation is over.
   *
   * @returns how often it died.
   */
  async killAtEachStep(): Promise<number> {
    let deaths = 0;
    let seen = '';
    for (;;) {
      const { operation } = await this.journal.read();
      if (operation === null && deaths > 0) return deaths;
      const boundary = operation === null ? '' : boundaryOf(operation);
      if (boundary !== seen) {
        seen = boundary;
        deaths += 1;
        await this.controller.kill();
        await this.#letLeaseLapse();
        await this.startController();
      }
      await pause(20);
    }
  }

  /** What happens by itself 15 s after a leader's death. */
  async #letLeaseLapse(): Promise<void> {
    await this.#operations.cluster.api.delete({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'understudy-system', name: 'understudy-controller' },
    });
  }
}

/** Another one with each step that is settled, and when the irreversible call is about to be made and was made. */
function boundaryOf({ steps }: Operation): string {
  return steps
    .filter((step) => isSettled(step) || (step.name === 'promote' && step.phase !== 'Pending'))
    .map(({ name, phase }) => `${name} ${phase}`)
    .sort()
    .join(', ');
}
