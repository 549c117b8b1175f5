import type { MetricStore } from '../cloudwatch/metric-store.ts';
import type { InvocationEnd } from './functions.ts';

/**
 * What Lambda itself publishes of an invocation, dated when it began. Durations are as they would be at speed 1.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function publishInvocation(store: MetricStore, end: InvocationEnd, speed: number): void {
  const { functionName, outcome, durationMs } = end;
  const beganMs = Date.now() - durationMs;
  const publish = (name: string, value: number): void =>
    store.add({ namespace: 'AWS/Lambda', name, dimensions: { FunctionName: functionName } }, value, beganMs);
  // A start that was refused is no invocation.
  publish('Throttles', outcome === 'Throttled' ? 1 : 0);
  if (outcome === 'Throttled') return;
  publish('Invocations', 1);
  publish('Errors', outcome === 'Failed' ? 1 : 0);
  publish('Duration', durationMs * speed);
}
