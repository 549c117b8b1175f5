import { randomUUID } from 'node:crypto';
import { functionArn } from '../../../api/arns.ts';
import type { Pace } from '../pace.ts';
import type { FunctionConfig } from '../region-config.ts';
import { AwsError } from '../wire/aws-error.ts';
import { Container, type FunctionFailure, type Returned } from './container.ts';

/** What became of an invocation. */
export interface InvocationEnd {
  readonly functionName: string;
  readonly requestId: string;
  readonly outcome: 'Succeeded' | 'Failed' | 'Throttled';
  readonly durationMs: number;
  /** What it failed with. */
  readonly error?: FunctionFailure;
}

export interface FunctionsOptions {
  readonly region: string;
  readonly accountId: string;
  readonly functions: readonly FunctionConfig[];
  /** The folder in which a function's index.mjs is. */
  readonly codeOf: (name: string) => string;
  /** The region's own endpoint, for functions that were given no other. */
  readonly endpoint: () => string;
  readonly pace: Pace;
  readonly onEnd: (end: InvocationEnd) => void;
  /** An event that nobody tries to handle any more. */
  readonly onDeadLetter: (functionName: string) => void;
  readonly onLine: (functionName: string, line: string) => void;
}

/** What Lambda waits before it tries an event again that was throttled; then longer, which nobody waits for here. */
const throttledRetryMs = 1_000;
/** Between retries of an event whose invocation failed: one minute, then two. */
const failedRetryMs = 60_000;

/**
 * The Lambda functions of a region. Each concurrent invocation has a process of its own, kept for the next.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class Functions {
  readonly #options: FunctionsOptions;
  readonly #byName: ReadonlyMap<string, FunctionConfig>;
  readonly #idle = new Map<string, Container[]>();
  readonly #busy = new Map<string, Set<Container>>();
  /** Of those whose own was changed; null: none any more. */
  readonly #concurrency = new Map<string, number | null>();
  #closed = false;

  constructor(options: FunctionsOptions) {
    this.#options = options;
    this.#byName = new Map(options.functions.map((each) => [each.name, each]));
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /**
   * Lets so many invocations run at once from now on: with 0 none begins. What runs goes on.
   *
   * @param limit null: as many as are asked for.
   * @throws AwsError if there is no such function.
   */
  reserve(name: string, limit: number | null): void {
    this.#concurrency.set(this.#configOf(name).name, limit);
  }

  /**
   * Invokes and waits.
   *
   * @param event JSON text.
   * @throws AwsError as Invoke documents; what the function itself throws is part of the result.
   */
  async invoke(name: string, event: string, requestId: string = randomUUID()): Promise<Returned> {
    const config = this.#configOf(name);
    const container = this.#take(config, requestId);
    const started = performance.now();
    const returned = await container.invoke(event, this.#contextOf(config, requestId), config.timeoutMs);
    this.#giveBack(name, container);
    this.#options.onEnd({
      functionName: name,
      requestId,
      durationMs: Math.round(performance.now() - started),
      ...(returned.kind === 'Returned' ? { outcome: 'Succeeded' } : { outcome: 'Failed', error: returned.error }),
    });
    return returned;
  }

  /**
   * Takes an event and invokes when it can: one that is throttled is tried again until it is too old, one that failed as
   * often as the function's settings say.
   *
   * @throws AwsError if there is no such function.
   */
  accept(name: string, event: string): string {
    const config = this.#configOf(name);
    const requestId = randomUUID();
    // It ends by itself, at the latest when the region does.
    this.#serve(config, event, requestId).catch(() => {});
    return requestId;
  }

  /** Ends every process. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#idle.values(), ...this.#busy.values()].flatMap((containers) => [...containers]);
    await Promise.all(all.map((container) => container.kill()));
  }

  async #serve(config: FunctionConfig, event: string, requestId: string): Promise<void> {
    const { pace } = this.#options;
    const oldestMs = performance.now() + pace.interval((config.maximumEventAgeSeconds ?? 21_600) * 1000);
    for (let failures = 0; failures <= (config.retries ?? 2) && performance.now() <= oldestMs && !this.#closed; ) {
      try {
        const { kind } = await this.invoke(config.name, event, requestId);
        if (kind === 'Returned') return;
        failures += 1;
        await pace.sleep(pace.interval(failedRetryMs * failures));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        await pace.sleep(pace.interval(throttledRetryMs));
      }
    }
    this.#options.onDeadLetter(config.name);
  }

  #configOf(name: string): FunctionConfig {
    const config = this.#byName.get(name);
    if (config !== undefined) return config;
    const { region, accountId } = this.#options;
    const arn = functionArn({ region, accountId, app: '', environment: '' }, name);
    throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
  }

  /** An idle container, else a new one. @throws AwsError if as many run as may. */
  #take(config: FunctionConfig, requestId: string): Container {
    if (this.#closed) throw new AwsError('ServiceException', 'the region is stopping', 500);
    const { name } = config;
    const busy = this.#busy.get(name) ?? new Set();
    this.#busy.set(name, busy);
    const changed = this.#concurrency.get(name);
    const limit = changed === undefined ? config.reservedConcurrency : changed;
    if (busy.size >= (limit ?? Number.POSITIVE_INFINITY)) {
      this.#options.onEnd({ functionName: name, requestId, outcome: 'Throttled', durationMs: 0 });
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    }
    const container = this.#idle.get(name)?.pop() ?? this.#start(config);
    busy.add(container);
    return container;
  }

  #giveBack(name: string, container: Container): void {
    this.#busy.get(name)?.delete(container);
    if (!container.usable) return;
    if (this.#closed) void container.kill();
    else this.#idle.set(name, [...(this.#idle.get(name) ?? []), container]);
  }

  #start(config: FunctionConfig): Container {
    const { codeOf, onLine } = this.#options;
    return new Container({
      code: codeOf(config.name),
      environment: this.#environmentOf(config),
      onLine: (line) => onLine(config.name, line),
    });
  }

  /**
   * Nothing of the region's own environment but where programs and temporary files are. The access key stands for the
   * function's role: it is what calls are told apart by.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
   */
  #environmentOf({ name, memoryMiB = 128, environment = {} }: FunctionConfig): NodeJS.ProcessEnv {
    const { region, codeOf, endpoint } = this.#options;
    const { PATH, HOME, TMPDIR } = process.env;
    return {
      PATH,
      HOME,
      ...(TMPDIR === undefined ? {} : { TMPDIR }),
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMiB),
      LAMBDA_TASK_ROOT: codeOf(name),
      AWS_ENDPOINT_URL: endpoint(),
      AWS_ACCESS_KEY_ID: name,
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...environment,
    };
  }

  #contextOf({ name, memoryMiB = 128 }: FunctionConfig, requestId: string) {
    const { region, accountId } = this.#options;
    return {
      awsRequestId: requestId,
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: functionArn({ region, accountId, app: '', environment: '' }, name),
      memoryLimitInMB: String(memoryMiB),
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: `sandbox/[$LATEST]${requestId}`,
    };
  }
}
