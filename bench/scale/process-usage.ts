import { readFile } from 'node:fs/promises';

/** What a process has used. Linux only, by /proc. */
export interface Usage {
  readonly rssMiB: number;
  /** The most that it ever was. */
  readonly peakRssMiB: number;
  readonly cpuSeconds: number;
}

/** Clock ticks in /proc, a constant of the kernel's interface: `getconf CLK_TCK`. */
const ticksPerSecond = 100;

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export async function usageOf(pid: number): Promise<Usage> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]);
  // The second field, a name, may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const kibibytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  return {
    rssMiB: Math.round(kibibytes('VmRSS') / 1024),
    peakRssMiB: Math.round(kibibytes('VmHWM') / 1024),
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
  };
}
