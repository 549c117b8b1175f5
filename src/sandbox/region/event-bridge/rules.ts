import type { RuleConfig } from '../region-config.ts';
import { AwsError } from '../wire/aws-error.ts';

/**
 * Gives an event to the functions whose rules fit it.
 *
 * @param invoke takes an event for a function, without waiting for it; may throw AwsError.
 */
export function applyRules(
  rules: readonly RuleConfig[],
  event: object,
  invoke: (functionName: string, event: string) => void,
): void {
  for (const { pattern, functionName } of rules) {
    if (!fits(JSON.parse(pattern), event)) continue;
    try {
      invoke(functionName, JSON.stringify(event));
    } catch (error) {
      // A target that is not there, or not any more.
      if (!(error instanceof AwsError)) throw error;
    }
  }
}

/**
 * Every field of the pattern is in the event, with one of the values that the pattern lists. Comparisons other than by
 * value are not emulated.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
function fits(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.includes(event);
  if (typeof pattern !== 'object' || pattern === null) throw new Error(`an event pattern has ${String(pattern)}`);
  if (typeof event !== 'object' || event === null) return false;
  return Object.entries(pattern).every(([key, inside]) => fits(inside, (event as Record<string, unknown>)[key]));
}
