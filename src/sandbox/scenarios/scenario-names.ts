/**
 * Every scenario by name, with one line for people, in the order in which a newcomer would play them. Apart from the
 * scenarios themselves, so that whoever only wants to know their names loads nothing else.
 */
export const scenarioAbouts = {
  outage: 'The active region is killed; the standby takes over',
  'controller-dies': 'The controller is killed right after it called the promotion; the Lambda finishes',
  'no-controller': 'There is no controller any more, and the region is killed; the Lambda does it alone',
  'controller-returns': 'The same, and then a controller starts that knows of nothing; it adopts what was done',
  partition: 'The controller alone loses the active region; nothing happens, and it says why',
  brownout: 'The active region falters again and again, never for long enough; nothing happens',
  lag: 'The replica is further behind than may be lost, and the region is killed; a person decides',
  return: 'After the takeover the old region comes back; it is fenced, and nobody writes to it',
  switchover: 'A person moves the application to the other region; no write is lost',
  drill: 'A copy is made, promoted, written to and deleted; production does not notice',
  reprotect: 'After an outage the old region gets a new replica and protects again',
  failback: 'After an outage, home again: a new replica, and a switchover to it',
  'double-failover': 'Each region dies once, and each takes over once',
} as const;

export type ScenarioName = keyof typeof scenarioAbouts;

export const scenarioNames = Object.keys(scenarioAbouts) as readonly ScenarioName[];

export function isScenario(name: string): name is ScenarioName {
  return Object.hasOwn(scenarioAbouts, name);
}
