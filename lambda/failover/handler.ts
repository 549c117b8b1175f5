import { failoverFunction } from './failover-function.ts';

/** Fails over to this region: started each minute, by alarms of the region, and by hand. */
export const handler = failoverFunction();
