import { valueAt } from './field-path.ts';
import type { ReadinessCheck } from './function-input.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { renderError } from './render-error.ts';

/** True if an observed resource is ready: all of its checks, or without any, its Ready condition. */
export function isReady(observed: JsonObject, checks: readonly ReadinessCheck[] = []): boolean {
  return checks.length === 0 ? hasReadyCondition(observed) : checks.every((check) => passes(check, observed));
}

function hasReadyCondition(observed: JsonObject): boolean {
  const status = observed.status;
  const conditions = isJsonObject(status) ? status.conditions : undefined;
  const ready = Array.isArray(conditions)
    ? conditions.find((condition) => isJsonObject(condition) && condition.type === 'Ready')
    : undefined;
  return isJsonObject(ready) && ready.status === 'True';
}

function passes(check: ReadinessCheck, observed: JsonObject): boolean {
  if (check.type === 'None') {
    return true;
  }
  const value = valueAt(observed, check.fieldPath);
  if (value === undefined || check.type === 'NonEmpty') {
    return value !== undefined;
  }
  switch (check.type) {
    case 'MatchString':
      return expected(value, 'string', check.fieldPath) === check.matchString;
    case 'MatchTrue':
      return expected(value, 'boolean', check.fieldPath) === true;
    case 'MatchFalse':
      return expected(value, 'boolean', check.fieldPath) === false;
  }
}

function expected(value: unknown, type: string, path: string): unknown {
  if (typeof value !== type) {
    throw renderError(`${path} is not a ${type}`);
  }
  return value;
}
