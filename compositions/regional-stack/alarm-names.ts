import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { type DatabaseSlot, databaseSlots, regionalName, scopeOf } from '../../src/api/names.ts';

/** What an alarm of a site is about, beside those of its functions; its name is made of it. */
export const alarmSubjects = {
  replicaLag: (slot: DatabaseSlot) => `db-${slot}-lag`,
  databaseCpu: (slot: DatabaseSlot) => `db-${slot}-cpu`,
  databaseStorage: (slot: DatabaseSlot) => `db-${slot}-storage`,
  unhealthyTargets: 'unhealthy-targets',
  serverErrors: '5xx',
  instanceCpu: 'instance-cpu',
  failoverReady: 'failover-ready',
  siteHealth: 'site-health',
};

/** `trading-db-a-lag-dev` */
export function alarmName(app: MultiRegionApp, subject: string): string {
  return regionalName(scopeOf(app), subject);
}

/** Alarms that may mean an outage, so that the failover function looks at once. */
export function alarmsThatWake(app: MultiRegionApp): string[] {
  return [
    ...databaseSlots.map(alarmSubjects.replicaLag),
    alarmSubjects.unhealthyTargets,
    alarmSubjects.serverErrors,
  ].map((subject) => alarmName(app, subject));
}
