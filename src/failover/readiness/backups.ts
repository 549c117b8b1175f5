import type { Finding } from '../../api/failover-plan-status.ts';
import { findingOf } from '../../api/findings.ts';
import { type BackupWindow, minutesUntilOpen, parseBackupWindow, windowsOverlap } from './backup-window.ts';
import type { ReadinessContext, Rule } from './context.ts';
import { ifKnown } from './fact.ts';
import type { DatabaseFacts } from './facts.ts';

/** How long before a window opens a switchover had better wait for its end. */
const soonMinutes = 30;

/** Backups: on in both sites, and never in the way of a promotion. */
export const backups: Rule = (context) => {
  const active = ifKnown(context.facts.sites[context.active].database);
  const standby = ifKnown(context.facts.sites[context.standby].database);
  return [...areKept(context, active, standby), ...areNotInTheWay(context, active, standby)];
};

function areKept(
  { plan, active, standby }: ReadinessContext,
  activeDatabase: DatabaseFacts | null,
  standbyDatabase: DatabaseFacts | null,
): readonly Finding[] {
  const off = (database: DatabaseFacts | null): database is DatabaseFacts => database?.backupRetentionDays === 0;
  return [
    ...(off(activeDatabase)
      ? [
          findingOf(
            'SourceBackupsOff',
            { identifier: activeDatabase.identifier, region: plan.sites[active].region },
            active,
          ),
        ]
      : []),
    ...(off(standbyDatabase)
      ? [
          findingOf(
            'StandbyBackupsOff',
            { identifier: standbyDatabase.identifier, region: plan.sites[standby].region },
            standby,
          ),
        ]
      : []),
  ];
}

function areNotInTheWay(
  { plan, standby, nowMs }: ReadinessContext,
  activeDatabase: DatabaseFacts | null,
  standbyDatabase: DatabaseFacts | null,
): readonly Finding[] {
  const ours = windowOf(standbyDatabase);
  if (ours === null) return [];
  const { region } = plan.sites[standby];
  const theirs = windowOf(activeDatabase);
  const minutes = minutesUntilOpen(ours.window, nowMs);
  const opens = minutes === 0 ? 'is open' : `opens in ${minutes} min`;
  return [
    ...(theirs !== null && windowsOverlap(ours.window, theirs.window)
      ? [
          findingOf(
            'BackupWindowsOverlap',
            {
              region,
              active: theirs.identifier,
              activeWindow: theirs.text,
              standby: ours.identifier,
              standbyWindow: ours.text,
            },
            standby,
          ),
        ]
      : []),
    ...(minutes <= soonMinutes
      ? [findingOf('BackupWindowAhead', { identifier: ours.identifier, window: ours.text, opens }, standby)]
      : []),
  ];
}

interface NamedWindow {
  readonly identifier: string;
  readonly text: string;
  readonly window: BackupWindow;
}

/** Of an instance that is backed up at all. */
function windowOf(database: DatabaseFacts | null): NamedWindow | null {
  if (database?.kind !== 'Instance' || database.backupRetentionDays === 0) return null;
  const { identifier, backupWindow: text } = database;
  const window = text === null ? null : parseBackupWindow(text);
  return text === null || window === null ? null : { identifier, text, window };
}
