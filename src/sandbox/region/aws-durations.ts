/**
 * How long the sandbox lets AWS's own work take, in milliseconds at speed 1, beyond what PostgreSQL really needs. These
 * are stand-ins, much shorter than AWS's (a promotion on RDS takes minutes): they give every state a visible length
 * and keep a demonstration watchable. Measure real ones with a drill.
 */
export interface AwsDurations {
  /** `creating` of a new instance or replica, beyond the copy of its data. */
  readonly databaseCreation: number;
  /** First backup of a new or promoted instance with backups on, during which it is `backing-up`. */
  readonly databaseBackup: number;
  /** `modifying`: at a promotion and at ModifyDBInstance. */
  readonly databaseModification: number;
  /** `rebooting`. */
  readonly databaseReboot: number;
  readonly databaseStop: number;
  readonly databaseStart: number;
  readonly databaseDeletion: number;
  /** `Pending`: from launch until an instance is `InService`. */
  readonly instanceBoot: number;
  /** `Terminating`: deregistration of a target included. */
  readonly instanceTermination: number;
}

export const awsDurations: AwsDurations = {
  databaseCreation: 5_000,
  databaseBackup: 1_000,
  databaseModification: 1_500,
  databaseReboot: 1_500,
  databaseStop: 3_000,
  databaseStart: 3_000,
  databaseDeletion: 3_000,
  instanceBoot: 5_000,
  instanceTermination: 2_000,
};

/** All of them longer or shorter by a factor; by 0, nothing is left but what this machine really needs. */
export function scaleDurations(factor: number): AwsDurations {
  const scaled = Object.entries(awsDurations).map(([name, milliseconds]) => [name, milliseconds * factor]);
  return Object.fromEntries(scaled) as Record<keyof AwsDurations, number>;
}

/** For tests of logic, where no state needs to be seen for long. */
export const noDurations: AwsDurations = scaleDurations(0);
