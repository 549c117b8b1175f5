import { findingOf } from '../../api/findings.ts';
import { type Outcome, type ReadinessContext, type Rule, whenKnown } from './context.ts';
import { ifKnown } from './fact.ts';
import type { DatabaseFacts, InstanceFacts, ParameterGroupFacts, StorageFacts } from './facts.ts';
import { compareInstanceClasses } from './instance-class.ts';

/** What the standby's database lacks beside the active's. Silent where either is unknown: others say that. */
export const databasePair: Rule = (context) => {
  const active = instanceOf(ifKnown(context.facts.sites[context.active].database));
  const standby = instanceOf(ifKnown(context.facts.sites[context.standby].database));
  if (active === null || standby === null) return [];
  return [
    ...classes(context, active, standby),
    ...storage(context, active, standby),
    ...versions(context, active, standby),
    ...parameters(context, active.parameterGroup, standby.parameterGroup),
  ];
};

function instanceOf(database: DatabaseFacts | null): InstanceFacts | null {
  return database?.kind === 'Instance' ? database : null;
}

function classes(context: ReadinessContext, active: InstanceFacts, standby: InstanceFacts): readonly Outcome[] {
  const { instanceClass: activeClass } = active;
  const { instanceClass: standbyClass } = standby;
  if (activeClass === null || standbyClass === null) return [];
  const compared = compareInstanceClasses(standbyClass, activeClass);
  if (compared === 'same') return [];
  const code = compared === 'smaller' ? 'StandbyClassSmaller' : 'StandbyClassDifferent';
  const { region } = context.plan.sites[context.standby];
  const names = { standby: standby.identifier, active: active.identifier };
  return [findingOf(code, { ...names, standbyClass, activeClass, region }, context.standby)];
}

function storage(context: ReadinessContext, active: InstanceFacts, standby: InstanceFacts): readonly Outcome[] {
  if (active.storage === null || standby.storage === null) return [];
  const { region } = context.plan.sites[context.standby];
  const values = {
    region,
    standby: standby.identifier,
    active: active.identifier,
    standbyGiB: standby.storage.sizeGiB,
    activeGiB: active.storage.sizeGiB,
    standbyStorage: storageText(standby.storage),
    activeStorage: storageText(active.storage),
  };
  return [
    ...(values.standbyGiB < values.activeGiB ? [findingOf('StorageSmaller', values, context.standby)] : []),
    ...(isSlowerKind(standby.storage, active.storage) ? [findingOf('StorageDifferent', values, context.standby)] : []),
  ];
}

/** Another type, or less of what is set. What AWS leaves out is not compared. */
function isSlowerKind(standby: StorageFacts, active: StorageFacts): boolean {
  const less = (one: number | null, other: number | null): boolean => one !== null && other !== null && one < other;
  return (
    (standby.type !== null && active.type !== null && standby.type !== active.type) ||
    less(standby.iops, active.iops) ||
    less(standby.throughputMiBps, active.throughputMiBps)
  );
}

function storageText({ type, iops, throughputMiBps }: StorageFacts): string {
  const rates = [
    ...(iops === null ? [] : [`${iops} IOPS`]),
    ...(throughputMiBps === null ? [] : [`${throughputMiBps} MiB/s`]),
  ];
  return `${type ?? 'storage'}${rates.length === 0 ? '' : ` with ${rates.join(' and ')}`}`;
}

function versions(context: ReadinessContext, active: InstanceFacts, standby: InstanceFacts): readonly Outcome[] {
  const { engineVersion: activeVersion } = active;
  const { engineVersion: standbyVersion } = standby;
  if (activeVersion === null || standbyVersion === null || activeVersion === standbyVersion) return [];
  const values = { standby: standby.identifier, standbyVersion, active: active.identifier, activeVersion };
  return [findingOf('EngineVersionsDiffer', values, context.standby)];
}

function parameters(
  context: ReadinessContext,
  active: ParameterGroupFacts | null,
  standby: ParameterGroupFacts | null,
): readonly Outcome[] {
  if (active === null || standby === null) return [];
  const what = ({ name }: ParameterGroupFacts) => `what parameter group ${name} sets`;
  return whenKnown(active.set, what(active), context.active, (activeSet) =>
    whenKnown(standby.set, what(standby), context.standby, (standbySet) => {
      const differences = differencesOf(standbySet, activeSet);
      if (differences.length === 0) return [];
      const { region } = context.plan.sites[context.standby];
      const values = { region, standbyGroup: standby.name, activeGroup: active.name, parameters: listed(differences) };
      return [findingOf('ParametersDiffer', values, context.standby)];
    }),
  );
}

function differencesOf(
  standby: Readonly<Record<string, string>>,
  active: Readonly<Record<string, string>>,
): readonly string[] {
  const unset = 'default';
  return [...new Set([...Object.keys(standby), ...Object.keys(active)])]
    .filter((name) => standby[name] !== active[name])
    .sort()
    .map((name) => `${name} (${standby[name] ?? unset}, active ${active[name] ?? unset})`);
}

const mostListed = 5;

function listed(texts: readonly string[]): string {
  const more = texts.length - mostListed;
  return `${texts.slice(0, mostListed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
