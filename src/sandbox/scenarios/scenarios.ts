import { brownout } from './brownout.ts';
import { controllerDies } from './controller-dies.ts';
import { controllerReturns } from './controller-returns.ts';
import { doubleFailover } from './double-failover.ts';
import { drill } from './drill.ts';
import { failback } from './failback.ts';
import { lag } from './lag.ts';
import { noController } from './no-controller.ts';
import { outage } from './outage.ts';
import { partition } from './partition.ts';
import { reprotect } from './reprotect.ts';
import { returnOfRegion } from './return.ts';
import type { Scenario } from './scenario.ts';
import type { ScenarioName } from './scenario-names.ts';
import { switchover } from './switchover.ts';

export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  outage,
  'controller-dies': controllerDies,
  'no-controller': noController,
  'controller-returns': controllerReturns,
  partition,
  brownout,
  lag,
  return: returnOfRegion,
  switchover,
  drill,
  reprotect,
  failback,
  'double-failover': doubleFailover,
};
