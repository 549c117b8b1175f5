import path from 'node:path';
import { addEmbeddedMetrics } from '../cloudwatch/embedded-metrics.ts';
import type { MetricStore } from '../cloudwatch/metric-store.ts';
import { startSchedules } from '../event-bridge/schedules.ts';
import type { Pace } from '../pace.ts';
import type { RegionConfig } from '../region-config.ts';
import type { UnstampedEvent } from '../region-events.ts';
import { prepareCode } from './function-code.ts';
import { publishInvocation } from './function-metrics.ts';
import { Functions } from './functions.ts';

export interface OpenFunctionsOptions {
  readonly config: RegionConfig;
  readonly pace: Pace;
  /** See `FunctionsOptions.endpoint`. */
  readonly endpoint: () => string;
  readonly metrics: MetricStore;
  readonly emit: (event: UnstampedEvent) => void;
}

/** Makes the functions of a region ready and starts their schedules. @throws UnderstudyError US5023 without their code. */
export async function openFunctions(options: OpenFunctionsOptions): Promise<Functions> {
  const { config, pace, endpoint, metrics, emit } = options;
  const { region, accountId, directory, functions: configured = [], schedules = [] } = config;
  const code = new Map<string, string>();
  for (const each of configured) {
    code.set(each.name, await prepareCode(each.code, path.join(directory, 'lambda', each.name)));
  }
  const letters = new Map<string, number>();
  watchQueues(metrics, pace, letters);
  const functions = new Functions({
    region,
    accountId,
    functions: configured,
    codeOf: (name) => code.get(name) ?? '',
    endpoint,
    pace,
    onEnd: (invocation) => {
      publishInvocation(metrics, invocation, config.speed ?? 1);
      emit({ type: 'Invocation', invocation });
    },
    onDeadLetter: (name) => {
      const queue = configured.find((each) => each.name === name)?.deadLetterQueue;
      if (queue !== undefined) letters.set(queue, (letters.get(queue) ?? 0) + 1);
    },
    onLine: (functionName, line) => {
      addEmbeddedMetrics(metrics, line);
      emit({ type: 'FunctionLog', functionName, line });
    },
  });
  startSchedules({ region, accountId, schedules, pace, invoke: (name, event) => functions.accept(name, event) });
  return functions;
}

/** SQS publishes each minute how much waits in a queue that has something. Nobody takes anything out here. */
function watchQueues(store: MetricStore, pace: Pace, letters: ReadonlyMap<string, number>): void {
  pace.repeat(60_000, async () => {
    for (const [QueueName, count] of letters) {
      const metric = { namespace: 'AWS/SQS', name: 'ApproximateNumberOfMessagesVisible', dimensions: { QueueName } };
      store.add(metric, count, Date.now());
    }
  });
}
