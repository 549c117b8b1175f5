const minutesADay = 24 * 60;

/** A daily time in which RDS may begin a backup, in minutes of the day, UTC. It may pass midnight. */
export interface BackupWindow {
  readonly startMinute: number;
  readonly lengthMinutes: number;
}

/**
 * Reads `hh24:mi-hh24:mi`, as RDS writes it; `null` for anything else.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupWindow.html
 */
export function parseBackupWindow(text: string): BackupWindow | null {
  const match = /^([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])$/.exec(text);
  if (match === null) return null;
  const [startHour = 0, startMinute = 0, endHour = 0, endMinute = 0] = match.slice(1).map(Number);
  const start = startHour * 60 + startMinute;
  return { startMinute: start, lengthMinutes: aheadOf(start, endHour * 60 + endMinute) };
}

export function windowsOverlap(one: BackupWindow, other: BackupWindow): boolean {
  return (
    aheadOf(one.startMinute, other.startMinute) < one.lengthMinutes ||
    aheadOf(other.startMinute, one.startMinute) < other.lengthMinutes
  );
}

/** Minutes until the window opens; 0 while it is open. */
export function minutesUntilOpen(window: BackupWindow, atMs: number): number {
  const minute = Math.floor(atMs / 60_000) % minutesADay;
  return aheadOf(window.startMinute, minute) < window.lengthMinutes ? 0 : aheadOf(minute, window.startMinute);
}

/** From one minute of the day on to the next time that it is the other. */
function aheadOf(from: number, to: number): number {
  return (to - from + minutesADay) % minutesADay;
}
