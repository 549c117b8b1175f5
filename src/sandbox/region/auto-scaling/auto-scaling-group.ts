import { randomBytes } from 'node:crypto';
import type { Listener } from '../listener.ts';
import type { Pace } from '../pace.ts';
import type { AutoScalingGroupConfig } from '../region-config.ts';
import { StateFile } from '../state-file.ts';

/** Source: Amazon EC2 Auto Scaling User Guide, "Instance lifecycle". */
export type LifecycleState = 'Pending' | 'InService' | 'Terminating';

export interface GroupInstance {
  readonly id: string;
  readonly state: LifecycleState;
  /** Of what it serves. */
  readonly port?: number;
}

/** What an instance does once it has booted. */
interface InstanceHost {
  /** Starts what the instance serves. */
  boot(id: string, preferredPort?: number): Promise<Listener>;
  /** It takes traffic from here on. */
  attached(id: string, port: number): void;
  /** It takes no new traffic. */
  detaching(id: string): void;
  terminated(id: string): void;
}

export interface Capacity {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
}

interface Kept {
  readonly capacity: Capacity;
  readonly instances: readonly { readonly id: string; readonly port: number }[];
}

export interface AutoScalingGroupOptions {
  readonly config: AutoScalingGroupConfig;
  readonly stateFile: string;
  readonly pace: Pace;
  readonly host: InstanceHost;
  readonly onInstance: (instance: GroupInstance) => void;
}

interface Running {
  instance: GroupInstance;
  service?: Listener;
}

/** Keeps as many instances as are desired: launches those that are missing, terminates the oldest that are too many. */
export class AutoScalingGroup {
  readonly #options: AutoScalingGroupOptions;
  readonly #running = new Map<string, Running>();
  readonly #state: StateFile<Kept>;
  #capacity: Capacity;

  constructor(options: AutoScalingGroupOptions) {
    this.#options = options;
    this.#state = new StateFile(options.stateFile);
    const { min, max, desired } = options.config;
    this.#capacity = { min, max, desired };
  }

  get name(): string {
    return this.#options.config.name;
  }

  get capacity(): Capacity {
    return this.#capacity;
  }

  get instances(): readonly GroupInstance[] {
    return [...this.#running.values()].map(({ instance }) => instance);
  }

  /** Instances of an earlier run, and those of the configuration, are in service when this returns. */
  async open(): Promise<void> {
    const kept = await this.#state.read();
    if (kept !== undefined) this.#capacity = kept.capacity;
    for (const { id, port } of kept?.instances ?? []) await this.#bringIntoService(this.#add(id), port);
    while (this.#missing() > 0) await this.#bringIntoService(this.#add(newInstanceId()));
    await this.#save();
  }

  /** Changes what is wanted, and starts towards it. */
  async resize(capacity: Capacity): Promise<void> {
    this.#capacity = capacity;
    await this.#save();
    for (let missing = this.#missing(); missing > 0; missing -= 1) this.#work(this.#launch());
    const surplus = this.#active().slice(0, Math.max(0, -this.#missing()));
    for (const running of surplus) this.#work(this.#terminate(running));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ service }) => service?.close()));
  }

  #active(): Running[] {
    return [...this.#running.values()].filter(({ instance }) => instance.state !== 'Terminating');
  }

  #missing(): number {
    return this.#capacity.desired - this.#active().length;
  }

  #add(id: string): Running {
    const running: Running = { instance: { id, state: 'Pending' } };
    this.#running.set(id, running);
    this.#options.onInstance(running.instance);
    return running;
  }

  async #launch(): Promise<void> {
    const running = this.#add(newInstanceId());
    await this.#options.pace.pass('instanceBoot');
    // It may have been scaled in while it booted.
    if (running.instance.state !== 'Pending') return;
    await this.#bringIntoService(running);
    await this.#save();
  }

  async #bringIntoService(running: Running, preferredPort?: number): Promise<void> {
    const { id } = running.instance;
    const service = await this.#options.host.boot(id, preferredPort);
    running.service = service;
    this.#move(running, { id, state: 'InService', port: service.port });
    this.#options.host.attached(id, service.port);
  }

  async #terminate(running: Running): Promise<void> {
    const { id } = running.instance;
    this.#move(running, { ...running.instance, state: 'Terminating' });
    this.#options.host.detaching(id);
    await this.#options.pace.pass('instanceTermination');
    await running.service?.close();
    this.#running.delete(id);
    this.#options.host.terminated(id);
    await this.#save();
  }

  #move(running: Running, instance: GroupInstance): void {
    running.instance = instance;
    this.#options.onInstance(instance);
  }

  #work(task: Promise<void>): void {
    task.catch((error: unknown) => {
      if (!this.#options.pace.stopped) throw error;
    });
  }

  async #save(): Promise<void> {
    const instances = this.instances.flatMap(({ id, state, port }) =>
      state === 'InService' && port !== undefined ? [{ id, port }] : [],
    );
    await this.#state.write({ capacity: this.#capacity, instances });
  }
}

function newInstanceId(): string {
  return `i-0${randomBytes(8).toString('hex')}`;
}
