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

/** For tests of logic, where no state needs to be seen for long. */
export const noDurations: AwsDurations = {
  databaseCreation: 0,
  databaseBackup: 0,
  databaseModification: 0,
  databaseReboot: 0,
  databaseStop: 0,
  databaseStart: 0,
  databaseDeletion: 0,
  instanceBoot: 0,
  instanceTermination: 0,
};
