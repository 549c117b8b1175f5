import { validatorFunction } from './validator-function.ts';

/** Publishes, each hour, whether a failover would succeed. */
export const handler = validatorFunction();
